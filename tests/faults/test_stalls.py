"""Stalls that outlast transaction.timeout.ms, and kills while aborted work is sent again."""

import threading
import time

import pytest

from faults.judge import Judge, Load
from servers import topics
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog

KEYS = 50
PRODUCE, OFFSET_COMMIT, INIT_PRODUCER_ID = 0, 8, 22
ADD_OFFSETS, TXN_OFFSET_COMMIT, END_TXN = 25, 28, 26
TRANSACTION_S = 4
COMMIT_S = 15  # that the worker waits for the answer to a commit
STALL_S = TRANSACTION_S + 2.5  # the coordinator looks once a second for who is over its time
SHORT_TRANSACTION = {"transaction.timeout.ms": TRANSACTION_S * 1_000, "message.timeout.ms": 3_000}
LONG_SESSION = {"session.timeout.ms": 30_000}  # it keeps its partitions over the stall
ABORTED = "due to timeout"  # in the coordinator's log
STEPS = [(PRODUCE, True), (TXN_OFFSET_COMMIT, True), (END_TXN, False), (END_TXN, True)]


def nothing():
    pass


@pytest.fixture
def make_play(proxied_stage, nginx, schema_text):
    """A worker under load behind a proxy, and its judge."""

    class Play:
        def __init__(self, delivery, **kafka):
            self.may_repeat = delivery == "at_least_once"
            self.stage, self.proxy = proxied_stage("byline")
            self.stage.create_topics(partitions=2)
            self.judge = Judge(self.stage, KEYS, SingleObjectDecoder(schema_text))
            self.worker = self.stage.worker(
                delivery=delivery,
                enrich=[catalog(nginx.url)],
                kafka=kafka,
            ).start()
            self.load = Load(self.stage.brokers, self.stage.source, KEYS, 400).start()

        def wait_for_progress(self):
            published = self.worker.metric("byline_records_published_total")
            wait_until(
                lambda: self.worker.metric("byline_records_published_total") > published,
                40,
                "progress",
            )

        def at(self, step, action):
            self.proxy.at(*step, action)
            assert self.proxy.sprung.wait(20), f"{step} was not seen"

        def finish(self):
            written = self.load.finish()
            repeats = self.judge.verdict(written, may_repeat=self.may_repeat)
            assert self.worker.terminate() == 0
            print(f"{written} events, {repeats} came twice")

    return Play


@pytest.fixture
def play(make_play):
    """One that does transactions."""
    return make_play("exactly_once", producer=SHORT_TRANSACTION, consumer=LONG_SESSION)


def wait_for_abort(kafka):
    """Until the coordinator has aborted one more transaction for its time."""
    aborts = kafka.log_text().count(ABORTED)
    wait_until(lambda: kafka.log_text().count(ABORTED) > aborts, 30, "the transaction's time is over")


@pytest.mark.parametrize(
    "steps", [STEPS[1:2], pytest.param(STEPS, marks=pytest.mark.long)], ids=["one", "all"]
)
def test_a_worker_stopped_for_longer_than_its_transaction_may_take(play, proxied_kafka, steps):
    """The coordinator has aborted what the worker would commit when it comes to."""
    for step in steps:
        play.wait_for_progress()
        failed = play.worker.metric("byline_commits_total", result="failed")
        play.at(step, play.worker.pause)
        if step[0] != END_TXN:
            wait_for_abort(proxied_kafka)
        else:  # the broker has what it needs to commit
            time.sleep(STALL_S)
        play.worker.resume()
        play.wait_for_progress()
        if step[0] != END_TXN:
            assert play.worker.metric("byline_commits_total", result="failed") > failed
    play.finish()


@pytest.mark.long
def test_a_broker_stopped_for_longer_than_a_transaction_may_take(play, proxied_kafka):
    for step in STEPS:
        play.wait_for_progress()
        play.at(step, proxied_kafka.pause)
        time.sleep(STALL_S)
        proxied_kafka.resume()
    play.wait_for_progress()
    play.finish()


