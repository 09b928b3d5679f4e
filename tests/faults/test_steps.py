"""kill -9 and SIGTERM at every step of an event's way, as the broker sees the steps."""

import signal
import time

import pytest

from faults.judge import Judge, Load
from servers.origin import Answer
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog

KEYS = 50
FETCH, PRODUCE, OFFSET_COMMIT = 1, 0, 8
ADD_PARTITIONS, ADD_OFFSETS, TXN_OFFSET_COMMIT, END_TXN = 24, 25, 28, 26
COMMON = [(FETCH, True), (PRODUCE, False), (PRODUCE, True)]
# The next owner waits for the transaction of a killed one to time out: 20 s where nothing is set.
FAST_END = {"transaction.timeout.ms": 4_000, "message.timeout.ms": 3_000}
STEPS = {  # API, and whether when it is asked or when it is answered
    "at_least_once": [*COMMON, (OFFSET_COMMIT, False), (OFFSET_COMMIT, True)],
    "exactly_once": [
        *COMMON,
        (ADD_PARTITIONS, True),
        (ADD_OFFSETS, False),
        (TXN_OFFSET_COMMIT, False),
        (TXN_OFFSET_COMMIT, True),
        (END_TXN, False),
        (END_TXN, True),
    ],
}


# The steps after which work would come twice, or be lost, if the next start went wrong.
SHORT = {
    "at_least_once": [(PRODUCE, True), (OFFSET_COMMIT, False)],
    "exactly_once": [(TXN_OFFSET_COMMIT, True), (END_TXN, False)],
}
CASES = [
    pytest.param(delivery, ending, steps, marks=marks, id=f"{delivery}-{ending.name}-{name}")
    for name, some, marks in (("short", SHORT, ()), ("all", STEPS, pytest.mark.long))
    for delivery, steps in some.items()
    for ending in (signal.SIGKILL, signal.SIGTERM)
    if name == "all" or ending == signal.SIGKILL
]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("delivery, ending, steps", CASES)
def test_an_end_at_any_step_loses_nothing(
    proxied_stage, nginx, schema_text, delivery, ending, steps
):
    """Every 50th event is poison, so that dead letters are among what is written."""
    stage, proxy = proxied_stage("byline")
    stage.create_topics(partitions=2)
    worker = stage.worker(
        delivery=delivery,
        enrich=[catalog(nginx.url)],
        kafka={"producer": FAST_END if delivery == "exactly_once" else {}},
    ).start()
    load = Load(stage.brokers, stage.source, KEYS, 400).start()
    for api, answered in steps:
        published = worker.metric("byline_records_published_total")
        wait_until(
            lambda: worker.metric("byline_records_published_total") > published, 30, "progress"
        )
        proxy.at(api, answered, lambda: worker.signal(ending))
        assert proxy.sprung.wait(20), f"API {api} was not seen"
        assert worker.wait(30) == (0 if ending == signal.SIGTERM else -ending)
        worker.start()
    worker.signal(signal.SIGTERM)  # and during the drain
    time.sleep(0.05)
    worker.kill()
    worker.start()
    decoder = SingleObjectDecoder(schema_text)
    judge = Judge(stage, KEYS, decoder)
    repeats = judge.verdict(load.finish(), may_repeat=delivery == "at_least_once")
    print(f"{load.written} events, {repeats} came twice")
    assert worker.terminate() == 0


@pytest.mark.long
@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
def test_a_kill_while_lookups_are_under_way_loses_nothing(stage, origin, schema_text, delivery):
    stage.create_topics(partitions=2)
    judge = Judge(stage, KEYS, SingleObjectDecoder(schema_text))
    origin.default = Answer(b"{}", delay_s=1)
    worker = stage.worker(
        delivery=delivery,
        enrich=[catalog(origin.url)],
        kafka={"producer": FAST_END if delivery == "exactly_once" else {}},
    ).start()
    load = Load(stage.brokers, stage.source, KEYS, 40).start()
    for _ in range(3):
        published = judge.distinct()
        wait_until(lambda: judge.distinct() > published, 40, "something has come out")
        asked = len(origin.asked)
        wait_until(lambda: len(origin.asked) >= asked + 20, 40, "lookups are under way")
        worker.kill()
        worker.start()
    origin.default = Answer(b"{}")
    repeats = judge.verdict(load.finish(), may_repeat=delivery == "at_least_once")
    print(f"{load.acknowledged} events, {repeats} came twice")
    assert worker.terminate() == 0
