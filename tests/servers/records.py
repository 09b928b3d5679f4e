"""The worker's Avro records, decoded with fastavro by the schema that they name."""

import io
import json
import struct

import fastavro
from fastavro.schema import fingerprint, to_parsing_canonical_form

CONFLUENT_MAGIC = b"\x00"
CONFLUENT_HEADER = struct.Struct(">xI")
SINGLE_OBJECT_MAGIC = b"\xc3\x01"
FINGERPRINT_BYTES = 8


def decode(payload, schema):
    """The record of exactly these bytes."""
    stream = io.BytesIO(payload)
    record = fastavro.schemaless_reader(stream, schema)
    left = len(payload) - stream.tell()
    assert left == 0, f"{left} bytes behind the record"
    return record


class ConfluentDecoder:
    """Knows no schema but what the registry tells it."""

    def __init__(self, registry):
        self.registry = registry
        self.schemas = {}

    def __call__(self, value):
        assert value[:1] == CONFLUENT_MAGIC, value[:5]
        (schema_id,) = CONFLUENT_HEADER.unpack_from(value)
        if schema_id not in self.schemas:
            text = self.registry.schema_by_id(schema_id)
            self.schemas[schema_id] = fastavro.parse_schema(json.loads(text))
        return decode(value[CONFLUENT_HEADER.size :], self.schemas[schema_id])


class SingleObjectDecoder:
    """Knows the schemas that it was given, by their CRC-64-AVRO fingerprint."""

    def __init__(self, *schema_texts):
        self.schemas = {}
        for text in schema_texts:
            schema = json.loads(text)
            crc = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
            self.schemas[bytes.fromhex(crc)] = fastavro.parse_schema(schema)

    def __call__(self, value):
        start = len(SINGLE_OBJECT_MAGIC)
        assert value[:start] == SINGLE_OBJECT_MAGIC, value[:2]
        crc = value[start : start + FINGERPRINT_BYTES]
        return decode(value[start + FINGERPRINT_BYTES :], self.schemas[crc])
