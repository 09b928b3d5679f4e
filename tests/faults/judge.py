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
STALLED_S = 40  # longer than any freeze or start of a broker
REPEATS_S = 0.5  # after the last event, for one that would come twice


def is_poison(number):
    return number % POISON_EVERY == 13


def value_of(number):
    if is_poison(number):
        return b'{"event_id": "%s", cut' % event_id(number).encode()
    return json.dumps({"event_id": event_id(number), "title": f"Event {number}"}).encode()


def number_in(message):
    return int(message.value().split(b'"')[3][1:])


def grow(flags, number):
    if number >= len(flags):
        flags.extend(bytes(number + 1 - len(flags)))


class Load:
    """Writes events at a steady rate from a thread of its own, whatever the brokers do. What is in the
    topic in the end is the judge's to read: a producer that stalls is given up with all that it has.
    (librdkafka 2.16 forgets every broker, for good, when a broker that has just started answers it
    that there are none.)"""

    def __init__(self, brokers, topic, keys, rate):
        self.brokers, self.topic, self.keys, self.rate = brokers, topic, keys, rate
        self.written = self.acknowledged = self.given_up = 0
        self.failure = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._open()

    def _open(self):
        self._told_at = time.monotonic()
        self._producer = Producer(
            {
                "bootstrap.servers": self.brokers,
                "enable.idempotence": True,
                "message.timeout.ms": 0,
                "linger.ms": 5,
                "partitioner": "murmur2_random",
                "topic.metadata.refresh.interval.ms": 5000,
                "reconnect.backoff.max.ms": 1000,
                "log_level": 0,
            }
        )

    def start(self):
        self._thread.start()
        return self

    def finish(self, timeout_s=60):
        """How many events were acknowledged."""
        self._stopping.set()
        self._thread.join()
        self._producer.flush(timeout_s)
        assert self.failure is None, self.failure
        assert self.acknowledged > 0, "nothing was written"
        if self.given_up:
            print(f"the load made {self.given_up} new producers")
        return self.acknowledged

    def _on_delivery(self, error, _):
        self._told_at = time.monotonic()
        if error is None:
            self.acknowledged += 1
        elif error.code() not in (KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT):
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
            if len(self._producer) == 0:
                self._told_at = time.monotonic()
            elif time.monotonic() - self._told_at > STALLED_S:
                self.given_up += 1
                self._producer.purge()
                self._producer.flush(5)
                self._open()


class Judge:
    """Reads inputs, outputs and dead letters of a stage from their first record on, with
    read_committed, in a thread of its own from the moment it is made."""

    def __init__(self, stage, keys, decoder):
        self.stage, self.keys, self.decoder = stage, keys, decoder
        self.inputs = bytearray()  # by number: how often it is there; librdkafka 2.16 may write a
        # batch again after the broker's restart, under the next epoch of its producer id
        self.seen = bytearray()  # by number: how often it came out
        self.disorder = []
        self.last_new_at = time.monotonic()
        known = AdminClient({"bootstrap.servers": stage.brokers}).list_topics(timeout=10).topics
        self._read_to = {
            (t, p): 0
            for t in (stage.source, stage.output, stage.dead)
            for p in known[t].partitions
        }
        self._open()
        self._failure = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _open(self):
        self._told_at = time.monotonic()
        self._consumer = Consumer(
            {
                "bootstrap.servers": self.stage.brokers,
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
        self._consumer.assign([TopicPartition(*at, to) for at, to in self._read_to.items()])

    def _read(self):
        try:
            while not self._ending.is_set():
                stands_still = False
                for message in self._consumer.consume(BATCH, 0.2):
                    error = message.error()
                    at = message.topic(), message.partition()
                    if error is None:
                        self._take(message)
                        self._read_to[at] = message.offset() + 1
                    elif error.code() == KafkaError._PARTITION_EOF:
                        self._read_to[at] = message.offset()  # behind a transaction's end as well
                    elif error.code() == KafkaError._AUTO_OFFSET_RESET:
                        stands_still = True  # that partition, for good
                    # Brokers come and go; what is missing in the end shows.
                    self._told_at = time.monotonic()
                # Or it may have lost its brokers.
                if stands_still or time.monotonic() - self._told_at > STALLED_S:
                    self._consumer.close()
                    self._open()
        except Exception as failure:  # the verdict raises it
            self._failure = failure

    def _take(self, message):
        if message.topic() == self.stage.source:
            number = number_in(message)
            grow(self.inputs, number)
            self.inputs[number] = min(255, self.inputs[number] + 1)
            return
        is_dead = message.topic() == self.stage.dead
        if is_dead:
            number = number_in(message)
        else:
            number = int(self.decoder(message.value())["event_id"][1:])
        assert message.key() == key_of(number, self.keys), f"event {number} under another key"
        assert is_dead == is_poison(number), f"event {number} in {message.topic()}"
        grow(self.seen, number)
        before = number - self.keys
        while before >= 0 and is_poison(before) != is_dead:
            before -= self.keys
        if before >= 0 and not self.seen[before]:
            self.disorder.append((before, number))
        if not self.seen[number]:
            self.last_new_at = time.monotonic()
        self.seen[number] = min(255, self.seen[number] + 1)

    def distinct(self):
        """How many different events have come out."""
        if self._failure:
            raise self._failure
        return len(self.seen) - self.seen.count(0)

    def _ends(self, isolation_level=IsolationLevel.READ_COMMITTED):
        admin = AdminClient({"bootstrap.servers": self.stage.brokers, "log_level": 0})
        asked = {TopicPartition(*at): OffsetSpec.latest() for at in self._read_to}
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

    def _missing(self):
        return [
            number
            for number, is_there in enumerate(self.inputs)
            if is_there and not (number < len(self.seen) and self.seen[number])
        ]

    def _inputs(self):
        return len(self.inputs) - self.inputs.count(0)

    def _has_all(self):
        return self.distinct() == self._inputs() and self._has_read_all()

    def _repeats(self):
        """How often an event came out more often than it was written."""
        return sum(
            seen - written
            for seen, written in zip(self.seen, self.inputs, strict=False)
            if seen > written > 0
        )

    def verdict(self, acknowledged, quiet_s=60, may_repeat=True, keeps_order=True):
        """Reads until all inputs, of which at least so many are known to be there, have come out; what
        has not, though the reader stands at the end and nothing new came for quiet_s, is lost.
        Returns the repeats."""
        asked_at = time.monotonic()
        while not self._has_all():
            since = max(asked_at, self.last_new_at)
            if time.monotonic() - since > quiet_s and self._has_read_all():
                missing, hidden = self._missing(), self._hidden()
                raise AssertionError(
                    f"lost {len(missing)}: {missing[:20]}"
                    + (f"; hidden by open transactions: {hidden}" if hidden else "")
                )
            time.sleep(0.2)
        time.sleep(REPEATS_S)
        wait_until(self._has_read_all, quiet_s, "all is read")
        self._ending.set()
        self._thread.join()
        distinct = self.distinct()
        self._consumer.close()
        assert self._inputs() >= acknowledged, "inputs that were acknowledged are not there"
        assert distinct == self._inputs(), "something came out that was never written"
        disorder = [pair for pair in self.disorder if self.inputs[pair[0]]]
        assert not (keeps_order and disorder), (
            f"events before an earlier one of their key: {disorder[:5]}"
        )
        repeats = self._repeats()
        assert may_repeat or repeats == 0, f"{repeats} came twice"
        return repeats
