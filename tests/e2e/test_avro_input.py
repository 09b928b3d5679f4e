"""Avro events, written by Confluent's own serializer with schemas that the worker has never seen."""

import io
import json
import struct
from dataclasses import dataclass
from pathlib import Path

import fastavro
import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import Stage
from servers.topics import Record, text_headers

EVENT_SCHEMA = (Path(__file__).resolve().parents[2] / "schemas/article-event.avsc").read_text()
MEGABYTE = 1_000_000
MANY_NULLS = 2**40
INT64_MIN = -(2**63)


def record_schema(name, *fields):
    return json.dumps(
        {
            "type": "record",
            "name": name,
            "fields": [{"name": field, "type": kind} for field, kind in fields],
        }
    )


# What a producer of years ago wrote: fewer fields, no unions, an int where there is a long now.
OLDER = record_schema("ArticleEvent", ("event_id", "string"), ("observed_at", "int"))

# What one wrote that is ahead of us: other order, new fields of any type, a date that is a date.
SCORE = {
    "type": "record",
    "name": "Score",
    "fields": [
        {"name": "value", "type": "double"},
        {"name": "by", "type": {"type": "map", "values": ["null", "float"]}},
    ],
}
NEWER = record_schema(
    "ArticleEvent",
    ("score", ["null", SCORE]),
    ("title", ["null", "string"]),
    ("published", ["null", {"type": "int", "logicalType": "date"}]),
    ("event_id", "string"),
    ("publisher", "bytes"),
    ("observed_at", ["null", {"type": "long", "logicalType": "timestamp-micros"}]),
)


class Producer:
    """Values as Confluent's serializer writes them; schemas register themselves."""

    def __init__(self, registry, topic):
        self.client = SchemaRegistryClient({"url": registry.url})
        self.context = SerializationContext(topic, MessageField.VALUE)

    def value(self, schema, event, **configuration):
        configuration.setdefault("normalize.schemas", False)
        serializer = AvroSerializer(self.client, schema, conf=configuration)
        return serializer(event, self.context)


def confluent(schema_id, payload):
    return struct.pack(">xI", schema_id) + payload


def avro_long(number):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, "long", number)
    return out.getvalue()


def avro(schema, event):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(json.loads(schema)), event)
    return out.getvalue()


def single_object(schema, event):
    form = fastavro.schema.to_parsing_canonical_form(json.loads(schema))
    return (
        b"\xc3\x01"
        + bytes.fromhex(fastavro.schema.fingerprint(form, "CRC-64-AVRO"))
        + avro(schema, event)
    )


def test_older_and_newer_writers_are_read(stage, registry, schema_text):
    producer = Producer(registry, stage.source)
    stage.create_topics()
    registry.require_compatibility(f"{stage.source}-value", "NONE")
    stage.worker(input={"format": "avro"}, registry={"url": registry.url}).start()
    newer = {
        "score": {"value": 0.5, "by": {"a": 1.0, "b": None}},
        "title": "Fog",
        "published": 19016,
        "event_id": "newer",
        "publisher": "Åland Post".encode(),
        "observed_at": 1_700_000_000_123_456,
    }
    full = {
        "event_id": "full", "title": "Horns", "authors": ["Mira Halvorsen"], "language": "en",
        "published": "2022-01-24", "attributes": {"rank": "7"},
    }  # fmt: skip
    stage.write(
        *(
            Record(value, b"key")
            for value in (
                producer.value(OLDER, {"event_id": "older", "observed_at": 1_700_000_000}),
                producer.value(NEWER, newer),
                producer.value(EVENT_SCHEMA, full),
                single_object(EVENT_SCHEMA, {"event_id": "single"}),
                producer.value(OLDER, {"event_id": "older again", "observed_at": 0}),
            )
        )
    )
    decode = SingleObjectDecoder(schema_text)
    records = [decode(message.value()) for message in stage.outputs(5)]
    assert [record["event_id"] for record in records] == [
        "older", "newer", "full", "single", "older again",
    ]  # fmt: skip
    older, newer, full, *_ = records
    assert older["title"] is None
    assert older["authors"] == []
    assert newer["title"] == "Fog"
    assert newer["publisher"] == "Åland Post"
    assert newer["published"]["date"].isoformat() == "2022-01-24"
    assert full["authors"][0]["name"] == "Mira Halvorsen"
    assert full["extra"] == {"rank": "7"}
    assert full["provenance"]["title"]["path"] == "/title"


def test_auto_tells_avro_from_json_and_text(stage, registry, schema_text):
    producer = Producer(registry, stage.source)
    stage.create_topics()
    worker = stage.worker(registry={"url": registry.url}).start()
    stage.write(
        Record(producer.value(EVENT_SCHEMA, {"event_id": "avro"}), b"key"),
        Record(b'{"event_id": "json"}', b"key"),
        Record(b"24.01.2022 Author: Jane Roe\n\nA headline\n\nWords.\n", b"key"),
    )
    decode = SingleObjectDecoder(schema_text)
    records = [decode(message.value()) for message in stage.outputs(3)]
    assert [record["event_id"] for record in records[:2]] == ["avro", "json"]
    assert records[2]["title"] == "A headline"
    assert worker.metric("byline_schema_requests_total", result="found") == 1


