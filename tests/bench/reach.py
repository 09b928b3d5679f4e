"""The goals that byline is measured by, each met or not met by what a run has seen."""

from dataclasses import dataclass
from typing import Callable

from .report import median


class Seen:
    """The medians of a run: the scenarios' names to the workers' names to their Figures."""

    def __init__(self, results):
        self._results = results

    def rate(self, scenario, worker="byline"):
        return median(self._results[scenario][worker], "events_a_second")

    def cpu(self, scenario, worker="byline"):
        return median(self._results[scenario][worker], "micros_an_event")

    def megabytes(self, scenario, worker="byline"):
        return median(self._results[scenario][worker], "peak_bytes") / 2**20


@dataclass(frozen=True)
class Goal:
    number: int
    what: str
    at_least: float | None
    at_most: float | None
    measure: Callable[[Seen], float] | None  # None: this bench does not measure it


def least(number, what, bound, measure):
    return Goal(number, what, bound, None, measure)


def most(number, what, bound, measure):
    return Goal(number, what, None, bound, measure)


def unmeasured(number, what):
    return Goal(number, what, None, None, None)


GOALS = [
    least(1, "immediate: times the Go worker's events/s", 1.3,
          lambda s: s.rate("immediate") / s.rate("immediate", "go")),
    least(1, "immediate: times Benthos's events/s", 2.5,
          lambda s: s.rate("immediate") / s.rate("immediate", "benthos")),
    least(1, "immediate: of the bare loop's events/s", 0.75,
          lambda s: s.rate("immediate") / s.rate("immediate", "bare")),
    most(1, "immediate: of the Go worker's CPU an event", 0.65,
         lambda s: s.cpu("immediate") / s.cpu("immediate", "go")),
    least(2, "20 ms: times the Go worker's events/s", 1.1,
          lambda s: s.rate("20 ms") / s.rate("20 ms", "go")),
    least(2, "20 ms: times Benthos's events/s", 6,
          lambda s: s.rate("20 ms") / s.rate("20 ms", "benthos")),
    most(2, "20 ms, 1,024 in flight: of the immediate case's CPU an event", 1.5,
         lambda s: s.cpu("20 ms") / s.cpu("immediate")),
    most(2, "20 ms: CPU an event, 4,096 in flight to 1,024", 1.2,
         lambda s: s.cpu("20 ms, 4096") / s.cpu("20 ms")),
    least(3, "exactly_once: of at_least_once's events/s", 0.85,
          lambda s: s.rate("exactly once") / s.rate("immediate")),
    least(3, "95% cache hits: events/s", 110_000, lambda s: s.rate("cached")),
    least(3, "passing through: of consume-and-produce's events/s", 0.6,
          lambda s: s.rate("pass") / s.rate("pass", "copy")),
    unmeasured(4, "pages of 100 kB: of lexbor's bare parse; the loop held at most 2 ms"),
    unmeasured(5, "p99 at half load; start to first poll"),
    most(6, "peak MiB at 1,024 in flight on JSON", 64, lambda s: s.megabytes("20 ms")),
    unmeasured(6, "no growth over 10,000,000 events"),
    most(7, "CPU an event, 256 partitions to 1", 1.2,
         lambda s: s.cpu("256 partitions") / s.cpu("1 partition")),
    most(7, "CPU an event, a key an event to 1 key", 1.2,
         lambda s: s.cpu("1,000,000 keys") / s.cpu("1 key")),
    most(7, "CPU a byte, 8 kB events to 80 B", 1.2,
         lambda s: (s.cpu("8 kB") / 8_000) / (s.cpu("immediate") / 80)),
    unmeasured(7, "1 to 10,000 hosts; a backlog of 10^4 to 10^7"),
]  # fmt: skip


def line(goal, seen):
    wanted = (
        f"at least {goal.at_least:,}" if goal.at_least is not None
        else f"at most {goal.at_most:,}" if goal.at_most is not None else ""
    )  # fmt: skip
    if goal.measure is None:
        return f"| {goal.number} | {goal.what} | {wanted} | | not measured here |"
    try:
        value = goal.measure(seen)
    except (KeyError, ZeroDivisionError):
        return f"| {goal.number} | {goal.what} | {wanted} | | no figures |"
    met = value >= goal.at_least if goal.at_least is not None else value <= goal.at_most
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
    return f"| {goal.number} | {goal.what} | {wanted} | {shown} | {'met' if met else 'NOT MET'} |"


def table(results):
    seen = Seen(results)
    head = ["| | goal | wanted | seen | |", "|---|---|---|---|---|"]
    return "\n".join(head + [line(goal, seen) for goal in GOALS])
