"""Each allocation of byline's own code fails in turn: it goes on, or ends with a word, and never
loses an event on the way. `BYLINE_LONG_TESTS=1` takes all of them, else a sample."""

import base64
import contextlib
import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from confluent_kafka import Consumer, TopicPartition

from faults.mock import MockCluster
from servers import topics
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
    """Runs every wanted allocation's failure, two at a time; yields what each led to. set_up(folder) is a
    context that gives the arguments, and when it is to be told to end."""

    def outcomes(set_up, wanted, after):
        folders = iter(range(1_000_000))

        def trial(number=0):
            folder = tmp_path / f"{next(folders)}"
            folder.mkdir()
            with set_up(folder) as (arguments, until):
                tried = Torture(binary, shim, folder, arguments)
                return tried, tried.run(number, after and number > 0, until)

        _, whole = trial()
        assert whole.status == 0, whole.stderr
        assert whole.counted > 100

        def fail(number):
            tried, outcome = trial(number)
            return f"allocation {number}, {tried.where(outcome)}: {outcome.stderr[-500:]}", outcome

        with ThreadPoolExecutor(2) as pool:
            yield from pool.map(fail, spread(whole.counted, whole.counted if LONG else wanted))

    return outcomes


def alone(*arguments):
    """It ends by itself."""
    return lambda folder: contextlib.nullcontext((arguments, None))


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
    for what, outcome in torture(alone("enrich", "--config", configuration, event), 60, after):
        assert ends_clean(outcome), what


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("after", [False, True], ids=["one", "all after it"])
def test_the_whole_worker(torture, after):
    """The demo's nine events: where it ends with 0 all of them came out, some perhaps as dead letters
    that say what they lacked."""
    for what, outcome in torture(alone("demo"), 16, after):
        assert ends_clean(outcome), what
        if outcome.status == 0:
            counts = re.search(
                r"consumed (\d+), published (\d+), dead letters (\d+),", outcome.stdout
            )
            consumed, published, dead_letters = map(int, counts.groups())
            assert consumed == published + dead_letters == 9, what


VALUES = [b'{"event_id": "%d"}' % number for number in range(8)] + [b'{"event_id": "8", cut']


def committed(brokers):
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "g"})
    try:
        return consumer.committed([TopicPartition("in", 0)], 10)[0].offset
    finally:
        consumer.close()


def finished(seen):
    """How many of the first events came out, none left out before them."""
    return next((n for n, value in enumerate(VALUES) if value not in seen), len(VALUES))


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("after", [False, True], ids=["one", "all after it"])
@pytest.mark.parametrize(("delivery", "wanted"), [("at_least_once", 12), ("exactly_once", 8)])
def test_the_whole_worker_on_a_cluster(torture, binary, delivery, wanted, after):
    """Where it ends with 0, it was told to: every event had come out. However it ends, no offset is
    committed of what has not come out; not looked at with transactions, as the mock cluster shows what
    was aborted, too, and keeps no offsets of theirs."""
    wrong_commits = []

    @contextlib.contextmanager
    def on_a_mock_cluster(folder):
        program = binary.parents[1] / "tests/faults/mock_cluster"
        with MockCluster(program, 1, 1, "in", "out", "dead") as cluster:
            configuration = folder / "byline.yaml"
            configuration.write_text(
                yaml.safe_dump(
                    {
                        "delivery": delivery,
                        "kafka": {"brokers": cluster.brokers, "group": "g", "topics": ["in"]},
                        "output": {"topic": "out", "framing": "none"},
                        "dead_letter": {"topic": "dead"},
                        "admin": {"listen": ""},
                    }
                )
            )
            topics.write(cluster.brokers, "in", [topics.Record(value, value) for value in VALUES])
            seen = set()
            with topics.Reader(cluster.brokers, "out", "dead") as reader:

                def all_came_out():
                    seen.update(message.key() for message in reader.batch())
                    return seen == set(VALUES)

                yield ["run", "--config", configuration], all_came_out
                deadline = time.monotonic() + 10
                at = committed(cluster.brokers)
                while finished(seen) < at and time.monotonic() < deadline:
                    all_came_out()
                if finished(seen) < at:
                    wrong_commits.append(f"{folder.name}: {at} committed, {finished(seen)} came out")

    for what, outcome in torture(on_a_mock_cluster, wanted, after):
        assert ends_clean(outcome), what
        assert outcome.status != 0 or outcome.was_told, what
        assert not wrong_commits, what
