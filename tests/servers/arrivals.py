"""Numbered events by key, and the account of what came out of them.

Event n has the id e0000042 (for 42) and the key k042 (for 1,000 keys): the events of one key are
n, n + keys, n + 2 keys, ..."""

import json
from collections import Counter

from .nginx import ID_LENGTH
from .topics import Record


def event_id(number):
    return f"e{number:0{ID_LENGTH - 1}}"


def numbered_events(count, keys, text=None):
    """The records to write."""
    for number in range(count):
        event = {"event_id": event_id(number), "title": f"Event {number}"}
        if text is not None:
            event["text"] = text
        yield Record(json.dumps(event).encode(), key_of(number, keys))


def key_of(number, keys):
    return b"k%03d" % (number % keys)


class Arrivals:
    """Fed every output record in the order of its partition. An event of a key that comes before
    its predecessor was ever seen is an error at once: order was broken or something lost.
    Repeats are counted, as are the places where a key steps back to repeat."""

    def __init__(self, count, keys, decoder):
        self.count = count
        self.keys = keys
        self.decoder = decoder
        self.seen = 0
        self.repeats = 0
        self.steps_back = Counter()
        self._newest = {}
        self._last = {}
        self._partition = {}

    @property
    def complete(self):
        return self.seen == self.count

    def add(self, message):
        """The decoded record."""
        record = self.decoder(message.value())
        number = int(record["event_id"][1:])
        key, sequence = message.key(), number // self.keys
        assert key == key_of(number, self.keys), f"{record['event_id']} under key {key}"
        assert self._partition.setdefault(key, message.partition()) == message.partition()
        self._count(key, sequence)
        return record

    def _count(self, key, sequence):
        expected = self._newest.get(key, -1) + 1
        assert sequence <= expected, f"key {key}: {sequence} came before {expected}"
        if sequence == expected:
            self._newest[key] = sequence
            self.seen += 1
        else:
            self.repeats += 1
        if sequence <= self._last.get(key, -1):
            self.steps_back[key] += 1
        self._last[key] = sequence
