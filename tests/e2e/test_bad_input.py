"""Bad input among good: each bad record is a dead letter that explains itself, and nothing else
is disturbed."""

import json
from dataclasses import dataclass

import pytest

from servers.origin import Answer, Origin
from servers.records import SingleObjectDecoder
from servers.stage import Stage
from servers.topics import Record, text_headers

MEGABYTE = 1_000_000
TOPIC_LIMIT = 33_554_432


@dataclass(frozen=True)
class Case:
    name: str
    value: bytes
    error_class: str
    says: str  # a word that the message must have, in lower case


def with_url(url):
    return json.dumps({"event_id": "e", "url": url}).encode()


CASES = [
    Case("empty", b"", "decode", "empty"),
    Case("invalid JSON", b'{"event_id": "e1", "title": ', "decode", "json"),
    Case("JSON of another type", b"[1, 2, 3]", "decode", "object"),
    Case("id of another type", b'{"event_id": 7}', "decode", "event_id"),
    Case("authors of another type", b'{"event_id": "e", "authors": 7}', "decode", "authors"),
    Case("text in Latin-1", "24.01.2022 Author: Åse\n\nÅ\n".encode("latin-1"), "decode", "utf-8"),
    Case("JSON in Latin-1", '{"event_id": "Å"}'.encode("latin-1"), "decode", "utf-8"),
    Case("20 MB", b'{"event_id": "%s"}' % (b"e" * 20 * MEGABYTE), "too_large", "bytes"),
    Case("URL with spaces", with_url("http://harbour.example/a b"), "refused", "url"),
    Case("URL with CR LF", with_url("http://harbour.example/a\r\nX: y"), "refused", "url"),
    Case("URL of a file", with_url("file:///etc/passwd"), "refused", "http"),
    Case("URL of this machine", with_url("http://127.0.0.1/latest"), "refused", "127.0.0.1"),
]
NAMES = [case.name for case in CASES]


@pytest.fixture(scope="module")
def outcome(kafka, binary, tmp_path_factory, schema_text):
    """All cases in one topic, a good event before and after each; the dead letters by key."""
    stage = Stage(kafka.brokers, binary, tmp_path_factory.mktemp("bad-input"), "bad-input")
    stage.create_topics(max_message_bytes=TOPIC_LIMIT)
    page = {"name": "page", "type": "page", "url": "{url}", "required": True}
    with Origin(default=Answer(b"<title>Fog</title>", content_type="text/html")) as origin:
        stage.worker(enrich=[page], http={"allow": [origin.address]}).start()
        records = [good_event(origin, 0)]
        for number, case in enumerate(CASES, 1):
            records.append(Record(case.value, case.name.encode(), (("trace", b"t-1"),)))
            records.append(good_event(origin, number))
        stage.write(*records)
        outputs = stage.outputs(len(CASES) + 1)
        dead = stage.dead_letters(len(CASES))
        stage.stop()
    decode = SingleObjectDecoder(schema_text)
    return {
        "ids": [decode(message.value())["event_id"] for message in outputs],
        "dead": {message.key().decode(): message for message in dead},
        "source": stage.source,
    }


def good_event(origin, number):
    value = {"event_id": f"good-{number}", "url": f"{origin.url}/page"}
    return Record(json.dumps(value).encode(), b"good")


def test_the_events_around_go_on_in_order(outcome):
    assert outcome["ids"] == [f"good-{number}" for number in range(len(CASES) + 1)]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_dead_letter_is_the_input_unchanged(outcome, case):
    dead = outcome["dead"][case.name]
    assert dead.value() == case.value
    assert text_headers(dead)["trace"] == "t-1"


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_dead_letter_says_what_is_wrong(outcome, case):
    headers = text_headers(outcome["dead"][case.name])
    assert headers["byline.error.class"] == case.error_class
    message = headers["byline.error.message"]
    assert case.says in message.lower()
    assert message.isprintable()


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=NAMES)
def test_the_dead_letter_says_where_it_came_from(outcome, number, case):
    dead = outcome["dead"][case.name]
    headers = text_headers(dead)
    assert headers["byline.source.topic"] == outcome["source"]
    assert headers["byline.source.partition"] == "0"
    assert headers["byline.source.offset"] == str(2 * number + 1)
    assert int(headers["byline.source.timestamp"]) > 1_600_000_000_000
    assert headers["byline.error.stage"]
    assert headers["byline.attempts"] in ("0", "1")  # 1: refused only where it would connect


def test_a_tombstone_passes_as_a_tombstone(stage):
    stage.create_topics()
    worker = stage.worker().start()
    stage.write(Record(None, b"gone"))
    tombstone = stage.outputs(1)[0]
    assert tombstone.value() is None
    assert tombstone.key() == b"gone"
    assert worker.metric("byline_dead_letters_total") == 0


def test_ten_thousand_poison_records_in_a_row_are_ten_thousand_dead_letters(stage):
    stage.create_topics()
    worker = stage.worker().start()
    stage.write(*(Record(b'{"event_id": %d}' % number) for number in range(5_000)))
    stage.dead_letters(5_000)
    resident = worker.resident_bytes()
    stage.write(*(Record(b'{"event_id": %d}' % number) for number in range(5_000, 10_000)))
    values = [message.value() for message in stage.dead_letters(10_000)]
    assert values == [b'{"event_id": %d}' % number for number in range(10_000)]
    assert worker.metric("byline_dead_letters_total", **{"class": "decode"}) == 10_000
    assert worker.resident_bytes() - resident < 8 * MEGABYTE
