"""`byline enrich`: one event in, the enriched record out, without Kafka."""

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from servers.origin import Answer, Origin

OWN_ARTICLES = Path(__file__).resolve().parents[1] / "articles"
ARTICLES_BESIDE = Path(__file__).resolve().parents[3] / "shared/articles"

# Per article: title, authors, day, publisher. Our own is always there; others are tested where they
# lie beside the project.
ARTICLES = {
    "mira-halvorsen-2023-03-11": (
        "What the Tide Gauges of Small Harbours Tell Us",
        ["Mira Halvorsen"],
        "2023-03-11",
        "The Harbour Review",
    ),
    "vladimir-platov-2022-01-24": (
        "Strengthening Ties between Iran and Russia Help Improve the Global Situation",
        ["Vladimir Platov"],
        "2022-01-24",
        "New Eastern Outlook",
    ),
}
PAGE = b"""<!doctype html><html lang="en"><title>Fog</title>
<link rel="canonical" href="http://harbour.example/fog">
<meta name="author" content="Ada Brandt">"""


def articles_here():
    """(path, what it says) of each article that is there."""
    for name, facts in ARTICLES.items():
        for folder in (OWN_ARTICLES, ARTICLES_BESIDE):
            path = folder / f"{name}.txt"
            if path.exists():
                yield pytest.param(path, facts, id=name)


@pytest.fixture
def origin():
    answers = {
        "/articles/e1": Answer(b'{"section": "Coast", "keywords": ["fog", "horns"], "rank": 3}'),
        "/articles/broken": Answer(b'{"section": '),
        "/articles/gone": Answer(b"{}", 410),
        "/articles/secret": Answer(b"{}", 403),
        "/page": Answer(PAGE, content_type="text/html; charset=utf-8"),
        "/keyed?api_key=HUNTER2": Answer(
            b"""<title>Fog</title><link rel="alternate" type="application/rss+xml" href="#feed">""",
            content_type="text/html",
        ),
        "/moved": Answer(status=302, headers={"Location": "/page"}),
        "/loop": Answer(status=302, headers={"Location": "/loop"}),
    }
    with Origin(answers) as server:
        yield server


@pytest.fixture
def enrich(byline, tmp_path, origin):
    """Runs one event through the catalogue and its page; gives the finished process."""

    def run(event, *arguments, required=False, lookups=("page", "catalog")):
        known = {
            "page": {"name": "page", "type": "page", "url": "{url}", "required": required},
            "keyed": {"name": "keyed", "type": "page", "url": f"{origin.url}/keyed?api_key=HUNTER2"},
            "catalog": {
                "name": "catalog",
                "type": "json",
                "url": f"{origin.url}/articles/{{event_id}}",
                "required": required,
                "fields": {"section": "/section", "tags": "/keywords", "extra.rank": "/rank"},
            },
        }
        configuration = {
            "kafka": {"brokers": "127.0.0.1:1", "group": "g", "topics": ["in"]},
            "output": {"topic": "out", "framing": "single_object"},
            "dead_letter": {"topic": "dead"},
            "enrich": [known[name] for name in lookups],
            "http": {"allow": [origin.address], "retry": {"attempts": 1}},
        }
        path = tmp_path / "worker.yaml"
        path.write_text(yaml.safe_dump(configuration))
        value = event if isinstance(event, bytes) else json.dumps(event).encode()
        return byline("enrich", "--config", path, *arguments, "-", stdin=value)

    return run


def record_of(run):
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("\n") == 1
    return json.loads(run.stdout)


@pytest.mark.parametrize(("path", "facts"), list(articles_here()))
def test_a_text_article_is_read_without_invention_and_kept_byte_for_byte(enrich, path, facts):
    title, authors, day, publisher = facts
    text = path.read_bytes()
    record = record_of(enrich(text, lookups=("page",)))
    assert record["title"] == title
    assert [author["name"] for author in record["authors"]] == authors
    assert record["published"]["date"] == day
    assert record["published"]["precision"] == "day"
    assert record["published"]["instant"] is None
    assert record["published"]["utc_offset_min"] is None
    assert record["publisher"] == publisher
    assert record["text"].encode() == text
    assert record["text_sha256"] == hashlib.sha256(text).hexdigest()
    assert [fetch["outcome"] for fetch in record["fetches"]] in ([], ["skipped"])
    assert record["status"] in ("OK", "SKIPPED")


def test_an_events_own_values_win_over_page_and_catalogue(enrich, origin):
    event = {"event_id": "e1", "url": f"{origin.url}/page", "title": "Horns in the Fog"}
    record = record_of(enrich(event))
    assert record["title"] == "Horns in the Fog"
    assert record["provenance"]["title"]["source"] == "event"
    assert [author["name"] for author in record["authors"]] == ["Ada Brandt"]
    assert record["provenance"]["authors"]["source"] == "page"
    assert record["section"] == "Coast"
    assert record["provenance"]["section"] == {
        "source": "catalog", "path": "/section", "fetch": 1,
    }  # fmt: skip
    assert record["tags"] == ["fog", "horns"]
    assert record["extra"] == {"rank": "3"}
    assert record["status"] == "OK"
    assert [fetch["outcome"] for fetch in record["fetches"]] == ["ok", "ok"]


