"""Nothing lost and order kept, on a real broker with a real lookup of every event."""

import time

import pytest

from servers.arrivals import Arrivals, numbered_events
from servers.nginx import answer_to
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog
from servers.topics import Reader

EVENTS = 100_000
KEYS = 1_000
PARTITIONS = 4
INTERRUPTIONS = (EVENTS // 4, EVENTS * 6 // 10)  # outputs seen before the worker is ended
TIME_LIMIT_S = 120
REBALANCE_EVENTS = 40_000


@pytest.fixture
def loaded_stage(stage):
    stage.create_topics(partitions=PARTITIONS)
    stage.write(*numbered_events(EVENTS, KEYS))
    return stage


def check_enriched(record):
    answer = answer_to(record["event_id"])
    assert record["section"] == answer["section"]
    assert record["tags"] == answer["keywords"]
    assert record["extra"]["rank"] == str(answer["rank"])
    assert record["status"] == "OK"


def follow(stage, arrivals, on_seen):
    """Reads outputs until all events were seen; on_seen(seen) is called between batches."""
    deadline = time.monotonic() + TIME_LIMIT_S
    with Reader(stage.brokers, stage.output) as reader:
        while not arrivals.complete:
            assert time.monotonic() < deadline, f"{arrivals.seen} of {arrivals.count} came out"
            for message in reader.batch():
                check_enriched(arrivals.add(message))
            on_seen(arrivals.seen)


def run_interrupted(stage, nginx, schema_text, interrupt):
    """One worker after the other over all events; interrupt(worker) ends each but the last."""
    arrivals = Arrivals(EVENTS, KEYS, SingleObjectDecoder(schema_text))
    worker = stage.worker(enrich=[catalog(nginx.url)]).start()
    left = list(INTERRUPTIONS)

    def on_seen(seen):
        if left and seen >= left[0]:
            left.pop(0)
            interrupt(worker)
            worker.launch()

    follow(stage, arrivals, on_seen)
    assert not left, "the worker was done before it was interrupted"
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
    assert worker.terminate() == 0
    return arrivals


def test_kill_9_loses_nothing_and_keeps_the_order_of_keys(loaded_stage, nginx, schema_text):
    arrivals = run_interrupted(loaded_stage, nginx, schema_text, lambda worker: worker.kill())
    assert max(arrivals.steps_back.values(), default=0) <= len(INTERRUPTIONS)
    assert arrivals.repeats < EVENTS // 2


def test_sigterm_loses_nothing_and_repeats_nothing(loaded_stage, nginx, schema_text):
    def terminate(worker):
        assert worker.terminate() == 0

    arrivals = run_interrupted(loaded_stage, nginx, schema_text, terminate)
    assert arrivals.repeats == 0


def test_a_worker_that_joins_and_leaves_loses_nothing(stage, nginx, schema_text):
    stage.create_topics(partitions=PARTITIONS)
    stage.write(*numbered_events(REBALANCE_EVENTS, KEYS))
    arrivals = Arrivals(REBALANCE_EVENTS, KEYS, SingleObjectDecoder(schema_text))
    first = stage.worker(enrich=[catalog(nginx.url)], http={"in_flight": 64}).start()
    second = stage.worker(enrich=[catalog(nginx.url)], http={"in_flight": 64})
    joined = []

    def on_seen(seen):
        if not joined and seen >= REBALANCE_EVENTS // 10:
            joined.append(second.launch())
        elif second.is_running() and second.is_ready() and both_have_published():
            assert second.terminate() == 0

    def both_have_published():
        return second.metric("byline_records_published_total") > 0

    follow(stage, arrivals, on_seen)
    assert joined
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
    assert first.metric("byline_rebalances_total") >= 1
