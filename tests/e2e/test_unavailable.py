"""Neighbours that are down at the start or go away: the worker waits, says so, and comes back."""

import json

import pytest

from servers.kafka import Kafka
from servers.nginx import Nginx
from servers.process import wait_until
from servers.records import ConfluentDecoder, SingleObjectDecoder
from servers.registry import Registry
from servers.stage import catalog
from servers.topics import Reader, Record, text_headers

QUICK = {"retry": {"attempts": 2, "backoff": "50ms"}, "breaker": {"failures": 50, "open": "500ms"}}


def event(number):
    return Record(json.dumps({"event_id": f"e{number:07}", "title": "Fog"}).encode(), b"key")


@pytest.fixture
def own_kafka(tmp_path):
    """A broker that this test may end."""
    with Kafka(tmp_path / "kafka") as server:
        yield server.start()


@pytest.fixture
def own_nginx(tmp_path):
    """An origin that is not started yet."""
    with Nginx(tmp_path / "nginx") as server:
        yield server


def test_a_broker_that_is_down_at_start_is_waited_for(own_kafka, make_stage):
    stage = make_stage(own_kafka.brokers)
    stage.create_topics()
    stage.write(event(1))
    own_kafka.terminate()

    worker = stage.worker().launch()
    assert own_kafka.brokers in worker.wait_for_log("waiting_for_brokers")
    assert worker.status("/readyz") == 503
    assert worker.is_running()

    own_kafka.start()
    stage.outputs(1)
    worker.wait_ready()


def test_a_broker_that_dies_under_load_costs_nothing(own_kafka, make_stage, schema_text):
    stage = make_stage(own_kafka.brokers)
    stage.create_topics()
    worker = stage.worker().start()
    stage.write(*(event(number) for number in range(100)))
    stage.outputs(100)

    own_kafka.kill()
    wait_until(lambda: worker.status("/readyz") == 503, 60, "not ready without a broker")
    assert worker.is_running()
    own_kafka.start()
    worker.wait_ready()
    stage.write(*(event(number) for number in range(100, 200)))

    decode = SingleObjectDecoder(schema_text)
    ids = set()  # the group was lost with the broker, so what was not committed may repeat
    with Reader(stage.brokers, stage.output) as reader:

        def all_came_out():
            ids.update(decode(message.value())["event_id"] for message in reader.batch())
            return len(ids) >= 200

        wait_until(all_came_out, 30, "all 200 events")
    assert ids == {f"e{number:07}" for number in range(200)}
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")


def test_a_registry_that_is_down_at_start_is_waited_for(stage, tmp_path):
    stage.create_topics()
    stage.write(event(1))
    with Registry(tmp_path / "registry") as registry:
        worker = stage.worker(output={"framing": "confluent"}, registry={"url": registry.url})
        worker.launch()
        assert registry.url in worker.wait_for_log("waiting_for_registry")
        assert worker.status("/readyz") == 503
        assert worker.is_running()

        registry.start()
        record = ConfluentDecoder(registry)(stage.outputs(1)[0].value())
        assert record["event_id"] == "e0000001"
        worker.wait_ready()

        registry.kill()
        stage.write(event(2))
        stage.outputs(2)


def test_a_required_lookup_whose_host_is_down_makes_a_dead_letter(stage, own_nginx):
    stage.create_topics()
    worker = stage.worker(enrich=[catalog(own_nginx.url)], http=QUICK).start()
    stage.write(event(1))
    dead = stage.dead_letters(1)[0]
    headers = text_headers(dead)
    assert dead.value() == event(1).value
    assert headers["byline.error.class"] == "lookup"
    assert headers["byline.attempts"] == "2"
    assert "catalog" in headers["byline.error.message"]
    assert str(own_nginx.port) in headers["byline.error.message"] + worker.log_text()

    own_nginx.start()
    stage.write(event(2))
    stage.outputs(1)


def test_an_optional_lookup_whose_host_is_down_makes_a_partial_record(
    stage, own_nginx, schema_text
):
    stage.create_topics()
    stage.worker(enrich=[catalog(own_nginx.url, required=False)], http=QUICK).start()
    stage.write(event(1))
    record = SingleObjectDecoder(schema_text)(stage.outputs(1)[0].value())
    assert record["status"] == "PARTIAL"
    assert record["section"] is None
    assert record["fetches"][0]["outcome"] in ("error", "timeout")
    assert record["fetches"][0]["attempts"] == 2
    assert record["fetches"][0]["error"]


def test_a_host_that_is_down_longer_opens_its_breaker_and_closes_it_again(stage, own_nginx):
    stage.create_topics()
    http = {"retry": {"attempts": 1}, "breaker": {"failures": 3, "open": "500ms"}}
    worker = stage.worker(enrich=[catalog(own_nginx.url)], http=http).start()
    stage.write(*(event(number) for number in range(20)))
    stage.dead_letters(20)
    assert worker.metric("byline_host_breaker_open") == 1

    own_nginx.start()

    def one_came_through():
        stage.write(event(99))
        return worker.metric("byline_records_published_total", topic=stage.output) > 0

    wait_until(one_came_through, 20, "the breaker closes")
    assert worker.metric("byline_host_breaker_open") == 0
