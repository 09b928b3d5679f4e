"""The goals that byline is measured by, each met or not met by what a run has seen."""

from dataclasses import dataclass
from typing import Callable

from .report import median
from .upstream import DELAY_MS


class Seen:
    """The medians of a run: the scenarios' names to the workers' names to their Figures."""

    def __init__(self, results):
        self._results = results

    def of(self, scenario, what):
        return median(self._results[scenario]["byline"], what)

    def most(self, scenario, what):
        return max(getattr(figures, what) for figures in self._results[scenario]["byline"])

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
    measure: Callable[[Seen], float]


def least(number, what, bound, measure):
    return Goal(number, what, bound, None, measure)


def most(number, what, bound, measure):
    return Goal(number, what, None, bound, measure)


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
    least(4, "pages of 100 kB: events/s, of lexbor's bare parses a second on one core", 0.6,
          lambda s: s.rate("pages") / s.rate("pages", "parse")),
    most(4, "pages of 100 kB: ms that the loop was held", 2, lambda s: s.most("pages", "held_ms")),
    most(5, f"half load, upstream of {DELAY_MS} ms: p99 in ms", DELAY_MS + 15,
         lambda s: s.of("half load", "p99_ms")),
    most(5, "ms from start to first poll", 100, lambda s: s.of("half load", "poll_ms")),
    most(6, "peak MiB at 1,024 in flight on JSON", 64, lambda s: s.megabytes("20 ms")),
    most(6, "MiB grown over the last four fifths of the long run (50 times the events; 10,000,000 by default)", 1,
         lambda s: s.of("long", "grown_bytes") / 2**20),
    most(7, "CPU an event, 256 partitions to 1", 1.2,
         lambda s: s.cpu("256 partitions") / s.cpu("1 partition")),
    most(7, "CPU an event, a key an event to 1 key", 1.2,
         lambda s: s.cpu("1,000,000 keys") / s.cpu("1 key")),
    most(7, "CPU a byte, 8 kB events to 80 B", 1.2,
         lambda s: (s.cpu("8 kB") / 8_000) / (s.cpu("immediate") / 80)),
    most(7, "CPU an event, 10,000 hosts to 1", 1.2,
         lambda s: s.cpu("10,000 hosts") / s.cpu("1 host")),
    most(7, "CPU an event, the last fifth of the long run to the second", 1.2,
         lambda s: s.of("long", "drift")),
]  # fmt: skip


def line(goal, seen):
    wanted = (
        f"at least {goal.at_least:,}" if goal.at_least is not None
        else f"at most {goal.at_most:,}"
    )  # fmt: skip
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
