"""The judge: compares every input with every output and dead letter, by other people's clients.

Event n has the key of servers.arrivals. Some are poison: no JSON, so that a dead letter comes out of
them. Nothing may be lost; the events of one key come out in their order, where a repeat may step
back but never jump ahead; how often anything came twice is counted."""

import json
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition

from servers.arrivals import event_id, key_of
from servers.process import wait_until

POISON_EVERY = 50
BATCH = 2_000


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
    """Reads outputs and dead letters from their first record on, with read_committed."""

    def __init__(self, brokers, output, dead, keys, decoder):
        self.keys, self.decoder, self.dead = keys, decoder, dead
        self.seen = bytearray()  # by number: how often
        self.repeats = 0
        self.disorder = []
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": "byline-tests-judge",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
                "fetch.wait.max.ms": 50,
                "reconnect.backoff.max.ms": 1000,
                "log_level": 0,
            }
        )
        known = self._consumer.list_topics(timeout=10).topics
        self._consumer.assign(
            [TopicPartition(t, p, 0) for t in (output, dead) for p in known[t].partitions]
        )

    def look(self, timeout_s=0.2):
        """Takes in what has come; returns how many records that were."""
        messages = self._consumer.consume(BATCH, timeout_s)
        for message in messages:
            if message.error() is None:  # brokers come and go; what is missing in the end shows
                self._take(message)
        return len(messages)

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
        self.seen[number] = min(255, self.seen[number] + 1)

    def distinct(self):
        return len(self.seen) - self.seen.count(0)

    def wait_for(self, count, timeout_s):
        """Until so many different events have come out."""

        def there():
            self.look()
            return self.distinct() >= count

        wait_until(there, timeout_s, f"{count} events came out")

    def verdict(self, written, timeout_s=60, may_repeat=True, keeps_order=True):
        """Waits for all, then for what may still come; the repeats."""
        try:
            self.wait_for(written, timeout_s)
        except AssertionError:
            missing = [n for n in range(written) if n >= len(self.seen) or not self.seen[n]]
            raise AssertionError(f"lost {len(missing)}: {missing[:20]}") from None
        while self.look(0.5):
            pass
        self._consumer.close()
        assert not (keeps_order and self.disorder), (
            f"events before an earlier one of their key: {self.disorder[:5]}"
        )
        assert may_repeat or self.repeats == 0, f"{self.repeats} came twice"
        return self.repeats
