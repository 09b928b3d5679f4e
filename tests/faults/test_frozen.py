"""A broker that freezes keeps its connections and says nothing."""

import time

import pytest
import requests

from faults.judge import Judge, Load
from servers.process import wait_until
from servers.records import SingleObjectDecoder

KEYS = 50
FREEZE_S = 60


def why_not_ready(worker):
    answer = requests.get(worker.admin_url + "/readyz", timeout=2)
    return answer.text if answer.status_code == 503 else ""


def test_a_broker_that_freezes_makes_even_an_idle_worker_not_ready(own_kafka, make_stage):
    stage = make_stage(own_kafka.brokers)
    stage.create_topics()
    # So that the group outlives the freeze.
    worker = stage.worker(kafka={"consumer": {"session.timeout.ms": 60_000}}).start()
    own_kafka.pause()
    reason = wait_until(lambda: why_not_ready(worker), 40, "not ready")
    assert f"has waited for records of {own_kafka.brokers}" in reason
    assert worker.status("/healthz") == 200
    own_kafka.resume()
    worker.wait_ready()


@pytest.mark.long
@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
def test_a_minute_of_frost_under_load_costs_nothing(own_kafka, make_stage, schema_text, delivery):
    """The broker has forgotten the group when it thaws, and what the worker had sent is in its sockets."""
    stage = make_stage(own_kafka.brokers)
    stage.create_topics(partitions=2)
    judge = Judge(stage, KEYS, SingleObjectDecoder(schema_text))
    worker = stage.worker(delivery=delivery).start()
    load = Load(stage.brokers, stage.source, KEYS, 100).start()
    wait_until(lambda: judge.distinct() > 200, 30, "progress")
    own_kafka.pause()
    time.sleep(FREEZE_S)
    assert worker.metric("byline_events_in_flight") < 5_000
    own_kafka.resume()
    repeats = judge.verdict(load.finish(), may_repeat=delivery == "at_least_once")
    print(f"{load.acknowledged} events, {repeats} came twice")
    worker.wait_ready()
    assert worker.terminate() == 0