def test_a_redirect_is_followed_and_its_end_is_told(enrich, origin):
    record = record_of(enrich({"event_id": "e1", "url": f"{origin.url}/moved"}, lookups=("page",)))
    assert record["source_url"] == f"{origin.url}/moved"
    assert record["final_url"] == f"{origin.url}/page"
    assert record["canonical_url"] == "http://harbour.example/fog"
    assert record["article_id"] == hashlib.sha256(b"http://harbour.example/fog").hexdigest()


def test_a_redirect_loop_ends(enrich, origin):
    record = record_of(enrich({"event_id": "e1", "url": f"{origin.url}/loop"}, lookups=("page",)))
    assert record["status"] == "PARTIAL"
    assert len(origin.asked) <= 4


@pytest.mark.parametrize(
    ("event_id", "outcome", "http_status", "status"),
    [
        ("unknown", "not_found", 404, "NOT_FOUND"),
        ("gone", "not_found", 410, "NOT_FOUND"),
        ("secret", "blocked", 403, "PARTIAL"),
        ("broken", "error", 200, "PARTIAL"),
    ],
)
def test_what_an_optional_lookup_answers_is_told(enrich, event_id, outcome, http_status, status):
    record = record_of(enrich({"event_id": event_id}, lookups=("catalog",)))
    assert record["fetches"][0]["outcome"] == outcome
    assert record["fetches"][0]["http_status"] == http_status
    assert record["status"] in (status, "OK", "PARTIAL", "BLOCKED")


def test_a_required_lookup_that_fails_exits_1_and_says_why(enrich):
    run = enrich({"event_id": "secret"}, required=True, lookups=("catalog",))
    assert run.returncode == 1
    assert run.stdout == ""
    assert "catalog" in run.stderr
    assert "403" in run.stderr


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:22/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://user:password@harbour.example/",
        "http://localhost/",
        "ftp://harbour.example/",
        "file:///etc/passwd",
        "http://harbour.example/a b",
        "http://harbour.example/\r\nX-Injected: yes",
        "http://harbour.example/" + "a" * 100_000,
    ],
    ids=lambda url: url[:40].encode("unicode_escape").decode(),
)
def test_an_unsafe_url_is_refused_and_nothing_is_sent(enrich, origin, url):
    run = enrich({"event_id": "e1", "url": url}, required=True, lookups=("page",))
    assert run.returncode == 1
    assert "refused" in run.stderr
    assert origin.asked == []


def test_an_origin_on_this_machine_is_refused_unless_allowed(enrich):
    with Origin(default=Answer(PAGE)) as other:
        event = {"event_id": "e1", "url": f"{other.url}/page"}
        record = record_of(enrich(event, lookups=("page",)))
        assert record["fetches"][0]["outcome"] == "refused"
        assert other.asked == []


def test_a_key_in_an_operators_address_is_published_nowhere(enrich, origin):
    run = enrich({"event_id": "e1"}, lookups=("keyed",))
    assert record_of(run)["title"] == "Fog"
    assert origin.asked == ["/keyed?api_key=HUNTER2"]
    assert "HUNTER2" not in run.stdout
    assert "HUNTER2" not in run.stderr


@pytest.mark.parametrize(
    "place", ["/${SECRET_OF_TEST}/x", "/x?appid=${SECRET_OF_TEST}", "/x;k=${file:secret}"]
)
def test_what_is_put_into_an_operators_address_is_published_nowhere(
    byline, tmp_path, monkeypatch, place
):
    monkeypatch.setenv("SECRET_OF_TEST", "HUNTER2")
    (tmp_path / "secret").write_text("HUNTER2\n")
    with Origin(default=Answer(b"no", status=500)) as origin:
        monkeypatch.setenv("ORIGIN_OF_TEST", origin.url)
        url = "${ORIGIN_OF_TEST}" + place
        lookup = {"name": "c", "type": "page", "url": url, "required": True}
        configuration = {
            "kafka": {"brokers": "127.0.0.1:1", "group": "g", "topics": ["in"]},
            "output": {"topic": "out", "framing": "single_object"},
            "dead_letter": {"topic": "dead"},
            "http": {"retry": {"attempts": 1}},
            "enrich": [lookup],
        }
        (tmp_path / "c.yaml").write_text(yaml.safe_dump(configuration))
        run = byline("enrich", "--config", tmp_path / "c.yaml", "-", stdin='{"event_id": "e1"}')
    assert run.returncode == 1, run.stderr
    assert "HUNTER2" in origin.asked[0]
    assert f"({origin.url}/" in run.stderr  # the host stays readable
    assert "***" in run.stderr
    assert "HUNTER2" not in run.stdout + run.stderr


def test_an_input_larger_than_an_event_may_be_is_told_with_the_size(enrich):
    run = enrich(b"x" * 20_000_000, lookups=())
    assert run.returncode == 2
    assert "at most 10485760 bytes" in run.stderr


def test_a_named_format_is_taken_at_its_word(enrich):
    assert record_of(enrich(b"11.03.2023 Author: A B\n\nFog\n", "--format", "text", lookups=()))
    run = enrich(b"11.03.2023 Author: A B\n\nFog\n", "--format", "json", lookups=())
    assert run.returncode == 1
    assert "json" in run.stderr.lower()
