"""A broker that has just started knows of none that is up, itself included, and says so to who asks.

librdkafka (seen: 2.15.1, 2.16.0) then removes every broker that it knows, those of bootstrap.servers too, and
asks nobody any more. byline tells it the brokers again."""

import time

import pytest

from faults.judge import Judge, Load
from servers.process import wait_until
from servers.records import SingleObjectDecoder

KEYS = 50
DENIED_S = 12  # more than the interval at which metadata is asked for


@pytest.mark.parametrize(
    "delivery", ["exactly_once", pytest.param("at_least_once", marks=pytest.mark.long)]
)
def test_brokers_that_said_there_were_none_are_found_again(proxied_stage, schema_text, delivery):
    stage, proxy = proxied_stage("byline")
    stage.create_topics(partitions=2)
    worker = stage.worker(delivery=delivery).start()
    load = Load(stage.brokers, stage.source, KEYS, 100).start()
    judge = Judge(stage, KEYS, SingleObjectDecoder(schema_text))
    wait_until(lambda: judge.distinct() > 100, 30, "progress")
    proxy.denies_brokers = True
    time.sleep(DENIED_S)
    proxy.denies_brokers = False
    denied = judge.distinct()
    assert denied < load.acknowledged - 200, "byline did not notice"
    wait_until(lambda: judge.distinct() > denied + 100, 60, "it goes on")
    repeats = judge.verdict(load.finish(), may_repeat=delivery == "at_least_once")
    print(f"{load.acknowledged} events, {repeats} came twice")
    assert worker.terminate() == 0
