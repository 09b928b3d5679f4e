"""Events whose schema the registry does not give: they wait, all others go on, nothing is lost."""

import io
import json
import struct

import fastavro
import pytest
import requests

from servers.fake_registry import FakeRegistry
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.registry import Registry
from servers.topics import Record, text_headers

GUID = "89791b76-2a14-4c01-955b-2e3a4b708d0f"
SCHEMA = {
    "type": "record",
    "name": "Event",
    "fields": [{"name": "event_id", "type": "string"}],
}
ANSWER = (200, {"schema": json.dumps(SCHEMA)})
ANOTHER = json.dumps({**SCHEMA, "name": "Other"})


def payload(event_id):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, SCHEMA, {"event_id": event_id})
    return out.getvalue()


def event(schema_id, event_id, key=None):
    return Record(struct.pack(">xI", schema_id) + payload(event_id), (key or event_id).encode())


@pytest.fixture
def ids_of(schema_text):
    decode = SingleObjectDecoder(schema_text)
    return lambda messages: [decode(message.value())["event_id"] for message in messages]


def reader(stage, registry_url, **changes):
    return stage.worker(input={"format": "avro"}, registry={"url": registry_url}, **changes)


def why_not_ready(worker):
    answer = requests.get(worker.admin_url + "/readyz", timeout=2)
    return answer.text if answer.status_code == 503 else ""


def test_a_registry_that_dies_and_comes_back_costs_nothing(stage, tmp_path, ids_of):
    stage.create_topics()
    with Registry(tmp_path / "registry") as registry:
        registry.start()
        known = registry.register(f"{stage.name}-a", json.dumps(SCHEMA))
        unknown = registry.register(f"{stage.name}-b", ANOTHER)
        worker = reader(stage, registry.url).start()
        stage.write(event(known, "before"))
        assert ids_of(stage.outputs(1)) == ["before"]

        registry.kill()
        stage.write(event(unknown, "waits", "key"), event(known, "behind", "key"))
        stage.write(event(known, "goes on"))
        assert ids_of(stage.outputs(2)) == ["before", "goes on"]
        reason = wait_until(lambda: why_not_ready(worker), 10, "not ready")
        assert f"waiting for schema {unknown}: registry: " in reason
        assert worker.status("/healthz") == 200
        assert worker.metric("byline_events_waiting_for_schema") == 1

        registry.start()
        assert ids_of(stage.outputs(4))[2:] == ["waits", "behind"]
        worker.wait_ready()
        assert worker.metric("byline_dead_letters_total") == 0
        wait_until(lambda: stage.lag() == 0, 20, "lag is 0")


def test_a_registry_that_is_ill_makes_no_dead_letter(stage, ids_of):
    stage.create_topics()
    ills = [(500, {}), (503, b"<html>busy</html>"), (404, b"<html>no route</html>"), (401, {})]
    turns = iter(ills)
    answers = {"/schemas/ids/7": lambda _: next(turns, ANSWER), "/schemas/ids/8": ANSWER}
    with FakeRegistry(answers) as registry:
        worker = reader(stage, registry.url).start()
        stage.write(event(7, "waits"), event(8, "goes on"), event(9, "unknown"), event(9, "same"))
        assert sorted(ids_of(stage.outputs(2))) == ["goes on", "waits"]
        dead = stage.dead_letters(2)
    assert {message.key() for message in dead} == {b"unknown", b"same"}
    assert text_headers(dead[0])["byline.error.class"] == "schema"
    assert worker.metric("byline_schema_requests_total", result="failed") == len(ills)
    paths = [path for _, path, _, _ in registry.requests]
    assert paths.count("/schemas/ids/9") == 1  # what is missing is remembered


def test_who_stops_while_it_waits_leaves_the_events_to_the_next(stage, ids_of):
    stage.create_topics()
    answers = {"/schemas/ids/7": (500, {}), "/schemas/ids/8": ANSWER}
    with FakeRegistry(answers) as registry:
        worker = reader(stage, registry.url).start()
        stage.write(event(8, "done"), event(7, "waits", "key"), event(8, "behind", "key"))
        assert ids_of(stage.outputs(1)) == ["done"]
        wait_until(lambda: why_not_ready(worker), 10, "not ready")
        worker.terminate()  # and not after the 20 s of a drain
        assert "drain_cut_short" in worker.log_text()

        answers["/schemas/ids/7"] = ANSWER
        reader(stage, registry.url).start()
        assert ids_of(stage.outputs(3)) == ["done", "waits", "behind"]
        wait_until(lambda: stage.lag() == 0, 20, "lag is 0")


def test_partitions_may_be_revoked_while_their_events_wait(stage, ids_of):
    stage.create_topics(partitions=4)
    answers = {"/schemas/ids/7": (500, {})}
    with FakeRegistry(answers) as registry:
        first = reader(stage, registry.url).start()
        stage.write(*(event(7, f"e{number}") for number in range(40)))
        wait_until(lambda: first.metric("byline_events_waiting_for_schema") == 40, 20, "all wait")
        second = reader(stage, registry.url).launch()
        wait_until(lambda: "assigned" in second.log_text(), 20, "the second has partitions")
        answers["/schemas/ids/7"] = ANSWER
        assert sorted(ids_of(stage.outputs(40))) == sorted(f"e{number}" for number in range(40))
        wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
        assert first.is_running()


def test_more_events_than_fit_wait_and_all_come_out_in_order(stage, ids_of):
    count = 6_000
    stage.create_topics()
    answers = {"/schemas/ids/7": (500, {})}
    with FakeRegistry(answers) as registry:
        worker = reader(stage, registry.url, delivery="exactly_once").start()
        stage.write(*(event(7, f"e{number:05}", "key") for number in range(count)))
        waiting = "byline_events_waiting_for_schema"
        wait_until(lambda: worker.metric(waiting) > 3_000, 20, "intake is full")
        assert worker.metric(waiting) < count
        answers["/schemas/ids/7"] = ANSWER
        assert ids_of(stage.outputs(count)) == [f"e{number:05}" for number in range(count)]


def test_the_schema_may_stand_in_a_header(stage, ids_of):
    stage.create_topics()
    header = ("__value_schema_id", b"\1" + bytes.fromhex(GUID.replace("-", "")))
    with FakeRegistry({f"/schemas/guids/{GUID}": ANSWER}) as registry:
        stage.worker(registry={"url": registry.url}).start()  # auto
        stage.write(Record(payload("by header"), b"key", (header, ("trace", b"t-1"))))
        message = stage.outputs(1)[0]
    assert ids_of([message]) == ["by header"]
    assert [name for name, _ in message.headers()] == ["trace"]  # ours is another schema
