"""Members of a group come, go, vanish and come back: by each protocol, nothing is lost."""

import contextlib
import socket
import time

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewPartitions

from faults.judge import Judge, Load
from servers.origin import Answer, Origin
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import CONSUMER_PROTOCOL, catalog

KEYS = 200
PARTITIONS = 6
RATE = 400
SHORT_SESSION = {"session.timeout.ms": 3_000, "heartbeat.interval.ms": 500}
PROTOCOLS = {"cooperative": SHORT_SESSION, "consumer": CONSUMER_PROTOCOL}


@pytest.fixture
def decoder(schema_text):
    return SingleObjectDecoder(schema_text)


@contextlib.contextmanager
def judged(stage, decoder, repeats_allowed):
    """A load while the block runs; in the end every event must have come out."""
    load = Load(stage.brokers, stage.source, KEYS, RATE).start()
    yield load
    judge = Judge(stage, KEYS, decoder)
    repeats = judge.verdict(load.finish(), may_repeat=repeats_allowed)
    print(f"{load.written} events, {repeats} came twice")


def wait_for_progress(worker, events=200):
    start = worker.metric("byline_records_published_total")
    wait_until(
        lambda: worker.metric("byline_records_published_total") >= start + events, 30, "progress"
    )


@pytest.mark.parametrize(
    "protocol, delivery",
    [
        pytest.param("cooperative", "exactly_once", marks=pytest.mark.long),
        pytest.param("cooperative", "at_least_once", marks=pytest.mark.long),
        pytest.param("consumer", "at_least_once", marks=pytest.mark.long),
        ("consumer", "exactly_once"),
    ],
)
def test_a_member_joins_leaves_and_dies(stage, nginx, decoder, protocol, delivery):
    stage.create_topics(partitions=PARTITIONS)
    changes = {
        "delivery": delivery,
        "enrich": [catalog(nginx.url)],
        "kafka": {"consumer": PROTOCOLS[protocol]},
    }
    first, second = stage.worker(**changes).start(), stage.worker(**changes)
    with judged(stage, decoder, delivery == "at_least_once"):
        second.start()
        wait_for_progress(second)
        assert second.terminate() == 0
        wait_for_progress(first)
        second.start()
        wait_for_progress(second)
        second.kill()
        second.start()
        wait_for_progress(second)
        wait_for_progress(first)
    assert first.terminate() == 0
    assert second.terminate() == 0
    assert first.log_text().count("event=revoked") >= PARTITIONS // 2


@pytest.fixture
def static_members(stage, nginx):
    """Two workers with names of their own in the group, by a protocol of the test's choice."""

    def make(protocol):
        stage.create_topics(partitions=PARTITIONS)
        members = [
            stage.worker(
                enrich=[catalog(nginx.url)],
                kafka={"consumer": PROTOCOLS[protocol] | {"group.instance.id": f"member-{number}"}},
            )
            for number in range(2)
        ]
        for member in members:
            member.start()
        return members

    return make


@pytest.mark.parametrize(
    "protocol, ending",
    [
        ("cooperative", "kill"),
        pytest.param("cooperative", "terminate", marks=pytest.mark.long),
        pytest.param("consumer", "terminate", marks=pytest.mark.long),
    ],
)
def test_a_static_member_restarts_without_a_rebalance(
    stage, static_members, decoder, protocol, ending
):
    first, second = static_members(protocol)
    with judged(stage, decoder, ending == "kill"):
        wait_for_progress(first)
        wait_for_progress(second)
        said = first.log_text()
        getattr(second, ending)()
        second.start()
        wait_for_progress(second)
        assert first.log_text().count("assigned") == said.count("assigned")
        assert first.log_text().count("revoked") == said.count("revoked")


@pytest.mark.long
def test_who_finds_its_name_taken_ends_and_may_come_back(stage, static_members, decoder):
    """With group.protocol=consumer a name is free only when the session of the killed one is over:
    the client's error is fatal, and so is the worker's, for an orchestrator to start it again."""
    first, second = static_members("consumer")
    with judged(stage, decoder, True):
        wait_for_progress(second)
        second.kill()
        second.launch()
        assert second.wait() == 1
        assert "instance ID is still used" in second.wait_for_log("event=failed")
        time.sleep(4)
        second.start()
        wait_for_progress(second)
        wait_for_progress(first)