AGAIN = [  # after the abort of a transaction whose broker did not answer in time
    [(END_TXN, False)],
    [(END_TXN, True)],
    [(END_TXN, True), (PRODUCE, False)],
    [(END_TXN, True), (PRODUCE, True)],
    [(END_TXN, True), (END_TXN, False)],
]


@pytest.mark.long
def test_a_kill_while_aborted_work_is_sent_again(play, proxied_kafka):
    """A frozen broker makes the worker abort; it dies then and in the transaction that follows."""
    for *before, last in AGAIN:
        play.wait_for_progress()
        play.at((PRODUCE, False), proxied_kafka.pause)
        play.proxy.at(*(before or [last])[0], nothing if before else play.worker.kill)
        time.sleep(3.2)  # message.timeout.ms is over, transaction.timeout.ms is not
        proxied_kafka.resume()
        assert play.proxy.sprung.wait(20), "no abort"
        if before:
            play.at(last, play.worker.kill)
        play.worker.start()
    play.finish()


@pytest.mark.long
def test_a_kill_while_a_fenced_worker_begins_anew(play, proxied_kafka):
    for last in [None, (PRODUCE, True), (END_TXN, False)]:
        play.wait_for_progress()
        play.at((TXN_OFFSET_COMMIT, True), play.worker.pause)
        wait_for_abort(proxied_kafka)
        play.proxy.at(INIT_PRODUCER_ID, True, play.worker.kill if last is None else nothing)
        play.worker.resume()
        assert play.proxy.sprung.wait(20), "no new producer"
        if last is not None:
            play.at(last, play.worker.kill)
        play.worker.start()
    play.finish()


@pytest.mark.long
@pytest.mark.timeout(400)
def test_offsets_that_another_transaction_holds_open_are_no_answer(play, proxied_kafka):
    """The worker's commit is done, but not answered in time; while it asks the group how it ended, a
    transaction of somebody else keeps the offsets from being told."""
    play.wait_for_progress()
    offsets_are_held = threading.Event()
    play.at((END_TXN, True), lambda: proxied_kafka.pause() is None)
    play.proxy.at(INIT_PRODUCER_ID, False, lambda: offsets_are_held.wait(60))
    time.sleep(COMMIT_S + 2)
    proxied_kafka.resume()
    other = topics.hold_offsets(play.stage.brokers, play.stage.name, play.stage.source, 2)
    offsets_are_held.set()
    play.worker.wait_for_log("event=transaction_in_doubt", 60)
    time.sleep(2)
    other.abort_transaction(20)
    play.wait_for_progress()
    play.finish()


STUCK = [(PRODUCE, False), (ADD_OFFSETS, False), (TXN_OFFSET_COMMIT, False), (END_TXN, False)]
STOP_S = 30  # that a container is given


def end_at_each(play, kafka, steps):
    for step in steps:
        play.wait_for_progress()
        play.at(step, kafka.pause)
        began = time.monotonic()
        assert play.worker.terminate() == 0
        took = time.monotonic() - began
        print(f"{step}: {took:.1f} s")
        assert took < STOP_S
        kafka.resume()
        play.worker.start()
    play.finish()


@pytest.mark.long
def test_sigterm_ends_in_time_though_the_broker_does_not_answer(play, proxied_kafka):
    """A transaction is stuck at each of its steps."""
    end_at_each(play, proxied_kafka, STUCK)


@pytest.mark.long
def test_sigterm_ends_in_time_though_a_commit_is_not_answered(make_play, proxied_kafka):
    """librdkafka would wait for the answer until the session is over."""
    play = make_play("at_least_once", consumer={"session.timeout.ms": 45_000})
    end_at_each(play, proxied_kafka, [(OFFSET_COMMIT, False), (PRODUCE, False)])
