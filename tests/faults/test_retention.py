"""Inputs that are no longer there, or not yet: said loudly, and never passed over."""

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from servers import topics
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.topics import Record


def event(number):
    return Record(b'{"event_id": "e%d"}' % number, b"key")


def has_lost_its_offset(stage):
    """The group has read 10 events, and of 20 more the first 10 were deleted."""
    stage.create_topics()
    worker = stage.worker().start()
    stage.write(*(event(number) for number in range(10)))
    stage.outputs(10)
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
    assert worker.terminate() == 0

    stage.write(*(event(number) for number in range(10, 30)))
    admin = AdminClient({"bootstrap.servers": stage.brokers})
    for deleted in admin.delete_records([TopicPartition(stage.source, 0, 20)]).values():
        deleted.result(timeout=30)


def test_a_deleted_offset_is_said_and_reading_goes_on_at_the_first_record_left(stage, schema_text):
    has_lost_its_offset(stage)
    worker = stage.worker().start()
    decode = SingleObjectDecoder(schema_text)
    ids = [decode(message.value())["event_id"] for message in stage.outputs(20)]
    assert ids == [f"e{number}" for number in [*range(10), *range(20, 30)]]
    line = worker.wait_for_log("event=records_missed")
    assert "level=error" in line and "offset=10" in line and "count=10" in line
    assert worker.metric("byline_records_missed_total") == 10


def test_who_is_told_to_begin_at_the_end_says_what_it_passes_over(stage):
    """auto.offset.reset: latest, and the committed offset is gone."""
    has_lost_its_offset(stage)
    worker = stage.worker(kafka={"consumer": {"auto.offset.reset": "latest"}}).start()

    def said():
        stage.write(event(30))
        return "event=records_missed" in worker.log_text()

    wait_until(said, 30, "it says so")
    assert worker.metric("byline_records_missed_total") >= 20


def test_an_input_topic_that_is_made_later_is_read_from_its_beginning(stage):
    topics.create(stage.brokers, stage.output, stage.dead)
    worker = stage.worker(
        kafka={"properties": {"topic.metadata.refresh.interval.ms": 500}}
    ).launch()
    assert stage.source in worker.wait_for_log("UNKNOWN_TOPIC_OR_PART")
    assert worker.status("/readyz") == 503
    topics.create(stage.brokers, stage.source)
    stage.write(*(event(number) for number in range(10)))
    stage.outputs(10)
    worker.wait_ready()
