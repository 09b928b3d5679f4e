"""What a topic refuses holds its key's line: nothing of the key overtakes it."""

import contextlib
import json
import time

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from faults.judge import Judge, Load
from servers import topics
from servers.arrivals import event_id, key_of
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.topics import Reader, Record

EVENTS = 2_000
KEYS = 20
LIMIT_BYTES = 20 * 1024
LARGE_EVERY = 97  # a multiple of no key's distance, so that each key has some


def is_large(number):
    return number % LARGE_EVERY == 50


def event(number):
    text = "word " * (6_000 if is_large(number) else 60)
    value = {"event_id": event_id(number), "title": f"Event {number}", "text": text}
    return Record(json.dumps(value).encode(), key_of(number, KEYS))


def numbers_by_key(messages, number_of):
    found = {}
    for message in messages:
        number = number_of(message)
        assert message.key() == key_of(number, KEYS)
        found.setdefault(message.key(), []).append(number)
    return found


def assert_in_order(found, wanted):
    """Every wanted number once, and those of each key ascending."""
    for key, numbers in found.items():
        wrong = [(a, b) for a, b in zip(numbers, numbers[1:]) if b <= a]
        assert not wrong, f"key {key}: {len(wrong)} steps back, the first {wrong[0]}"
    assert sorted(n for numbers in found.values() for n in numbers) == sorted(wanted)


@pytest.fixture
def number_of_output(schema_text):
    decode = SingleObjectDecoder(schema_text)
    return lambda message: int(decode(message.value())["event_id"][1:])


def number_of_input(message):
    return int(json.loads(message.value())["event_id"][1:])


@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
def test_a_topic_that_takes_little_keeps_the_order(stage, number_of_output, delivery):
    """Batches are larger than the topic takes, so that small records are refused with others."""
    stage.create_topics(partitions=2)
    small = stage.output + ".small"
    topics.create(stage.brokers, small, partitions=2, max_message_bytes=LIMIT_BYTES)
    stage.write(*(event(number) for number in range(EVENTS)))
    worker = stage.worker(delivery=delivery, output={"topic": small}).start()
    large = [number for number in range(EVENTS) if is_large(number)]
    dead = stage.dead_letters(len(large))
    outputs = topics.read(stage.brokers, small, EVENTS - len(large))
    assert_in_order(
        numbers_by_key(outputs, number_of_output),
        [number for number in range(EVENTS) if not is_large(number)],
    )
    assert_in_order(numbers_by_key(dead, number_of_input), large)
    assert {dict(message.headers())["byline.error.class"] for message in dead} == {b"too_large"}
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
    assert worker.terminate() == 0


# --- a topic that cannot be written for a while


def access(kind, topic):
    return kind(
        ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, "User:ANONYMOUS", "*",
        AclOperation.WRITE, AclPermissionType.DENY,
    )  # fmt: skip


@contextlib.contextmanager
def denied(brokers, topic):
    admin = AdminClient({"bootstrap.servers": brokers})
    for made in admin.create_acls([access(AclBinding, topic)]).values():
        made.result(timeout=10)
    yield
    for deleted in admin.delete_acls([access(AclBindingFilter, topic)]).values():
        assert deleted.result(timeout=10)


@contextlib.contextmanager
def missing(brokers, topic):
    admin = AdminClient({"bootstrap.servers": brokers})
    for deleted in admin.delete_topics([topic]).values():
        deleted.result(timeout=10)
    yield
    topics.create(brokers, topic, partitions=2)


@pytest.mark.parametrize(
    "refusal, which, delivery",
    [
        (missing, "output", "at_least_once"),
        pytest.param(missing, "output", "exactly_once", marks=pytest.mark.long),
        pytest.param(denied, "output", "at_least_once", marks=pytest.mark.long),
        (denied, "dead", "at_least_once"),
        (denied, "dead", "exactly_once"),
    ],
)
def test_a_topic_that_cannot_be_written_stops_intake_and_skips_nothing(
    stage, schema_text, refusal, which, delivery
):
    stage.create_topics(partitions=2)
    topic = getattr(stage, which)
    with refusal(stage.brokers, topic):
        worker = stage.worker(
            delivery=delivery,
            kafka={"producer": {"topic.metadata.propagation.max.ms": 500}},
        ).launch()
        load = Load(stage.brokers, stage.source, KEYS, 1_000).start()
        said = "cannot be written" if delivery == "at_least_once" else "nothing can be committed"
        wait_until(lambda: said in worker.answer("/readyz"), 20, "it says so")
        consumed = worker.metric("byline_events_consumed_total")
        assert consumed > 0
        time.sleep(1.5)
        assert worker.metric("byline_events_consumed_total") == consumed, "still takes in"
        assert worker.status("/readyz") == 503
        assert worker.status("/healthz") == 200
    decoder = SingleObjectDecoder(schema_text)
    judge = Judge(stage, KEYS, decoder)
    repeats = judge.verdict(load.finish(), may_repeat=delivery == "at_least_once")
    print(f"{load.written} events, {repeats} came twice")
    worker.wait_ready()
    assert worker.terminate() == 0


@pytest.mark.parametrize(
    "delivery", ["at_least_once", pytest.param("exactly_once", marks=pytest.mark.long)]
)
def test_who_loses_its_partitions_while_it_is_blocked_goes_on(stage, schema_text, delivery):
    """What could not be written goes with them; intake must not wait for it."""
    stage.create_topics(partitions=2)
    with denied(stage.brokers, stage.output):
        stage.write(*(event(number) for number in range(10) if not is_large(number)))
        worker = stage.worker(delivery=delivery).launch()
        wait_until(lambda: worker.status("/readyz") == 503 and worker.log_text().count("assigned"),
                   20, "blocked")
        worker.pause()
        time.sleep(4)  # longer than its session
        worker.resume()
        worker.wait_for_log("event=lost")
    decode = SingleObjectDecoder(schema_text)
    found = {decode(message.value())["event_id"] for message in stage.outputs(10)}
    assert found == {event_id(number) for number in range(10)}
    assert worker.terminate() == 0
