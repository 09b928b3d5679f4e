"""The registry's client and the schemas that it feeds: against the real registry, and against one
that misbehaves."""

import base64
import json
import time

import pytest

from servers.fake_registry import FakeRegistry, byte_by_byte, redirect_elsewhere

VERSIONS = "/subjects/articles-value/versions"
GUID = "89791b76-2a14-4c01-955b-2e3a4b708d0f"
DEADLINE_S = 10


@pytest.fixture
def schema_file(tmp_path):
    path = tmp_path / "schema.avsc"
    path.write_text('{ "type": "record", "name": "R", "fields": [] }')
    return path


@pytest.fixture
def ask(driver):
    """ask("id", 7, url=...) gives the driver's answer."""

    def run(*arguments, **keys):
        settings = [f"{key}={value}" for key, value in keys.items()]
        return json.loads(driver("registry_driver", *settings, *arguments).stdout)

    return run


def test_docs_defaults_and_logical_types_come_back(ask, registry, tmp_path, schema_text):
    path = tmp_path / "enriched.avsc"
    path.write_text(schema_text)
    answer = ask("register", "as-written-value", path, url=registry.url + "/")
    assert answer["id"] == ask("register", "as-written-value", path, url=registry.url)["id"]
    kept = registry.schema_by_id(answer["id"])  # this registry takes the white space out
    assert json.loads(kept) == json.loads(schema_text)
    assert ask("id", answer["id"], url=registry.url) == {"schema": kept}
    assert "as-written-value" in registry.subjects()


def test_an_incompatible_schema_is_fatal_with_the_registry_s_words(ask, registry, tmp_path):
    before, after = tmp_path / "before.avsc", tmp_path / "after.avsc"
    before.write_text('{"type":"record","name":"R","fields":[]}')
    after.write_text('{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}')
    assert "id" in ask("register", "strict-value", before, url=registry.url)
    registry.require_compatibility("strict-value", "BACKWARD")
    answer = ask("register", "strict-value", after, url=registry.url)
    assert answer["kind"] == "fatal"
    assert "HTTP 409" in answer["message"]
    assert "ncompatible" in answer["message"]


def test_looking_up_registers_nothing(ask, registry, schema_file):
    answer = ask("register", "never-value", schema_file, url=registry.url, look_up=1)
    assert answer["kind"] == "fatal"
    assert "HTTP 404" in answer["message"]
    assert "never-value" not in registry.subjects()
    known = ask("register", "known-value", schema_file, url=registry.url)
    again = ask("register", "known-value", schema_file, url=registry.url, look_up=1)
    assert again["id"] == known["id"]


def test_an_unknown_id_is_poison(ask, registry):
    answer = ask("id", 999999, url=registry.url)
    assert answer["kind"] == "poison"
    assert "no schema 999999: HTTP 404" in answer["message"]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((500, {"message": "store is ill"}), "retry", "HTTP 500: store is ill"),
        ((503, b"<html>busy</html>"), "retry", "HTTP 503: <html>busy</html>"),
        ((429, {}), "retry", "HTTP 429"),
        ((401, {"message": "who are you"}), "fatal", "HTTP 401: who are you"),
        ((409, {"message": "no \x1b[31mway"}), "fatal", "HTTP 409: no ?[31mway"),
        ((422, {"message": "bad schema"}), "fatal", "HTTP 422: bad schema"),
        ((200, b"<html>hello</html>"), "fatal", "without a schema id"),
        ((200, {"id": -1}), "fatal", "without a schema id"),
        ((200, b" " * 5_000_000), "retry", "an answer of more than"),
        (redirect_elsewhere, "fatal", "HTTP 302"),
    ],
)
def test_every_answer_has_its_kind(ask, schema_file, answer, kind, words):
    with FakeRegistry({VERSIONS: answer}) as fake:
        got = ask("register", "articles-value", schema_file, url=fake.url)
    assert (got["kind"], words in got["message"]) == (kind, True), got
    assert len(fake.requests) == 1


def test_a_registry_that_is_down_is_asked_again(ask, schema_file):
    with FakeRegistry({}) as fake:
        url = fake.url
    assert ask("register", "articles-value", schema_file, url=url)["kind"] == "retry"


def test_a_slow_answer_ends_at_the_deadline(ask, schema_file):
    began = time.monotonic()
    with FakeRegistry({VERSIONS: byte_by_byte}) as fake:
        assert ask("register", "articles-value", schema_file, url=fake.url)["kind"] == "retry"
    assert DEADLINE_S - 1 < time.monotonic() - began < DEADLINE_S + 2


