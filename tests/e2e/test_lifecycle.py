"""How a worker ends, and what it takes while it runs."""

import os
import time

import pytest

from servers.arrivals import Arrivals, numbered_events
from servers.origin import Answer
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog
from servers.topics import Reader

IN_FLIGHT = 256
MEMORY_LIMIT = 64 * 1024 * 1024
GROWTH_LIMIT = 4 * 1024 * 1024
MEMORY_EVENTS = 200_000 if os.environ.get("BYLINE_LONG_TESTS") else 60_000
TEXT = ("Fog lay over the harbour again this morning. " * 100)[:4000]
LARGE_TEXT = "Fog. " * 200_000  # 1 MB
TIME_LIMIT_S = 180
SLOW_ANSWER_S = 1.5


@pytest.fixture
def slow_origin(origin):
    origin.default = Answer(b"{}", delay_s=SLOW_ANSWER_S)
    return origin


def busy_worker(stage, origin):
    """A worker all of whose places are taken by lookups that wait for their answers."""
    stage.create_topics()
    stage.write(*numbered_events(400, 400))
    http = {"in_flight": 64, "per_host": {"in_flight": 64}}
    worker = stage.worker(enrich=[catalog(origin.url)], http=http).start()
    wait_until(lambda: len(origin.asked) >= 64, 20, "64 lookups are in flight")
    return worker


def test_sigterm_finishes_what_is_in_flight_and_exits_0(stage, slow_origin, schema_text):
    worker = busy_worker(stage, slow_origin)
    assert worker.terminate() == 0
    asked = len(slow_origin.asked)
    decode = SingleObjectDecoder(schema_text)
    done = {decode(message.value())["event_id"] for message in stage.outputs(400 - stage.lag())}
    assert len(done) >= 64
    assert asked < 400, "the drain took in new work"


def test_a_second_signal_exits_at_once(stage, slow_origin):
    slow_origin.default = Answer(b"{}", delay_s=30)
    worker = busy_worker(stage, slow_origin)
    worker.signal(15)
    wait_until(lambda: worker.status("/readyz") != 200, 5, "draining")
    assert worker.is_running()
    started = time.monotonic()
    worker.signal(15)
    worker.wait(5)
    assert time.monotonic() - started < 2


def test_memory_stays_small_and_flat(stage, nginx, schema_text):
    stage.create_topics(partitions=4)
    stage.write(*numbered_events(MEMORY_EVENTS, 1_000, TEXT))
    http = {"in_flight": IN_FLIGHT, "per_host": {"in_flight": IN_FLIGHT}}
    worker = stage.worker(enrich=[catalog(nginx.url)], http=http).start()
    arrivals = Arrivals(MEMORY_EVENTS, 1_000, SingleObjectDecoder(schema_text))
    resident = []
    deadline = time.monotonic() + TIME_LIMIT_S
    with Reader(stage.brokers, stage.output) as reader:
        while not arrivals.complete:
            assert time.monotonic() < deadline, f"{arrivals.seen} of {MEMORY_EVENTS} came out"
            for message in reader.batch():
                arrivals.add(message)
            if arrivals.seen >= MEMORY_EVENTS // 4:
                resident.append(worker.resident_bytes())
    assert max(resident) < MEMORY_LIMIT, f"{max(resident) / 2**20:.1f} MiB"
    assert resident[-1] - resident[0] < GROWTH_LIMIT


@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
def test_large_events_that_are_done_at_once_fill_no_bound(stage, delivery):
    """Without a lookup outputs come faster than the broker takes them: intake waits for that."""
    stage.create_topics(max_message_bytes=2_000_000)
    stage.write(*numbered_events(3_000, 300, "t" * 20_000))
    worker = stage.worker(enrich=[], delivery=delivery).start()
    wait_until(
        lambda: worker.metric("byline_records_published_total") == 3_000, 60, "all events"
    )
    assert worker.terminate() == 0


def test_at_the_memory_budget_intake_waits_and_nothing_is_lost(stage, slow_origin):
    """70 MB of events, all of which http.in_flight would let in."""
    stage.create_topics(max_message_bytes=2_000_000)
    stage.write(*numbered_events(70, 70, LARGE_TEXT))
    worker = stage.worker(
        enrich=[catalog(slow_origin.url)], memory="32MiB", cache={"size": "1MiB"}
    ).start()
    held = []

    def all_came_out():
        parts = {
            sample: worker.metric("byline_memory_bytes", part=sample)
            for sample in ("read_ahead", "jobs", "bodies", "cache")
        }
        assert sum(parts.values()) == worker.metric("byline_memory_bytes") or held
        held.append((sum(parts.values()), worker.resident_bytes()))
        return worker.metric("byline_records_published_total") == 70

    wait_until(all_came_out, 60, "all events")
    assert max(total for total, _ in held) < 48 * 1024 * 1024
    assert max(resident for _, resident in held) < 112 * 1024 * 1024
    assert "event=memory_full" in worker.log_text()
    worker.wait_for_log("event=memory_free")
