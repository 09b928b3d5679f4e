"""`byline enrich` and `byline check` with Avro events."""

import io
import json
import struct

import fastavro
import pytest
import yaml

from servers.fake_registry import FakeRegistry

SCHEMA = {
    "type": "record",
    "name": "Event",
    "fields": [{"name": "title", "type": "string"}, {"name": "stars", "type": "int"}],
}


def value(schema_id):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, SCHEMA, {"title": "Fog", "stars": 4})
    return struct.pack(">xI", schema_id) + out.getvalue()


@pytest.fixture
def registry():
    answers = {
        "/schemas/ids/7": (200, {"schema": json.dumps(SCHEMA)}),
        "/schemas/ids/8": (503, {"message": "busy"}),
    }
    with FakeRegistry(answers) as server:
        yield server


@pytest.fixture
def configuration(tmp_path):
    def write(**changes):
        path = tmp_path / "worker.yaml"
        plain = {"output": {"framing": "single_object"}, "enrich": []}
        path.write_text(yaml.safe_dump(plain | changes))
        return path

    return write


@pytest.fixture
def enrich(byline, configuration, registry):
    def run(event, *arguments):
        path = configuration(registry={"url": registry.url})
        return byline("enrich", "--config", path, *arguments, "-", stdin=event)

    return run


@pytest.mark.parametrize("arguments", [("--format", "avro"), ()], ids=["avro", "auto"])
def test_the_schema_is_asked_from_the_registry(enrich, arguments):
    run = enrich(value(7), *arguments)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["title"] == "Fog"


def test_an_unknown_schema_is_said_and_no_record_comes_out(enrich):
    run = enrich(value(9), "--format", "avro")
    assert (run.returncode, run.stdout) == (1, "")
    assert "schema: registry: no schema 9: HTTP 404" in run.stderr


def test_who_waits_at_a_terminal_is_told_that_the_registry_is_ill(enrich):
    run = enrich(value(8), "--format", "avro")
    assert (run.returncode, run.stdout) == (1, "")
    assert "waiting for schema 8: registry: schema 8: HTTP 503: busy" in run.stderr


def test_without_a_registry_the_value_says_what_is_missing(byline, configuration):
    run = byline("enrich", "--config", configuration(), "-", stdin=value(7))
    assert run.returncode == 1
    assert "registry.url is not set" in run.stderr


def test_the_format_avro_needs_a_registry(byline, configuration):
    path = configuration(input={"format": "avro"})
    run = byline("check", "--config", path)
    line = path.read_text().splitlines().index("  format: avro") + 1
    assert run.returncode == 2
    assert f"{path}:{line}: input.format avro needs registry.url" in run.stderr


def test_the_format_avro_is_accepted_with_one(byline, configuration, registry):
    path = configuration(input={"format": "avro"}, registry={"url": registry.url})
    run = byline("check", "--config", path)
    assert run.returncode == 0, run.stderr
    assert "format avro" in run.stdout