# --- poison ------------------------------------------------------------------------------------

LIST = record_schema("Nested", ("next", ["null", "Nested"]))
NULLS = record_schema("Nulls", ("nulls", {"type": "array", "items": "null"}))
KIND = {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}
WITH_ENUM = record_schema("WithEnum", ("event_id", "string"), ("kind", KIND))
TEXT = record_schema("Text", ("title", "string"))
NUMBER = record_schema("Number", ("title", "int"))


@dataclass(frozen=True)
class Case:
    name: str
    schema: str | None  # None: the value has no schema in front
    payload: bytes
    error_class: str
    says: str


CASES = [
    Case("empty", None, b"", "decode", "empty"),
    Case("4 bytes", None, b"\0\0\0\1", "decode", "4 bytes"),
    Case("wrong magic", None, b"\1\0\0\0\1\2e", "decode", "without a schema"),
    Case("JSON", None, b'{"event_id": "e1"}', "decode", "without a schema"),
    Case("unknown id", None, confluent(999_999, b"\2e"), "schema", "no schema 999999: http 404"),
    Case("unknown fingerprint", None, b"\xc3\x01" + b"f" * 9, "schema", "fingerprint"),
    Case("no payload", TEXT, b"", "decode", "title"),
    Case("truncated", TEXT, avro_long(10) + b"Fog", "decode", "truncated"),
    Case("more bytes than the record", TEXT, avro_long(3) + b"Fog!", "decode", "1 bytes behind"),
    Case("negative length", TEXT, avro_long(-3) + b"Fog", "decode", "length"),
    Case("length of 2^62", TEXT, avro_long(2**62) + b"Fog", "decode", "length"),
    Case("block count INT64_MIN", NULLS, avro_long(INT64_MIN) + b"\0", "decode", "block"),
    Case("2^40 nulls", NULLS, avro_long(MANY_NULLS) + b"\0", "decode", "too many items"),
    Case("recursion", LIST, b"\2" * MEGABYTE + b"\0", "decode", "too deep"),
    Case("enum out of range", WITH_ENUM, b"\2e\4", "decode", "symbol"),
    Case("branch out of range", LIST, b"\4", "decode", "branch"),
    Case("not UTF-8", TEXT, avro_long(1) + b"\xff", "decode", "utf-8"),
    Case("field of another type", NUMBER, b"\2", "schema", "title"),
    Case("not a record", '"int"', b"\2", "schema", "record"),
]
NAMES = [case.name for case in CASES]


@pytest.fixture(scope="module")
def outcome(kafka, registry, binary, tmp_path_factory, schema_text):
    """All cases in one topic, a good event before and after each."""
    stage = Stage(kafka.brokers, binary, tmp_path_factory.mktemp("avro-poison"), "avro-poison")
    stage.create_topics()
    good_id = registry.register(f"{stage.name}-good", EVENT_SCHEMA)
    worker = stage.worker(input={"format": "avro"}, registry={"url": registry.url}).start()

    def good(number):
        return Record(confluent(good_id, avro(EVENT_SCHEMA, {"event_id": f"good-{number}"})), b"k")

    def value_of(case):
        if case.schema is None:
            return case.payload
        subject = f"{stage.name}-{NAMES.index(case.name)}"
        return confluent(registry.register(subject, case.schema), case.payload)

    values = {case.name: value_of(case) for case in CASES}
    stage.write(good(0))
    stage.outputs(1)
    before_bytes = worker.resident_bytes()
    records = []
    for number, case in enumerate(CASES, 1):
        records += [Record(values[case.name], case.name.encode()), good(number)]
    stage.write(*records)
    outputs = stage.outputs(len(CASES) + 1, timeout_s=20)
    dead = stage.dead_letters(len(CASES), timeout_s=20)
    grown_bytes = worker.resident_bytes() - before_bytes
    stage.stop()
    decode = SingleObjectDecoder(schema_text)
    return {
        "ids": [decode(message.value())["event_id"] for message in outputs],
        "dead": {message.key().decode(): message for message in dead},
        "values": values,
        "grown_bytes": grown_bytes,
    }


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_poison_is_a_dead_letter_that_says_why(outcome, case):
    dead = outcome["dead"][case.name]
    headers = text_headers(dead)
    assert dead.value() == outcome["values"][case.name]
    assert headers["byline.error.class"] == case.error_class, headers
    assert case.says in headers["byline.error.message"].lower()
    assert headers["byline.error.stage"] == "decode"


def test_poison_holds_up_nothing_and_takes_no_memory(outcome):
    assert outcome["ids"] == [f"good-{number}" for number in range(len(CASES) + 1)]
    assert outcome["grown_bytes"] < 50 * MEGABYTE
