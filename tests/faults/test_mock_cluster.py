"""Errors that a broker gives in its own time, and moves that it makes in its own time, on librdkafka's
mock cluster. It stores no offsets of transactions and shows what they aborted, so that here events may
come twice with either delivery; none may be lost, and keys keep their order."""

import socket
import time

import pytest
from confluent_kafka import Consumer, TopicPartition

from faults import mock
from faults.judge import Judge, Load
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import Stage

KEYS = 20
PARTITIONS = 2
PRODUCE, NOT_ENOUGH_REPLICAS = 0, 19
RATE = 200
DELIVERIES = ["at_least_once", "exactly_once"]
LONG_SESSION = {"session.timeout.ms": 45_000}
# The mock takes any sequence number: it would write a batch behind a gap that an error left.
ONE_BATCH_AT_A_TIME = {"max.in.flight.requests.per.connection": 1}


@pytest.fixture
def play(binary, tmp_path, schema_text):
    """A worker under load on a mock cluster of so many brokers, and its judge."""
    program = binary.parents[1] / "tests/faults/mock_cluster"
    opened = []

    class Play:
        def __init__(self, count, delivery, **kafka):
            self.stage = Stage("", binary, tmp_path, "mock")
            opened.append(self.stage.stop)
            names = (self.stage.source, self.stage.output, self.stage.dead)
            self.cluster = mock.MockCluster(program, count, PARTITIONS, *names)
            opened.append(lambda: self.cluster.__exit__())
            self.stage.brokers = self.cluster.brokers
            self.judge = Judge(self.stage, KEYS, SingleObjectDecoder(schema_text))
            kafka["producer"] = ONE_BATCH_AT_A_TIME
            self.worker = self.stage.worker(delivery=delivery, kafka=kafka).start()
            self.load = Load(self.stage.brokers, self.stage.source, KEYS, RATE).start()
            self.wait_for_progress()

        def wait_for_progress(self, timeout_s=30):
            """What is written from now on comes out."""
            written = self.load.acknowledged
            wait_until(lambda: self.judge.distinct() > written, timeout_s, "progress")

        def finish(self, timeout_s=60):
            written = self.load.finish()
            began = time.monotonic()
            repeats = self.judge.verdict(written, quiet_s=timeout_s)
            print(f"verdict took {time.monotonic() - began:.1f} s")
            print(f"{written} events, {repeats} came twice")
            assert self.worker.terminate() == 0

    yield Play
    for close in opened:
        close()


# --- errors


CONCURRENT_TRANSACTIONS, PRODUCER_FENCED, INVALID_PRODUCER_EPOCH = 51, 90, 47
NOT_COORDINATOR, COORDINATOR_LOADING, COORDINATOR_NOT_AVAILABLE = 16, 14, 15
ILLEGAL_GENERATION, UNKNOWN_MEMBER, REBALANCING, NOT_LEADER = 22, 25, 27, 6
REQUEST_TIMED_OUT, NOT_ENOUGH_REPLICAS, STORAGE_ERROR = 7, 19, 56
OUT_OF_RANGE, UNKNOWN_LEADER_EPOCH, FENCED_LEADER_EPOCH, INVALID_TXN_STATE = 1, 75, 74, 48
INVALID_PRODUCER_ID_MAPPING, CORRUPT, METADATA_TOO_LARGE = 49, 2, 12
GROUP_AUTHORIZATION_FAILED = 30

