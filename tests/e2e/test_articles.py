"""Articles through a real broker and a real registry, read back with other people's decoders."""

import datetime
import hashlib
import json

import pytest

from servers.origin import Answer
from servers.records import ConfluentDecoder, SingleObjectDecoder
from servers.stage import catalog
from servers.topics import Record, text_headers

TITLE = "What the Tide Gauges of Small Harbours Tell Us"
EVENT = {
    "event_id": "e-2024-0001",
    "title": "A Lighthouse Is Sold for One Crown",
    "authors": ["Ada Brandt", "Tomas Vik"],
    "published": "2024-05-06T07:08:09+02:00",
    "language": "en-GB",
    "publisher": "Harbour Review",
    "doi": "10.5555/12345678",
    "text": "One crown – and the keeper’s bicycle.\n",
    "attributes": {"desk": "coast"},
}
CATALOG = {"section": "Coast", "keywords": ["lighthouses", "sales"], "license": "CC0", "rank": 3}
CHANGING = ("enriched_at",)


@pytest.fixture
def described_origin(origin):
    origin.default = Answer(json.dumps(CATALOG).encode())
    return origin


def text_with_instants(value):
    """A decoded record in the JSON view: RFC 3339 dates and lower-case hex."""
    if isinstance(value, dict):
        return {key: text_with_instants(item) for key, item in value.items()}
    if isinstance(value, list):
        return [text_with_instants(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def comparable(record):
    """Without what differs between two runs over the same event."""
    same = {key: value for key, value in record.items() if key not in CHANGING}
    for fetch in same["fetches"]:
        fetch.pop("duration_ms")
    return same


def parsed_instants(view):
    """The command's JSON view with its instants as seconds, as text_with_instants has them."""
    for name in ("published", "modified"):
        if view[name] and view[name]["instant"]:
            instant = datetime.datetime.fromisoformat(view[name]["instant"])
            view[name]["instant"] = instant.timestamp()
    return view


def check_article(record, text):
    """The rules for a plain-text article, on the decoded record."""
    assert record["title"] == TITLE
    assert [author["name"] for author in record["authors"]] == ["Mira Halvorsen"]
    assert record["published"]["date"] == datetime.date(2023, 3, 11)
    assert record["published"]["precision"] == "day"
    assert record["published"]["instant"] is None
    assert record["published"]["raw"] == "11.03.2023"
    assert record["publisher"] == "The Harbour Review"
    assert record["text"].encode() == text
    assert record["text_sha256"] == hashlib.sha256(text).digest()
    assert record["article_id"] == hashlib.sha256(text).hexdigest()
    assert record["word_count"] == len(text.decode().split())
    assert record["source_url"] is None
    assert record["provenance"]["title"]["source"] == "text"


def check_event(record):
    """The rules for EVENT after its lookup, on the decoded record."""
    for name in ("event_id", "title", "language", "publisher", "doi", "text"):
        assert record[name] == EVENT[name]
        assert record["provenance"].get(name, {"source": "event"})["source"] == "event"
    assert [author["name"] for author in record["authors"]] == EVENT["authors"]
    instant = datetime.datetime(2024, 5, 6, 5, 8, 9, tzinfo=datetime.timezone.utc)
    assert record["published"]["instant"] == instant
    assert record["published"]["date"] == datetime.date(2024, 5, 6)
    assert record["published"]["utc_offset_min"] == 120
    assert record["published"]["precision"] == "second"
    assert record["section"] == CATALOG["section"]
    assert record["tags"] == CATALOG["keywords"]
    assert record["license"] == CATALOG["license"]
    assert record["extra"] == {"rank": "3", "desk": "coast"}
    assert record["provenance"]["section"] == {
        "source": "catalog", "path": "/section", "fetch": 0,
    }  # fmt: skip
    assert [fetch["outcome"] for fetch in record["fetches"]] == ["ok"]
    assert record["fetches"][0]["http_status"] == 200
    assert record["status"] == "OK"


@pytest.mark.parametrize("framing", ["confluent", "single_object"])
def test_articles_are_equal_field_for_field(
    stage, registry, described_origin, article, schema_text, byline, framing
):
    stage.create_topics()
    text = article.read_bytes()
    event = json.dumps(EVENT).encode()
    worker = stage.worker(
        output={"framing": framing},
        registry={"url": registry.url},
        enrich=[catalog(described_origin.url, required=False)],
    ).start()
    stage.write(Record(text, b"text", (("origin", b"test"),)), Record(event, b"json"))
    messages = {message.key(): message for message in stage.outputs(2)}

    decode = {
        "confluent": ConfluentDecoder(registry),
        "single_object": SingleObjectDecoder(schema_text),
    }[framing]
    assert text_headers(messages[b"text"])["origin"] == "test"
    of_text, of_event = (decode(messages[key].value()) for key in (b"text", b"json"))
    check_article(of_text, text)
    check_event(of_event)

    for record, value in ((of_text, text), (of_event, event)):
        run = byline("enrich", "--config", worker.configuration, "-", stdin=value)
        assert run.returncode == 0, run.stderr
        view = parsed_instants(json.loads(run.stdout))
        assert comparable(view) == comparable(text_with_instants(record))


def test_the_registry_holds_the_schema_as_it_was_written(stage, registry, article, schema_text):
    stage.create_topics()
    stage.worker(output={"framing": "confluent"}, registry={"url": registry.url}).start()
    stage.write(Record(article.read_bytes()))
    value = stage.outputs(1)[0].value()
    registered = registry.schema_by_id(int.from_bytes(value[1:5], "big"))
    assert json.loads(registered) == json.loads(schema_text)
    assert f"{stage.output}-value" in registry.subjects()


def test_two_workers_share_one_schema_id(stage, registry, article):
    stage.create_topics()
    ids = []
    for _ in range(2):
        worker = stage.worker(output={"framing": "confluent"}, registry={"url": registry.url})
        worker.start()
        stage.write(Record(article.read_bytes()))
        ids.append(stage.outputs(len(ids) + 1)[-1].value()[1:5])
        assert worker.terminate() == 0
    assert ids[0] == ids[1]


def test_an_incompatible_schema_ends_the_worker_with_the_registrys_words(stage, registry):
    stage.create_topics()
    other = {"type": "record", "name": "Other", "fields": [{"name": "a", "type": "long"}]}
    registry.register(f"{stage.output}-value", json.dumps(other))
    registry.require_compatibility(f"{stage.output}-value", "FULL")
    worker = stage.worker(output={"framing": "confluent"}, registry={"url": registry.url})
    worker.launch()
    assert worker.wait(30) == 1
    assert "incompatible" in worker.log_text().lower()
