"""auto.offset.reset: latest, and the group has no commit yet: what was read is finished all the same."""

import json
import time

import pytest
from confluent_kafka.admin import AdminClient, NewPartitions
from servers import topics
from servers.origin import Answer
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import CONSUMER_PROTOCOL, catalog
from servers.topics import Record

COUNT = 5
LATEST = {"auto.offset.reset": "latest"}
SEES_CHANGES = LATEST | {"topic.metadata.refresh.interval.ms": 3000}


def events(first, count=COUNT):
    for number in range(first, first + count):
        yield Record(json.dumps({"event_id": f"e{number}"}).encode(), b"k%d" % number)


def read_ids(stage, count, schema_text):
    decode = SingleObjectDecoder(schema_text)
    return {decode(output.value())["event_id"] for output in stage.outputs(count)}


@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_what_was_in_flight_is_read_again(stage, origin, schema_text, delivery, end):
    stage.create_topics(partitions=2)
    stage.write(*events(0))  # before the group began
    origin.default = Answer(b"{}", delay_s=60)
    worker = stage.worker(
        delivery=delivery, kafka={"consumer": LATEST}, http={"timeout": "70s"},
        enrich=[catalog(origin.url, required=False)],
    ).start()  # fmt: skip
    wait_until(lambda: stage.lag() == 0, 30, "the place where the group begins is committed")
    stage.write(*events(COUNT))
    wait_until(lambda: len(origin.asked) >= COUNT, 30, "all are in flight")
    getattr(worker, end)()
    origin.default = Answer(b"{}")
    worker.start()
    stage.write(*events(2 * COUNT))
    assert read_ids(stage, 2 * COUNT, schema_text) == {
        f"e{number}" for number in range(COUNT, 3 * COUNT)
    }


def test_partitions_that_are_added_are_read_from_their_first_record(stage, schema_text):
    """Also by a worker that had none until then."""
    stage.create_topics(partitions=1)
    stage.write(*events(0))
    workers = [stage.worker(kafka={"consumer": SEES_CHANGES}).start() for _ in range(2)]
    wait_until(lambda: stage.lag() == 0, 30, "the place where the group begins is committed")
    for worker in workers:
        wait_until(lambda w=worker: w.status("/readyz") == 200, 30, "ready")
    admin = AdminClient({"bootstrap.servers": stage.brokers})
    for made in admin.create_partitions([NewPartitions(stage.source, 6)]).values():
        made.result(timeout=10)
    stage.write(*events(COUNT, 9 * COUNT))
    assert not any("partition=5" in worker.log_text() for worker in workers), "written too late"
    assert read_ids(stage, 9 * COUNT, schema_text) == {
        f"e{number}" for number in range(COUNT, 10 * COUNT)
    }


def test_a_topic_that_is_made_later_is_read_from_its_first_record(stage, schema_text):
    topics.create(stage.brokers, stage.output, stage.dead)
    worker = stage.worker(kafka={"consumer": SEES_CHANGES}).launch()
    wait_until(
        lambda: worker.answer("/readyz").strip() == f"topic {stage.source} does not exist", 30,
        "it is missed",
    )  # fmt: skip
    topics.create(stage.brokers, stage.source, partitions=2)
    stage.write(*events(0))
    assert read_ids(stage, COUNT, schema_text) == {f"e{number}" for number in range(COUNT)}
    wait_until(lambda: worker.status("/readyz") == 200, 30, "ready")


@pytest.mark.parametrize("protocol", [{}, CONSUMER_PROTOCOL], ids=["classic", "consumer"])
def test_a_topic_that_is_made_anew_is_read_from_its_first_record(stage, schema_text, protocol):
    """The topic may be nobody's at that time; those of three workers that had it end with 1 and are started
    again, as an orchestrator would."""
    stage.create_topics(partitions=2)
    consumer = SEES_CHANGES | protocol
    workers = [stage.worker(kafka={"consumer": consumer}).start() for _ in range(3)]
    wait_until(lambda: stage.lag() == 0, 30, "the place where the group begins is committed")
    time.sleep(6)  # all have asked for the topic's id
    topics.remake(stage.brokers, stage.source, partitions=2)
    stage.write(*events(0))
    ids = set()
    decode = SingleObjectDecoder(schema_text)
    with topics.Reader(stage.brokers, stage.output) as reader:

        def all_came():
            for worker in workers:
                if not worker.is_running():
                    worker.launch()
            ids.update(decode(output.value())["event_id"] for output in reader.batch())
            return len(ids) == COUNT

        wait_until(all_came, 90, "all of the new topic's")
    assert ids == {f"e{number}" for number in range(COUNT)}
