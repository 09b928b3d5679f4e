"""byline at half of its speed: how long an event takes, and how soon it is at work.

Written to the source at a steady rate while the worker runs. An event's time is the worker's own,
from consumed to acknowledged: byline_event_duration_seconds, read as Prometheus' histogram_quantile
reads it."""

import datetime
import time
import uuid
from dataclasses import replace

import requests
from confluent_kafka import Producer
from prometheus_client.parser import text_string_to_metric_families
from servers import topics
from servers.process import free_port, wait_until
from servers.worker import merged

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


def _counts(port):
    """Events by the longest time that they may have taken, in seconds; each bucket holds the ones
    before it."""
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
    return {
        float(sample.labels["le"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "byline_event_duration_seconds_bucket"
    }


def quantile(share, before, after):
    """Of what came between two readings of a histogram, in its unit; linear within a bucket."""
    counts = {le: after[le] - before[le] for le in sorted(after)}
    wanted = share * counts[float("inf")]
    low, below = 0.0, 0
    for le, count in counts.items():
        if count >= wanted:
            inside = (wanted - below) / (count - below) if count > below else 1.0
            return low if le == float("inf") else low + (le - low) * inside
        low, below = le, count
    raise ValueError("no events")


def _logged_at_s(line):
    """The moment of a logfmt line."""
    stamp = line.split("time=", 1)[1].split(" ", 1)[0].strip('"')
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def half_load(rate):
    """Measures a worker at so many events a second, instead of measure.measure()."""

    def measure(peer, scenario, folder):
        source, port = f"{scenario.source}-{uuid.uuid4().hex[:8]}", free_port()
        changes = merged(scenario.changes, {"admin": {"listen": f"127.0.0.1:{port}"}})
        place = place_for(peer, replace(scenario, source=source, changes=changes), folder)
        topics.create(scenario.brokers, source, place.output, place.dead,
                      partitions=scenario.partitions)  # fmt: skip
        run = Run(peer, place)
        try:
            started_s = time.time()
            run.launch()
            line = wait_until(lambda: _line(run, "event=subscribed"), START_TIMEOUT_S, "subscribed")
            wait_until(lambda: _line(run, "event=assigned"), START_TIMEOUT_S, "assigned")
            _write(scenario.brokers, source, rate, WARM_SECONDS)
            before = _counts(port)
            _write(scenario.brokers, source, rate, SECONDS)
            return Figures(
                events_a_second=rate,
                micros_an_event=0.0,
                peak_bytes=run.peak_bytes(),
                p99_ms=1000 * quantile(0.99, before, _counts(port)),
                poll_ms=(_logged_at_s(line) - started_s) * 1000,
            )
        finally:
            run.kill()

    return measure


def _line(run, text):
    return next((line for line in run.log_text().splitlines() if text in line), None)
