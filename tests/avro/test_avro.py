"""Our Avro read by fastavro, and fastavro's read by ours."""

import datetime
import io
import json
from pathlib import Path

import fastavro
import pytest
from fastavro.schema import fingerprint, to_parsing_canonical_form
from fastavro.utils import generate_many

ROOT = Path(__file__).resolve().parents[2]
UTC = datetime.timezone.utc
OWN_SCHEMA = {
    "type": "record",
    "name": "Mine",
    "namespace": "org.example",
    "fields": [
        {"name": "team", "type": "string", "default": "web"},
        {"name": "authors", "type": {"type": "array", "items": "string"}},
        {"name": "published", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "status", "type": {"type": "enum", "name": "S", "symbols": ["PARTIAL", "REST"],
                                    "default": "REST"}},
        {"name": "title", "type": ["string", "null"]},
        {"name": "word_count", "type": "long"},
        {"name": "doi", "type": "string", "default": "none"},
    ],
}  # fmt: skip

EVERY_TYPE = {
    "type": "record",
    "name": "Every",
    "fields": [
        {"name": "b", "type": "boolean"},
        {"name": "i", "type": "int"},
        {"name": "l", "type": "long"},
        {"name": "d", "type": "double"},
        {"name": "s", "type": "string"},
        {"name": "y", "type": "bytes"},
        {"name": "x", "type": {"type": "fixed", "name": "X", "size": 5}},
        {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A", "B"]}},
        {"name": "a", "type": {"type": "array", "items": ["null", "long", "string"]}},
        {"name": "m", "type": {"type": "map", "values": "int"}},
    ],
}


@pytest.fixture
def schema_file(tmp_path):
    def write(schema):
        path = tmp_path / "schema.avsc"
        path.write_text(schema if isinstance(schema, str) else json.dumps(schema))
        return path

    return write


def encode(driver, path):
    run = driver("avro_driver", "encode", path)
    assert run.returncode == 0, run.stderr
    stream = io.BytesIO(run.stdout)
    record = fastavro.schemaless_reader(stream, json.loads(path.read_text()))
    assert not stream.read()
    return record


def test_fastavro_reads_the_default_schema_s_record(driver, schema_file, schema_text):
    record = encode(driver, schema_file(schema_text))
    assert record["title"] == "Châteaux 🏰"
    assert record["text"] == "a\0b\r\nc"
    assert record["text_sha256"] == b"\0\x01\xff"
    assert record["authors"] == [
        {"name": "Mira Halvorsen", "kind": "person", "url": None, "orcid": None},
        {"name": "Jørn", "kind": "unknown", "url": "https://example.org/j", "orcid": None},
    ]
    assert record["published"] == {
        "instant": datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, UTC),
        "date": datetime.date(1970, 1, 1),
        "utc_offset_min": 60,
        "precision": "second",
        "raw": "1970-01-01T00:59:59.999+01:00",
    }
    assert (record["tags"], record["free_access"]) == (["harbour", ""], False)
    assert record["word_count"] == 2**31 - 1
    assert record["provenance"]["title"] == {"source": "event", "path": "/title", "fetch": None}
    assert record["provenance"]["language"] == {"source": "page", "path": "html/lang", "fetch": 0}
    assert record["status"] == "PARTIAL"
    assert [fetch["http_status"] for fetch in record["fetches"]] == [200, None]
    assert record["enriched_at"] == datetime.datetime(2023, 11, 14, 22, 13, 20, 123000, UTC)
    assert record["extra"] == {"rank": "7"}
    assert record["doi"] is None


def test_fastavro_reads_the_record_of_a_schema_of_one_s_own(driver, schema_file):
    assert encode(driver, schema_file(OWN_SCHEMA)) == {
        "team": "web",
        "authors": ["Mira Halvorsen", "Jørn"],
        "published": datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, UTC),
        "status": "PARTIAL",
        "title": "Châteaux 🏰",
        "word_count": 2**31 - 1,
        "doi": "none",
    }


def plain(value):
    return value.hex() if isinstance(value, bytes) else value


def test_what_fastavro_writes_has_a_json_view(driver, schema_file):
    path = schema_file(EVERY_TYPE)
    for record in generate_many(EVERY_TYPE, 50):
        payload = io.BytesIO()
        fastavro.schemaless_writer(payload, EVERY_TYPE, record)
        run = driver("avro_driver", "json", path, stdin=payload.getvalue())
        assert run.returncode == 0, run.stderr
        assert json.loads(run.stdout) == {key: plain(value) for key, value in record.items()}


def test_every_cut_and_every_flipped_bit_is_survived(driver, schema_file):
    path = schema_file(EVERY_TYPE)
    record = next(iter(generate_many(EVERY_TYPE, 1)))
    payload = io.BytesIO()
    fastavro.schemaless_writer(payload, EVERY_TYPE, record)
    whole = payload.getvalue()
    for at in range(0, len(whole), 7):
        flipped = bytearray(whole)
        flipped[at] ^= 0x80
        assert driver("avro_driver", "json", path, stdin=whole[:at]).returncode == 1
        assert driver("avro_driver", "json", path, stdin=bytes(flipped)).returncode in (0, 1)


def test_an_event_that_fastavro_writes_is_read(driver):
    path = ROOT / "schemas/article-event.avsc"
    event = {
        "event_id": "e-1",
        "url": "https://example.org/a",
        "title": "Châteaux",
        "authors": ["Mira Halvorsen", "Jørn Vik"],
        "published": "2022-01-24",
        "observed_at": datetime.datetime(2023, 11, 14, tzinfo=UTC),
        "attributes": {"rank": "7"},
    }
    payload = io.BytesIO()
    fastavro.schemaless_writer(payload, json.loads(path.read_text()), event)
    run = driver("avro_driver", "event", path, stdin=payload.getvalue())
    assert run.returncode == 0, run.stderr
    read = json.loads(run.stdout)
    assert (read["event_id"], read["source_url"]) == ("e-1", "https://example.org/a")
    assert read["title"] == "Châteaux"
    assert [author["name"] for author in read["authors"]] == event["authors"]
    assert read["published"]["date"] == "2022-01-24"


@pytest.mark.parametrize("schema", [OWN_SCHEMA, EVERY_TYPE, "the default"])
def test_the_fingerprint_is_fastavro_s(driver, schema_file, schema_text, schema):
    schema = json.loads(schema_text) if schema == "the default" else schema
    run = driver("avro_driver", "fingerprint", schema_file(schema))
    expected = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
    assert int(run.stdout, 16).to_bytes(8, "little").hex() == expected