def test_the_text_is_sent_as_written(ask, tmp_path, schema_text):
    path = tmp_path / "enriched.avsc"
    path.write_text(schema_text)
    with FakeRegistry({VERSIONS: (200, {"id": 7})}) as fake:
        assert ask("register", "articles-value", path, url=fake.url) == {"id": 7, "guid": ""}
    assert json.loads(fake.requests[0][3]) == {"schema": schema_text}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"bearer": "s3cret"}, "Bearer s3cret"),
        (
            {"username": "u", "password": "s3cret"},
            "Basic " + base64.b64encode(b"u:s3cret").decode(),
        ),
        ({}, None),
    ],
)
def test_credentials_are_sent_and_never_told(ask, schema_file, keys, expected):
    with FakeRegistry({VERSIONS: (403, {"message": "no"})}) as fake:
        got = ask("register", "articles-value", schema_file, url=fake.url, **keys)
    method, _, headers, body = fake.requests[0]
    assert method == "POST"
    assert headers.get("Authorization") == expected
    assert json.loads(body) == {"schema": schema_file.read_text()}
    assert "s3cret" not in got["message"]


@pytest.mark.parametrize(
    "answers",
    [
        {VERSIONS: (200, {"id": 7, "guid": GUID})},
        {VERSIONS: (200, {"id": 7}), "/schemas/ids/7": (200, {"schema": "{}", "guid": GUID})},
    ],
)
def test_the_guid_is_found_where_the_registry_has_it(ask, schema_file, answers):
    with FakeRegistry(answers) as fake:
        got = ask("register", "articles-value", schema_file, url=fake.url, header=1)
    assert got == {"id": 7, "guid": GUID}


def test_without_a_guid_the_header_framing_is_refused(ask, schema_file):
    answers = {VERSIONS: (200, {"id": 7}), "/schemas/ids/7": (200, {"schema": "{}"})}
    with FakeRegistry(answers) as fake:
        got = ask("register", "articles-value", schema_file, url=fake.url, header=1)
    assert got["kind"] == "fatal"
    assert "confluent_header" in got["message"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((404, {"message": "no"}), "poison"),
        ((404, b"<html>nothing here</html>"), "fatal"),
        ((200, b" " * 5_000_000), "poison"),
        (redirect_elsewhere, "fatal"),
        ((500, {}), "retry"),
        ((403, {}), "fatal"),
        ((200, {"schema": "syntax", "schemaType": "PROTOBUF"}), "poison"),
        ((200, {"schema": 7}), "fatal"),
    ],
)
def test_a_schema_that_cannot_be_had_has_its_kind(ask, answer, kind):
    with FakeRegistry({"/schemas/ids/7": answer}) as fake:
        assert ask("id", 7, url=fake.url)["kind"] == kind


def test_types_of_other_subjects_are_resolved(ask, registry, resolve):
    author = {"type": "record", "name": "a.Author", "fields": [{"name": "n", "type": "string"}]}
    event = {"type": "record", "name": "R", "fields": [{"name": "by", "type": "a.Author"}]}
    registry.register("author", json.dumps(author))
    schema_id = registry.register("by-value", json.dumps(event), [("a.Author", "author")])
    assert '"n"' in ask("id", schema_id, url=registry.url)["schema"]
    assert resolve(registry.url, schema_id) == {schema_id: "hit"}


@pytest.fixture
def resolve(driver):
    """resolve(url, 7, 7, 8) has all ids wait at once; gives {id: "hit" or the reason}."""

    def run(url, *ids):
        lines = driver("schemas_driver", url, *ids).stdout.decode().splitlines()
        return {int(schema_id): result for schema_id, result in (line.split(" ", 1) for line in lines)}

    return run


def test_all_who_wait_for_a_schema_share_one_question(resolve):
    schema = {"schema": '{"type":"record","name":"R","fields":[]}'}
    answers = {"/schemas/ids/7": (200, schema), "/schemas/ids/8": (200, {"schema": "{"})}
    with FakeRegistry(answers) as fake:
        got = resolve(fake.url, 7, 8, 9, 7, 7, 9)
    assert got[7] == "hit"
    assert got[8].startswith("registry: schema: line 1")
    assert got[9] == "registry: no schema 9: HTTP 404: nothing here"
    assert sorted(path for _, path, _, _ in fake.requests) == [
        "/schemas/ids/7", "/schemas/ids/8", "/schemas/ids/9",
    ]  # fmt: skip


def test_a_registry_that_is_ill_is_asked_until_it_is_well(resolve):
    schema = {"schema": '{"type":"record","name":"R","fields":[]}'}
    turns = iter([(500, {}), (403, {}), (200, schema)])
    with FakeRegistry({"/schemas/ids/7": lambda _: next(turns)}) as fake:
        assert resolve(fake.url, 7) == {7: "hit"}
    assert len(fake.requests) == 3


def test_an_id_that_always_fails_keeps_no_other_from_being_asked(resolve):
    schema = {"schema": '{"type":"record","name":"R","fields":[]}'}
    answers_of_7 = iter([(500, {})] * 2)
    with FakeRegistry({}) as fake:

        def ill_until_8_is_known(_):
            others = [path for _, path, _, _ in fake.requests if path.endswith("/8")]
            return (200, schema) if others else next(answers_of_7)

        fake.answers = {
            "/schemas/ids/7": ill_until_8_is_known,
            "/schemas/ids/8": (200, schema),
        }
        assert resolve(fake.url, 7, 8) == {7: "hit", 8: "hit"}


def test_without_a_registry_nothing_waits(resolve):
    assert resolve("", 7)[7].endswith("registry.url is not set")