OF_PARTITIONS = [  # of outputs, and of inputs, which the judge reads as well
    *((mock.PRODUCE, code) for code in (
        NOT_LEADER, NOT_ENOUGH_REPLICAS, REQUEST_TIMED_OUT, STORAGE_ERROR, CORRUPT,
    )),
    *((mock.FETCH, code) for code in (
        NOT_LEADER, STORAGE_ERROR, UNKNOWN_LEADER_EPOCH, FENCED_LEADER_EPOCH, CORRUPT, OUT_OF_RANGE,
    )),
]  # fmt: skip
COMMON = [  # API, error, how often in a row
    (mock.HEARTBEAT, REBALANCING, 1),
    (mock.HEARTBEAT, NOT_COORDINATOR, 1),
    (mock.HEARTBEAT, UNKNOWN_MEMBER, 1),
    (mock.HEARTBEAT, ILLEGAL_GENERATION, 1),
    (mock.FIND_COORDINATOR, COORDINATOR_NOT_AVAILABLE, 2),
]
ERRORS = {
    "at_least_once": [
        *COMMON,
        (mock.OFFSET_COMMIT, NOT_COORDINATOR, 2),
        (mock.OFFSET_COMMIT, COORDINATOR_LOADING, 2),
        (mock.OFFSET_COMMIT, ILLEGAL_GENERATION, 1),
        (mock.OFFSET_COMMIT, REBALANCING, 1),
        (mock.OFFSET_COMMIT, UNKNOWN_MEMBER, 1),
        (mock.OFFSET_COMMIT, REQUEST_TIMED_OUT, 1),
    ],
    "exactly_once": [
        *COMMON,
        (mock.ADD_PARTITIONS, CONCURRENT_TRANSACTIONS, 5),
        (mock.ADD_PARTITIONS, COORDINATOR_LOADING, 2),
        (mock.ADD_PARTITIONS, INVALID_TXN_STATE, 1),
        (mock.ADD_PARTITIONS, INVALID_PRODUCER_ID_MAPPING, 1),
        (mock.ADD_OFFSETS, CONCURRENT_TRANSACTIONS, 5),
        (mock.ADD_OFFSETS, NOT_COORDINATOR, 2),
        (mock.ADD_OFFSETS, INVALID_PRODUCER_EPOCH, 1),
        (mock.TXN_OFFSET_COMMIT, COORDINATOR_LOADING, 2),
        (mock.TXN_OFFSET_COMMIT, NOT_COORDINATOR, 2),
        (mock.TXN_OFFSET_COMMIT, ILLEGAL_GENERATION, 1),
        (mock.TXN_OFFSET_COMMIT, UNKNOWN_MEMBER, 1),
        (mock.TXN_OFFSET_COMMIT, INVALID_PRODUCER_EPOCH, 1),
        (mock.END_TXN, CONCURRENT_TRANSACTIONS, 5),
        (mock.END_TXN, COORDINATOR_LOADING, 2),
        (mock.END_TXN, NOT_COORDINATOR, 2),
        (mock.END_TXN, PRODUCER_FENCED, 1),
        (mock.END_TXN, INVALID_PRODUCER_EPOCH, 1),
        (mock.END_TXN, INVALID_TXN_STATE, 1),
    ],
}


@pytest.mark.long
@pytest.mark.parametrize("delivery", DELIVERIES)
def test_no_error_of_a_broker_loses_anything(play, delivery):
    """Each is given and goes by; the worker lives on."""
    with_errors = play(1, delivery)
    for api, code in OF_PARTITIONS:
        topic = with_errors.stage.output if api == mock.PRODUCE else with_errors.stage.source
        for partition in range(PARTITIONS):
            for _ in range(3):
                with_errors.cluster.refuse(topic, partition, api, code)
        began = time.monotonic()
        with_errors.wait_for_progress()
        print(f"API {api}, error {code}: {time.monotonic() - began:.1f} s")
    for api, code, times in ERRORS[delivery]:
        began = time.monotonic()
        if api == mock.FIND_COORDINATOR:
            with_errors.cluster.fail(mock.HEARTBEAT, NOT_COORDINATOR)
        with_errors.cluster.fail(api, code, times)
        wait_until(lambda: with_errors.cluster.left(api) == 0, 20, f"error {code} of {api}")
        assert with_errors.worker.is_running(), f"error {code} of {api}"
        with_errors.wait_for_progress()
        print(f"API {api}, error {code}: {time.monotonic() - began:.1f} s")
    with_errors.finish()


def test_a_worker_whose_commits_are_refused_is_not_ready(play):
    refused = play(1, "at_least_once")
    refused.cluster.fail(mock.OFFSET_COMMIT, GROUP_AUTHORIZATION_FAILED, 40)  # two a second
    wait_until(lambda: refused.worker.status("/readyz") == 503, 30, "not ready")
    assert refused.worker.answer("/readyz").strip() == "offset commits fail"
    wait_until(lambda: refused.worker.status("/readyz") == 200, 30, "ready again")
    refused.finish()


@pytest.mark.long
def test_an_answer_to_the_end_of_a_transaction_that_does_not_come_in_time(play):
    """The worker asks how it ended, and sends again what was not committed."""
    late = play(1, "exactly_once")
    late.cluster.fail(mock.END_TXN, 0, late_ms=18_000)
    line = late.worker.wait_for_log("event=transaction_failed", 40)
    assert "commit_transaction" in line
    late.wait_for_progress(60)
    late.finish()


@pytest.mark.long
def test_who_is_fenced_twice_at_the_end_of_a_transaction_ends(play):
    fenced = play(1, "exactly_once")
    fenced.cluster.fail(mock.END_TXN, PRODUCER_FENCED, times=2)
    assert fenced.worker.wait(20) == 1
    assert "fenced" in fenced.worker.wait_for_log("event=failed").lower()
    fenced.worker.start()
    fenced.finish()


