"""How the bench counts."""

from types import SimpleNamespace

import pytest

from .latency import quantile
from .measure import Sample, _figures

RUN = SimpleNamespace(peak_bytes=lambda: 0, held_ms=lambda: 0.0)


def sampled(records_at, seconds):
    """Samples every 20 ms of an output that has records_at(second) records."""
    return [
        Sample(at_s=0.02 * i, records=records_at(0.02 * i), cpu_micros=0.0, resident_bytes=0)
        for i in range(int(seconds / 0.02) + 1)
    ]


def test_output_in_steps_is_measured_from_step_to_step():
    """1,000 records every 100 ms, as transactions come, are 10,000 a second."""
    steps = sampled(lambda second: 1_000 * int(second / 0.1 + 0.001), 1.0)
    assert _figures(steps, 10_000, RUN).events_a_second == pytest.approx(10_000, rel=0.01)


INF = float("inf")


@pytest.mark.parametrize(
    "share, expected",
    [(0.5, 0.01), (0.75, 0.015), (0.99, 0.0198), (1.0, 0.02)],
)
def test_a_quantile_lies_linearly_in_its_bucket(share, expected):
    before = {0.01: 100, 0.02: 100, INF: 100}
    after = {0.01: 150, 0.02: 200, INF: 200}
    assert quantile(share, before, after) == pytest.approx(expected)


def test_beyond_the_last_bound_a_quantile_is_that_bound():
    before = {0.01: 0, 0.02: 0, INF: 0}
    assert quantile(0.99, before, {0.01: 1, 0.02: 2, INF: 100}) == 0.02
