"""byline at half of its speed: how long an event takes, and how soon it is at work.

Written to the source at a steady rate while the worker runs; an event's time is from its own
timestamp (when it was written) to its output's, which the broker sets when it appends. That is more
than consume to acknowledged: producing and consuming are in it."""

import datetime
import time
import uuid
from dataclasses import replace

from confluent_kafka import Producer
from servers import topics
from servers.process import wait_until

from . import load
from .measure import Figures, Run, place_for

SECONDS, WARM_SECONDS = 10, 3
STEP_S = 0.005
START_TIMEOUT_S = 30


def _write(brokers, topic, rate, seconds):
    """rate events a second; as even as 5 ms allow."""
    producer = Producer(
        {"bootstrap.servers": brokers, "linger.ms": 1, "queue.buffering.max.messages": 1_000_000}
    )
    source = load.records(int(rate * seconds))
    begun = time.monotonic()
    for number, record in enumerate(source):
        while number > (time.monotonic() - begun) * rate:
            producer.poll(0)
            time.sleep(STEP_S)
        producer.produce(topic, record.value, record.key)
    assert producer.flush(60) == 0, f"{topic}: not everything was written"


def _times_ms(brokers, source, output, count):
    """The time of each event by its id, in the order written."""
    began = {}
    for message in topics.read(brokers, source, count):
        began.setdefault(message.key(), []).append(message.timestamp()[1])
    taken = []
    for message in topics.read(brokers, output, count):
        # Order holds within a key, so the n-th output of a key is that of its n-th event.
        taken.append((message.timestamp()[1], began[message.key()].pop(0)))
    return [end - start for end, start in sorted(taken, key=lambda pair: pair[1])]


def _logged_at_s(line):
    """The moment of a logfmt line."""
    stamp = line.split("time=", 1)[1].split(" ", 1)[0].strip('"')
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def half_load(rate):
    """Measures a worker at so many events a second, instead of measure.measure()."""

    def measure(peer, scenario, folder):
        source = f"{scenario.source}-{uuid.uuid4().hex[:8]}"
        place = place_for(peer, replace(scenario, source=source), folder)
        topics.create(scenario.brokers, source, partitions=scenario.partitions)
        topics.create(scenario.brokers, place.output, place.dead, partitions=scenario.partitions,
                      message_timestamp_type="LogAppendTime")  # fmt: skip
        run = Run(peer, place)
        try:
            started_s = time.time()
            run.launch()
            line = wait_until(lambda: _line(run, "event=subscribed"), START_TIMEOUT_S, "subscribed")
            wait_until(lambda: _line(run, "event=assigned"), START_TIMEOUT_S, "assigned")
            seconds = WARM_SECONDS + SECONDS
            _write(scenario.brokers, source, rate, seconds)
            times = _times_ms(scenario.brokers, source, place.output, int(rate * seconds))
            times = sorted(times[int(rate * WARM_SECONDS) :])
            return Figures(
                events_a_second=rate,
                micros_an_event=0.0,
                peak_bytes=run.peak_bytes(),
                p99_ms=times[int(0.99 * len(times))],
                poll_ms=(_logged_at_s(line) - started_s) * 1000,
            )
        finally:
            run.kill()

    return measure


def _line(run, text):
    return next((line for line in run.log_text().splitlines() if text in line), None)
