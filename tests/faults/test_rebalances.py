"""A group that is never at rest: every 3 s somebody joins or leaves, under load."""

import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from faults.judge import Judge, Load
from servers.records import SingleObjectDecoder
from servers.stage import catalog

SECONDS, SHORT_SECONDS = 60, 15
EVERY_S = 3
RATE = 1_000
KEYS = 200
P99_LIMIT_S = 5
GROWTH_LIMIT = 8 * 1024 * 1024


def share_within(worker, seconds):
    """Of the events that this worker consumed, how many were acknowledged in that time."""
    buckets = {
        sample.labels["le"]: sample.value
        for family in text_string_to_metric_families(worker.metrics_text())
        for sample in family.samples
        if sample.name == "byline_event_duration_seconds_bucket"
    }
    bound = max((le for le in buckets if float(le) <= seconds), key=float)
    return buckets[bound] / buckets["+Inf"], bound


@pytest.mark.parametrize(
    "delivery, seconds",
    [
        ("exactly_once", SHORT_SECONDS),
        pytest.param("exactly_once", SECONDS, marks=pytest.mark.long),
        pytest.param("at_least_once", SECONDS, marks=pytest.mark.long),
    ],
)
def test_a_rebalance_every_three_seconds(stage, nginx, schema_text, delivery, seconds):
    stage.create_topics(partitions=6)
    changes = {"delivery": delivery, "enrich": [catalog(nginx.url)]}
    first, second = stage.worker(**changes).start(), stage.worker(**changes)
    judge = Judge(stage, KEYS, SingleObjectDecoder(schema_text))
    load = Load(stage.brokers, stage.source, KEYS, RATE).start()
    resident = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        second.launch()
        time.sleep(EVERY_S)
        assert second.terminate() == 0
        time.sleep(EVERY_S)
        resident.append(first.resident_bytes())
    repeats = judge.verdict(load.finish(), may_repeat=delivery == "at_least_once")
    share, bound = share_within(first, P99_LIMIT_S)
    growth = resident[-1] - resident[len(resident) // 3]
    print(
        f"{load.written} events, {repeats} came twice, {first.metric('byline_rebalances_total'):g} "
        f"rebalances, {share:.4%} within {bound} s, memory grew by {growth // 1024} KiB"
    )
    assert share >= 0.99
    assert growth < GROWTH_LIMIT
    assert first.terminate() == 0
