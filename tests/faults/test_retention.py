"""A committed offset that retention has deleted: said loudly, and never passed over to the end."""

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.topics import Record


def event(number):
    return Record(b'{"event_id": "e%d"}' % number, b"key")


def test_a_deleted_offset_is_said_and_reading_goes_on_at_the_first_record_left(stage, schema_text):
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

    worker.start()
    decode = SingleObjectDecoder(schema_text)
    ids = [decode(message.value())["event_id"] for message in stage.outputs(20)]
    assert ids == [f"e{number}" for number in [*range(10), *range(20, 30)]]
    line = worker.wait_for_log("event=records_missed")
    assert "level=error" in line and "offset=10" in line and "count=10" in line
    assert worker.metric("byline_records_missed_total") == 10
