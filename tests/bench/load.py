"""What goes in: topics of JSON events, written once and read by every worker in turn."""

import ipaddress
import itertools

from servers import topics

SMALLEST = '{"event_id":"","title":""}'
ID_LENGTH = 8


def event(number, size_bytes):
    """The event of a number, padded to a size."""
    title = "t" * (size_bytes - len(SMALLEST) - ID_LENGTH)
    return f'{{"event_id":"{number:0{ID_LENGTH}d}","title":"{title}"}}'.encode()


def hosted_records(count, hosts, port):
    """Events that bring the URL of their lookup, each of the next of the hosts."""
    first = ipaddress.ip_address("127.1.0.0")
    for number in range(count):
        url = f"http://{first + number % hosts}:{port}/articles/{number:0{ID_LENGTH}d}"
        value = f'{{"event_id":"{number:0{ID_LENGTH}d}","url":"{url}"}}'
        yield topics.Record(value.encode(), key=f"key-{number % 1_000}".encode())


def records(count, keys=1_000, size_bytes=80, ids=None):
    """Events in a row; ids: how many different event ids there are, None for one each."""
    template = event(0, size_bytes)
    head, tail = template.split(b"0" * ID_LENGTH, 1)
    for number in range(count):
        identity = number if ids is None else number % ids
        value = head + f"{identity:0{ID_LENGTH}d}".encode() + tail
        yield topics.Record(value, key=f"key-{number % keys}".encode())


def fill(brokers, name, count, partitions=4, hosts=None, port=None, **kind):
    """Makes and fills a topic."""
    topics.create(brokers, name, partitions=partitions)
    source = hosted_records(count, hosts, port) if hosts else records(count, **kind)
    while chunk := list(itertools.islice(source, 500_000)):
        topics.write(brokers, name, chunk)
    return name
