"""Topics of a real broker, through confluent-kafka: made, written, read and measured."""

import time
from dataclasses import dataclass

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

EARLIEST = 0
BATCH = 5_000
READ_TIMEOUT_S = 60


@dataclass(frozen=True)
class Record:
    """One record to write; a value of None is a tombstone."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple = ()


def create(brokers, *names, partitions=1, **settings):
    """Topic settings are given with _ for the dots of Kafka's names."""
    config = {name.replace("_", "."): str(value) for name, value in settings.items()}
    new = [NewTopic(name, num_partitions=partitions, config=config) for name in names]
    admin = AdminClient({"bootstrap.servers": brokers})
    for made in admin.create_topics(new).values():
        made.result(timeout=30)


def remake(brokers, name, partitions=1):
    """Deletes a topic and makes one of the same name, at first empty."""
    admin = AdminClient({"bootstrap.servers": brokers})
    for gone in admin.delete_topics([name]).values():
        gone.result(timeout=30)
    deadline = time.monotonic() + 30
    while name in admin.list_topics(timeout=10).topics:
        assert time.monotonic() < deadline, f"{name} is still there"
        time.sleep(0.1)
    create(brokers, name, partitions=partitions)


def write(brokers, topic, records):
    """Every record acknowledged, or an AssertionError."""
    failures = []
    producer = Producer(
        {
            "bootstrap.servers": brokers,
            "linger.ms": 20,
            "message.max.bytes": 33_554_432,
            "queue.buffering.max.messages": 1_000_000,
        }
    )

    def on_delivery(error, _):
        if error is not None:
            failures.append(error)

    for record in records:
        producer.produce(
            topic, record.value, record.key, headers=list(record.headers), on_delivery=on_delivery
        )
        producer.poll(0)
    assert producer.flush(60) == 0, f"{topic}: not everything was written"
    assert not failures, failures[0]


class Reader:
    """Reads whole topics from their first record on, outside any group's offsets."""

    def __init__(self, brokers, *topics):
        self.consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": "byline-tests-reader",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.message.max.bytes": 33_554_432,
                "fetch.wait.max.ms": 50,
            }
        )
        known = self.consumer.list_topics(timeout=10).topics
        self.consumer.assign(
            [TopicPartition(t, p, EARLIEST) for t in topics for p in known[t].partitions]
        )

    def batch(self, timeout_s=0.2):
        """The next records, at most BATCH of them; an empty list when none came in time."""
        messages = self.consumer.consume(BATCH, timeout_s)
        for message in messages:
            assert message.error() is None, message.error()
        return messages

    def read(self, count, timeout_s=READ_TIMEOUT_S):
        """Exactly the next count records: fewer in time, or more at once, is a failure."""
        messages = []
        deadline = time.monotonic() + timeout_s
        while len(messages) < count and time.monotonic() < deadline:
            messages += self.batch()
        assert len(messages) == count, f"{len(messages)} records, {count} expected"
        return messages

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.consumer.close()


def read(brokers, topic, count, timeout_s=READ_TIMEOUT_S):
    with Reader(brokers, topic) as reader:
        return reader.read(count, timeout_s)


def size(brokers, topic):
    """Records in the topic, all partitions together."""
    with Reader(brokers, topic) as reader:
        low_and_high = [
            reader.consumer.get_watermark_offsets(partition, timeout=10)
            for partition in reader.consumer.assignment()
        ]
    return sum(high - low for low, high in low_and_high)


def lag(brokers, group, topic):
    """Records behind the group's committed offsets, all partitions together."""
    admin = AdminClient({"bootstrap.servers": brokers})
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
    offsets = asked[group].result(timeout=10).topic_partitions
    committed = {(at.topic, at.partition): at.offset for at in offsets}
    with Reader(brokers, topic) as reader:
        behind = 0
        for partition in reader.consumer.assignment():
            _, high = reader.consumer.get_watermark_offsets(partition, timeout=10)
            behind += high - max(0, committed.get((topic, partition.partition), 0))
    return behind


def text_headers(message):
    """A message's headers as text by name."""
    return {name: value.decode() for name, value in message.headers() or []}


def hold_offsets(brokers, group, topic, partitions):
    """An open transaction of somebody else that has the group's offsets in it: till it ends the group's
    committed offsets are told to nobody."""
    member = Consumer({"bootstrap.servers": brokers, "group.id": group})
    producer = Producer({"bootstrap.servers": brokers, "transactional.id": group + "-x"})
    producer.init_transactions(20)
    producer.begin_transaction()
    offsets = [TopicPartition(topic, partition, 1) for partition in range(partitions)]
    producer.send_offsets_to_transaction(offsets, member.consumer_group_metadata(), 20)
    member.close()
    return producer
