"""The judge says so when something is lost, doubled, out of order or hidden; else its word is worth
nothing."""

import json
from contextlib import contextmanager

import pytest
from confluent_kafka import Producer

from faults.judge import Judge, is_poison, value_of
from servers.arrivals import key_of
from servers.topics import Record

KEYS = 5
EVENTS = 60
QUIET_S = 1


def lose(numbers):
    numbers.remove(30)


def lose_a_dead_letter(numbers):
    numbers.remove(13)


def double(numbers):
    numbers.append(41)


def swap(numbers):
    at, other = numbers.index(40), numbers.index(45)
    numbers[at], numbers[other] = 45, 40


def nothing(numbers):
    pass


@contextmanager
def outputs(stage, change):
    """What a worker would have written, but for one change; in a transaction that stays open for the
    block when that is asked for."""
    stage.write(*(Record(value_of(n), key_of(n, KEYS)) for n in range(EVENTS)))
    numbers = list(range(EVENTS))
    change(numbers)
    producer = Producer(
        {"bootstrap.servers": stage.brokers, "transactional.id": stage.name, "log_level": 0}
    )
    producer.init_transactions(30)
    producer.begin_transaction()
    for number in numbers:
        topic = stage.dead if is_poison(number) else stage.output
        producer.produce(topic, value_of(number), key_of(number, KEYS))
    producer.flush(30)
    yield producer
    producer.commit_transaction(30)


@pytest.mark.parametrize(
    "change, said",
    [
        (nothing, None),
        (lose, r"lost 1: \[30\]$"),
        (lose_a_dead_letter, r"lost 1: \[13\]$"),
        (double, "1 came twice"),
        (swap, r"before an earlier one of their key: \[\(40, 45\)\]"),
    ],
)
def test_what_a_worker_must_not_do_is_found(stage, change, said):
    stage.create_topics(partitions=2)
    judge = Judge(stage, KEYS, json.loads)
    with outputs(stage, change):
        pass
    if said is None:
        assert judge.verdict(EVENTS, QUIET_S, may_repeat=False) == 0
        return
    with pytest.raises(AssertionError, match=said):
        judge.verdict(EVENTS, QUIET_S, may_repeat=False)


def test_what_an_open_transaction_hides_is_lost_and_said(stage):
    stage.create_topics()
    judge = Judge(stage, KEYS, json.loads)
    with outputs(stage, nothing):
        with pytest.raises(AssertionError, match=r"lost 60: .*\.out\[0\] ends at \d+, stable to 0"):
            judge.verdict(EVENTS, QUIET_S)


def test_an_event_that_was_written_twice_may_come_twice(stage):
    stage.create_topics(partitions=2)
    judge = Judge(stage, KEYS, json.loads)
    with outputs(stage, double):
        stage.write(Record(value_of(41), key_of(41, KEYS)))
    assert judge.verdict(EVENTS, QUIET_S, may_repeat=False) == 0
