"""delivery: exactly_once on a real broker: a read_committed reader sees every event once."""

import time

import pytest

from servers import topics
from servers.arrivals import Arrivals, numbered_events
from servers.origin import Answer
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog
from servers.topics import Reader, Record

EVENTS = 30_000
KEYS = 500
PARTITIONS = 4
INTERRUPTIONS = (EVENTS // 4, EVENTS * 6 // 10)
TIME_LIMIT_S = 120


def run_interrupted(stage, nginx, schema_text, interrupt):
    stage.create_topics(partitions=PARTITIONS)
    stage.write(*numbered_events(EVENTS, KEYS))
    arrivals = Arrivals(EVENTS, KEYS, SingleObjectDecoder(schema_text))
    worker = stage.worker(delivery="exactly_once", enrich=[catalog(nginx.url)]).start()
    left = list(INTERRUPTIONS)
    deadline = time.monotonic() + TIME_LIMIT_S
    with Reader(stage.brokers, stage.output) as reader:
        while not arrivals.complete:
            assert time.monotonic() < deadline, f"{arrivals.seen} of {arrivals.count} came out"
            for message in reader.batch():
                arrivals.add(message)
            if left and arrivals.seen >= left[0]:
                left.pop(0)
                interrupt(worker)
                worker.launch()
        assert not left, "the worker was done before it was interrupted"
        wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
        assert worker.terminate() == 0
        for message in reader.batch():
            arrivals.add(message)
    return arrivals


@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_nothing_is_lost_and_nothing_doubled(stage, nginx, schema_text, how):
    arrivals = run_interrupted(stage, nginx, schema_text, lambda worker: getattr(worker, how)())
    assert arrivals.repeats == 0
    assert max(arrivals.steps_back.values(), default=0) == 0


def test_a_poison_event_is_a_dead_letter_once(stage):
    stage.create_topics(partitions=1)
    stage.write(
        Record(b'{"event_id": "a"}', b"k"), Record(b"{cut", b"k"), Record(b'{"event_id": "b"}', b"k")
    )
    stage.worker(delivery="exactly_once").start()
    assert len(stage.outputs(2)) == 2
    assert [message.value() for message in stage.dead_letters(1)] == [b"{cut"]


def test_a_record_too_large_is_dead_lettered_and_the_rest_published_once(stage, schema_text):
    """The output carries the text and its metadata: more than the input, more than the topic takes."""
    text = b"word " * 60_000
    stage.create_topics(partitions=1)
    topics.create(stage.brokers, stage.output + ".small", max_message_bytes=len(text))
    big = Record(b'{"event_id": "big", "text": "' + text + b'"}', b"k")
    stage.write(Record(b'{"event_id": "a"}', b"k"), big, Record(b'{"event_id": "b"}', b"k"))
    stage.worker(
        delivery="exactly_once", output={"topic": stage.output + ".small"}
    ).start()
    (dead,) = stage.dead_letters(1)
    assert dict(dead.headers())["byline.error.class"] == b"too_large"
    assert dead.value() == big.value
    decode = SingleObjectDecoder(schema_text)
    outputs = topics.read(stage.brokers, stage.output + ".small", 2)
    assert [decode(message.value())["event_id"] for message in outputs] == ["a", "b"]


def numbered(first, count):
    return [Record(b'{"event_id": "e%d"}' % n, b"k%d" % n) for n in range(first, first + count)]


@pytest.mark.parametrize("reset", ["earliest", "latest"])
def test_offsets_behind_an_open_transaction_are_waited_for(stage, schema_text, reset):
    """Also where the assignment changes meanwhile, at which librdkafka takes the partitions for ones
    without a commit."""
    changes = {"delivery": "exactly_once", "kafka": {"consumer": {"auto.offset.reset": reset}}}
    stage.create_topics(partitions=PARTITIONS)
    stage.write(*numbered(0, 200))
    first = stage.worker(delivery="exactly_once").start()
    stage.outputs(200)
    wait_until(lambda: stage.lag() == 0, 20, "all is committed")
    assert first.terminate() == 0
    transaction = topics.hold_offsets(stage.brokers, stage.name, stage.source, PARTITIONS)
    stage.write(*numbered(200, 40))
    second = stage.worker(**changes).launch()
    second.wait_for_log("event=assigned")
    third = stage.worker(**changes).launch()
    third.wait_for_log("event=assigned")
    time.sleep(1)  # what an answer that was on its way needs
    transaction.abort_transaction(20)
    time.sleep(2)  # in which librdkafka finds where to begin
    stage.write(*numbered(240, 40))
    wait_until(lambda: stage.lag() == 0, 60, "all is committed again")
    assert second.terminate() == third.terminate() == 0
    decode = SingleObjectDecoder(schema_text)
    with Reader(stage.brokers, stage.output) as reader:
        ids = [decode(message.value())["event_id"] for message in reader.read(280)]
        assert reader.batch() == []
    assert sorted(ids) == sorted(f"e{n}" for n in range(280))


@pytest.mark.parametrize(
    "delivery, count", [("exactly_once", 10), ("exactly_once", 70), ("at_least_once", 70)]
)
def test_a_topic_that_was_made_anew_under_a_worker_ends_it_and_is_read_by_the_next(
    stage, schema_text, delivery, count
):
    """Offsets mean other records now: none of the new topic is passed over, also where it is already
    longer than what was read of the old one."""
    stage.create_topics(partitions=1)
    stage.write(*numbered(0, 50))
    worker = stage.worker(delivery=delivery).start()
    stage.outputs(50)
    wait_until(lambda: stage.lag() == 0, 20, "all is committed")
    time.sleep(6)  # it looks at the topic every 5 s
    worker.pause()
    topics.remake(stage.brokers, stage.source)
    stage.write(*numbered(50, count))
    worker.resume()
    wait_until(lambda: not worker.is_running(), 60, "the worker has seen it")
    assert worker.child.returncode == 1
    assert "was made anew" in worker.log_text()
    stage.worker(delivery=delivery).start()
    decode, ids = SingleObjectDecoder(schema_text), set()
    with Reader(stage.brokers, stage.output) as reader:

        def all_came_out():
            ids.update(decode(message.value())["event_id"] for message in reader.batch())
            return len(ids) == 50 + count

        wait_until(all_came_out, 30, "all came out")


CONSUMER_PROTOCOL = {
    "group.protocol": "consumer",
    "session.timeout.ms": None,
    "heartbeat.interval.ms": None,
}


@pytest.mark.parametrize(
    "consumer, at_once", [({}, 10), (CONSUMER_PROTOCOL, 60)], ids=["classic", "consumer"]
)
def test_a_topic_made_anew_under_unfinished_work_is_read_from_its_beginning(
    stage, origin, schema_text, consumer, at_once
):
    """What is finished of the old topic is committed by its name, so onto the new one: once it is
    longer than that, or by who gives up the old one's partitions to get the new one's."""
    stage.create_topics(partitions=1)
    origin.default = Answer(b"{}")
    slow = {f"/articles/e{n}": Answer(b"{}", delay_s=0.12 * n) for n in range(50)}
    origin.answers.update(slow)
    worker = stage.worker(enrich=[catalog(origin.url)], kafka={"consumer": consumer}).start()
    stage.write(*numbered(0, 50))
    wait_until(lambda: worker.metric("byline_records_published_total") >= 8, 30, "8 are out")
    topics.remake(stage.brokers, stage.source)
    stage.write(*numbered(100, at_once))
    time.sleep(1.5)
    stage.write(*numbered(100 + at_once, 100 - at_once))
    decode, ids = SingleObjectDecoder(schema_text), set()
    with Reader(stage.brokers, stage.output) as reader:

        def all_came_out():
            ids.update(decode(message.value())["event_id"] for message in reader.batch())
            if not worker.is_running():
                assert worker.child.returncode == 1
                worker.launch()
            return ids.issuperset(f"e{n}" for n in range(100, 200))

        wait_until(all_came_out, 40, "all of the new topic came out")
    assert worker.log_text().count("was made anew while") == 1


def test_a_topic_made_anew_is_read_from_its_beginning(stage):
    """Between two workers."""
    stage.create_topics(partitions=1)
    stage.write(*numbered(0, 50))
    first = stage.worker(delivery="exactly_once").start()
    stage.outputs(50)
    wait_until(lambda: stage.lag() == 0, 20, "all is committed")
    assert first.terminate() == 0
    topics.remake(stage.brokers, stage.source)
    stage.write(*numbered(50, 10))
    stage.worker(delivery="exactly_once").start()
    stage.outputs(60)
