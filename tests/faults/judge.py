"""The judge: compares every input with every output and dead letter, by other people's clients.

Event n has the key of servers.arrivals. Some are poison: no JSON, so that a dead letter comes out of
them. Nothing may be lost; the events of one key come out in their order, where a repeat may step
back but never jump ahead; how often anything came twice is counted."""

import json
import threading
import time

from confluent_kafka import Consumer, IsolationLevel, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from servers.arrivals import event_id, key_of
from servers.process import wait_until

POISON_EVERY = 50
BATCH = 2_000
REPEATS_S = 0.5  # after the last event, for one that would come twice


def is_poison(number):
    return number % POISON_EVERY == 13


def value_of(number):
    if is_poison(number):
        return b'{"event_id": "%s", cut' % event_id(number).encode()
    return json.dumps({"event_id": event_id(number), "title": f"Event {number}"}).encode()


class Load:
    """Writes events at a steady rate from a thread of its own, whatever the brokers do; each is
    written once (idempotent producer)."""

    def __init__(self, brokers, topic, keys, rate):
        self.topic, self.keys, self.rate = topic, keys, rate
        self.written = 0
        self.failure = None
        self._stopping = threading.Event()
        self._producer = Producer(
            {
                "bootstrap.servers": brokers,
                "enable.idempotence": True,
                "message.timeout.ms": 0,
                "linger.ms": 5,
                "partitioner": "murmur2_random",
                "topic.metadata.refresh.interval.ms": 5000,
                "reconnect.backoff.max.ms": 1000,
                "log_level": 0,
            }
        )
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def finish(self, timeout_s=120):
        """How many events were written, all of them acknowledged."""
        self._stopping.set()
        self._thread.join()
        assert self._producer.flush(timeout_s) == 0, "not every event was written"
        assert self.failure is None, self.failure
        return self.written

    def _on_delivery(self, error, _):
        if error is not None:
            self.failure = str(error)

    def _run(self):
        began = time.monotonic()
        while not self._stopping.wait(0.02):
            due = int((time.monotonic() - began) * self.rate)
            while self.written < due:
                number = self.written
                self._producer.produce(
                    self.topic,
                    value_of(number),
                    key_of(number, self.keys),
                    on_delivery=self._on_delivery,
                )
                self.written += 1
            self._producer.poll(0)


class Judge:
    """Reads outputs and dead letters from their first record on, with read_committed, in a thread of
    its own from the moment it is made."""

    def __init__(self, brokers, output, dead, keys, decoder):
        self.brokers, self.keys, self.decoder, self.dead = brokers, keys, decoder, dead
        self.seen = bytearray()  # by number: how often
        self.repeats = 0
        self.disorder = []
        self.last_new_at = time.monotonic()
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": "byline-tests-judge",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 50,
                "reconnect.backoff.max.ms": 1000,
                "log_level": 0,
            }
        )
        known = self._consumer.list_topics(timeout=10).topics
        self._partitions = [
            TopicPartition(t, p, 0) for t in (output, dead) for p in known[t].partitions
        ]
        self._consumer.assign(self._partitions)
        self._read_to = {(at.topic, at.partition): 0 for at in self._partitions}
        self._failure = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        try:
            while not self._ending.is_set():
                for message in self._consumer.consume(BATCH, 0.2):
                    error = message.error()
                    at = message.topic(), message.partition()
                    if error is None:
                        self._take(message)
                        self._read_to[at] = message.offset() + 1
                    elif error.code() == KafkaError._PARTITION_EOF:
                        self._read_to[at] = message.offset()  # behind a transaction's end as well
                    # Brokers come and go; what is missing in the end shows.
        except Exception as failure:  # the verdict raises it
            self._failure = failure

    def _take(self, message):
        is_dead = message.topic() == self.dead
        if is_dead:
            number = int(message.value().split(b'"')[3][1:])
        else:
            number = int(self.decoder(message.value())["event_id"][1:])
        assert message.key() == key_of(number, self.keys), f"event {number} under another key"
        assert is_dead == is_poison(number), f"event {number} in {message.topic()}"
        if number >= len(self.seen):
            self.seen.extend(bytes(number + 1 - len(self.seen)))
        before = number - self.keys
        while before >= 0 and is_poison(before) != is_dead:
            before -= self.keys
        if before >= 0 and not self.seen[before]:
            self.disorder.append((before, number))
        if self.seen[number]:
            self.repeats += 1
        else:
            self.last_new_at = time.monotonic()
        self.seen[number] = min(255, self.seen[number] + 1)

    def distinct(self):
        if self._failure:
            raise self._failure
        return len(self.seen) - self.seen.count(0)

    def _ends(self, isolation_level=IsolationLevel.READ_COMMITTED):
        admin = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
        asked = {at: OffsetSpec.latest() for at in self._partitions}
        answers = admin.list_offsets(asked, isolation_level=isolation_level, request_timeout=10)
        return {
            (at.topic, at.partition): answer.result().offset for at, answer in answers.items()
        }

    def _has_read_all(self):
        """Whether the reader stands at the ends that it may see."""
        return all(self._read_to[at] >= end for at, end in self._ends().items())

    def _hidden(self):
        """Partitions whose end no read_committed reader sees: a transaction is open there."""
        stable = self._ends()
        return [
            f"{topic}[{partition}] ends at {end}, stable to {stable[topic, partition]}"
            for (topic, partition), end in self._ends(IsolationLevel.READ_UNCOMMITTED).items()
            if stable[topic, partition] < end
        ]

    def verdict(self, written, quiet_s=60, may_repeat=True, keeps_order=True):
        """Reads until all are there; what is not, though the reader stands at the end and nothing new
        came for quiet_s, is lost. Returns the repeats."""
        asked_at = time.monotonic()
        while self.distinct() < written:
            since = max(asked_at, self.last_new_at)
            if time.monotonic() - since > quiet_s and self._has_read_all():
                missing = [n for n in range(written) if n >= len(self.seen) or not self.seen[n]]
                hidden = self._hidden()
                raise AssertionError(
                    f"lost {len(missing)}: {missing[:20]}"
                    + (f"; hidden by open transactions: {hidden}" if hidden else "")
                )
            time.sleep(0.05)
        time.sleep(REPEATS_S)
        wait_until(self._has_read_all, quiet_s, "all is read")
        self._ending.set()
        self._thread.join()
        distinct = self.distinct()
        self._consumer.close()
        assert distinct == written, f"{distinct - written} more than were written"
        assert not (keeps_order and self.disorder), (
            f"events before an earlier one of their key: {self.disorder[:5]}"
        )
        assert may_repeat or self.repeats == 0, f"{self.repeats} came twice"
        return self.repeats