def committed(stage):
    """How many events the group has committed; the mock does not tell all of a group's offsets."""
    member = Consumer({"bootstrap.servers": stage.brokers, "group.id": stage.name})
    asked = [TopicPartition(stage.source, partition) for partition in range(PARTITIONS)]
    offsets = [max(0, answer.offset) for answer in member.committed(asked, 10)]
    member.close()
    return sum(offsets)


@pytest.mark.long
def test_the_answer_to_a_commit_that_was_given_up_is_not_the_next_ones(play):
    """The next one is refused, and sent again though nothing more comes."""
    late = play(1, "at_least_once", consumer={"session.timeout.ms": 120_000})
    late.cluster.fail(mock.OFFSET_COMMIT, 0, late_ms=33_000)
    late.cluster.fail(mock.OFFSET_COMMIT, METADATA_TOO_LARGE, late_ms=5_000)
    wait_until(lambda: late.cluster.left(mock.OFFSET_COMMIT) == 1, 10, "a commit")
    late.wait_for_progress()
    late.load.finish()
    late.worker.wait_for_log("event=commit_failed", 50)
    wait_until(lambda: committed(late.stage) == late.load.acknowledged, 10, "all is committed")
    late.finish()


def test_a_coordinator_that_is_not_found_at_once_does_not_hold_the_worker_for_ever(play):
    """librdkafka tries three times, and then waits until some connection comes or goes."""
    lost = play(1, "exactly_once")
    for _ in range(5):  # a look for the transaction's coordinator may have got the errors
        lost.cluster.fail(mock.TXN_OFFSET_COMMIT, NOT_COORDINATOR)
        lost.cluster.fail(mock.FIND_COORDINATOR, COORDINATOR_NOT_AVAILABLE, times=30)
        lost.wait_for_progress(60)
        if "event=producer_left" in lost.worker.log_text():
            break
    assert "event=producer_left" in lost.worker.log_text()
    lost.finish()


# --- moves


def leader_down_and_up(cluster, _):
    for broker in cluster.ids:
        cluster.tell("down", broker)
        time.sleep(1)
        cluster.tell("up", broker)


def leaders_move(cluster, stage):
    for turn in range(9):
        for topic in (stage.source, stage.output, stage.dead):
            for partition in range(PARTITIONS):
                cluster.tell("leader", topic, partition, 1 + (turn + partition) % 3)
        time.sleep(0.3)


def coordinators_move(cluster, stage):
    pid = stage.workers[0].child.pid
    transactional_id = f"byline-{stage.name}-{socket.gethostname()}-{pid}"
    for turn in range(30):
        assert cluster.tell("coordinator", "transaction", transactional_id, 1 + turn % 3) == 0
        if turn % 10 == 0:
            assert cluster.tell("coordinator", "group", stage.name, 1 + turn // 10 % 3) == 0
        time.sleep(0.1)


@pytest.mark.parametrize(
    "delivery", ["exactly_once", pytest.param("at_least_once", marks=pytest.mark.long)]
)
def test_brokers_that_go_and_leaders_and_coordinators_that_move_lose_nothing(play, delivery):
    moving = play(3, delivery)
    for move in (leader_down_and_up, leaders_move, coordinators_move):
        began = time.monotonic()
        move(moving.cluster, moving.stage)
        moving.wait_for_progress(60)
        print(f"{move.__name__}: {time.monotonic() - began:.1f} s")
    moving.finish()


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_sigterm_ends_in_time_while_the_output_topic_has_too_few_replicas(play, delivery):
    """The group's coordinator answers as ever, so that only the transaction is in the way."""
    refused = play(1, delivery)
    refused.load.finish()
    refused.worker.pause()  # so that it publishes nothing of what follows before that is refused
    more = Load(refused.stage.brokers, refused.stage.source, KEYS, RATE).start()
    time.sleep(1)
    more.finish()
    refused.cluster.fail(PRODUCE, NOT_ENOUGH_REPLICAS, times=1500)
    refused.worker.resume()
    time.sleep(1)
    began = time.monotonic()
    assert refused.worker.terminate() == 0
    assert time.monotonic() - began < 30


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("delivery", DELIVERIES)
def test_round_trips_of_five_seconds_fill_no_memory(play, delivery):
    """What is in flight stays bounded; all of it comes out when the round trips are short again."""
    slow = play(1, delivery, consumer=LONG_SESSION)
    slow.cluster.tell("delay", 5_000)
    in_flight = []
    resident = slow.worker.resident_bytes()
    until = time.monotonic() + 30
    while time.monotonic() < until:
        in_flight.append(slow.worker.metric("byline_events_in_flight"))
        time.sleep(0.5)
    assert max(in_flight) < 5_000
    assert slow.worker.resident_bytes() - resident < 16 * 1024 * 1024
    slow.cluster.tell("delay", 0)
    slow.wait_for_progress(60)
    slow.finish()
