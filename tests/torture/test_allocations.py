"""Each allocation of byline's own code fails in turn: it goes on, or ends with a word, and never
loses an event on the way. `BYLINE_LONG_TESTS=1` takes all of them, else a sample."""

import base64
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from torture.allocations import Torture, spread

LONG = bool(os.environ.get("BYLINE_LONG_TESTS"))
PAGE = b"""<title>Fog</title><meta name=author content="Ann Example">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Fog"}</script><h1>Fog</h1>"""
EVENT = {
    "event_id": "1",
    "title": "Fog",
    "url": "https://example.org/fog",
    "content": base64.b64encode(PAGE).decode(),
}


@pytest.fixture
def shim(binary):
    path = binary.parents[1] / "tests/torture/liballoc_shim.so"
    if not path.exists():
        pytest.fail(f"{path} is not built: this test needs the preset dev")
    return path


@pytest.fixture
def torture(binary, shim, tmp_path):
    """Runs every wanted allocation's failure, two at a time; yields what each led to."""

    def outcomes(arguments, wanted, after):
        folders = iter(range(1_000_000))

        def trial():
            folder = tmp_path / f"{next(folders)}"
            folder.mkdir()
            return Torture(binary, shim, folder, arguments)

        whole = trial().run()
        assert whole.status == 0, whole.stderr
        assert whole.counted > 100

        def fail(number):
            tried = trial()
            outcome = tried.run(number, after)
            return f"allocation {number}, {tried.where(outcome)}: {outcome.stderr[-500:]}", outcome

        with ThreadPoolExecutor(2) as pool:
            yield from pool.map(fail, spread(whole.counted, whole.counted if LONG else wanted))

    return outcomes


def ends_clean(outcome):
    """Status 0, or a failure that says what it is."""
    return outcome.status == 0 or (outcome.status in (1, 2) and outcome.stderr.strip())


@pytest.mark.parametrize("after", [False, True], ids=["one", "all after it"])
def test_one_event(torture, tmp_path, after):
    configuration, event = tmp_path / "byline.yaml", tmp_path / "event.json"
    configuration.write_text(
        "output: {topic: out, framing: none}\nenrich: [{name: page, type: page}]\n"
    )
    event.write_text(json.dumps(EVENT))
    arguments = ["enrich", "--config", configuration, event]
    for what, outcome in torture(arguments, 60, after):
        assert ends_clean(outcome), what


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("after", [False, True], ids=["one", "all after it"])
def test_the_whole_worker(torture, after):
    """The demo's nine events: where it ends with 0 all of them came out, some perhaps as dead letters
    that say what they lacked."""
    for what, outcome in torture(["demo"], 16, after):
        assert ends_clean(outcome), what
        if outcome.status == 0:
            counts = re.search(
                r"consumed (\d+), published (\d+), dead letters (\d+),", outcome.stdout
            )
            consumed, published, dead_letters = map(int, counts.groups())
            assert consumed == published + dead_letters == 9, what