@pytest.mark.parametrize(
    "protocol", ["cooperative", pytest.param("consumer", marks=pytest.mark.long)]
)
def test_partitions_that_are_added_are_read(stage, nginx, decoder, protocol):
    """From their first record on. Keys move to other partitions then, so their order may not hold."""
    stage.create_topics(partitions=2)
    changes = {"topic.metadata.refresh.interval.ms": 1000}
    worker = stage.worker(kafka={"consumer": PROTOCOLS[protocol] | changes}).start()
    load = Load(stage.brokers, stage.source, KEYS, RATE).start()
    wait_for_progress(worker)
    admin = AdminClient({"bootstrap.servers": stage.brokers})
    for made in admin.create_partitions([NewPartitions(stage.source, 5)]).values():
        made.result(timeout=10)
    wait_until(lambda: "partition=4" in worker.log_text(), 30, "the new ones are assigned")
    time.sleep(6)  # the load's producer sees them as well
    judge = Judge(stage, KEYS, decoder)
    judge.verdict(load.finish(), keeps_order=False)
    assert worker.metric("byline_events_consumed_total") == load.written
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
    assert worker.terminate() == 0


def test_a_late_answer_for_a_revoked_partition_is_dropped(stage, decoder):
    """The new owner has done the events long before; the old one must not publish them again."""
    stage.create_topics(partitions=2)
    with Origin(default=Answer(b"{}", delay_s=5)) as slow, Origin(default=Answer(b"{}")) as fast:
        changes = {"delivery": "exactly_once", "enrich": [catalog(slow.url, required=False)]}
        first = stage.worker(**changes).start()
        with judged(stage, decoder, False):
            wait_until(lambda: len(slow.asked) >= 30, 20, "lookups under way")
            first.pause()  # until its session ends, less than its answers take
            changes["enrich"] = [catalog(fast.url, required=False)]
            second = stage.worker(**changes).start()
            wait_for_progress(second)
            first.resume()
            first.wait_for_log("event=lost")
            slow.default = Answer(b"{}")
            time.sleep(2)  # the late answers come
        assert first.terminate() == 0
        assert second.terminate() == 0


def test_http_slower_than_max_poll_interval_costs_no_partition(stage, origin, decoder):
    """Polling goes on while lookups hang."""
    stage.create_topics(partitions=2)
    origin.default = Answer(b"{}", delay_s=7)
    worker = stage.worker(
        enrich=[catalog(origin.url, required=False)],
        kafka={"consumer": {"max.poll.interval.ms": 3_500}},
    ).start()
    load = Load(stage.brokers, stage.source, KEYS, 20).start()
    wait_until(lambda: origin.asked, 20, "a lookup is under way")
    time.sleep(6)
    origin.default = Answer(b"{}")
    judge = Judge(stage, KEYS, decoder)
    judge.verdict(load.finish(), may_repeat=False)
    assert "event=lost" not in worker.log_text()
    assert "event=revoked" not in worker.log_text()
    assert worker.terminate() == 0


@pytest.mark.long
def test_who_meets_another_process_of_its_name_ends(stage, nginx, decoder):
    """Being fenced once may be the coordinator's time-out of our own transaction; twice in a row it is
    another process with our transactional.id, and the older of the two has to end."""
    stage.create_topics(partitions=PARTITIONS)
    worker = stage.worker(delivery="exactly_once", enrich=[catalog(nginx.url)]).start()
    name = f"byline-{stage.name}-{socket.gethostname()}-{worker.child.pid}"
    with judged(stage, decoder, False):
        wait_for_progress(worker)
        other = {"bootstrap.servers": stage.brokers, "transactional.id": name, "log_level": 0}
        Producer(other).init_transactions(10)
        wait_for_progress(worker)
        assert worker.is_running(), "being fenced once must not end it"
        deadline = time.monotonic() + 30
        while worker.is_running() and time.monotonic() < deadline:
            Producer(other).init_transactions(10)
        assert worker.wait(5) == 1
        assert "fenced" in worker.wait_for_log("event=failed").lower()
        worker.start()
    assert worker.terminate() == 0
