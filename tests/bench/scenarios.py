"""What the workers are put through, and who takes part."""

from dataclasses import dataclass

from servers.process import NotInstalled

from . import load
from .measure import Scenario
from .upstream import DELAY_MS

IMMEDIATE, SLOW, SLOWEST = 64, 1024, 4096  # lookups in flight
LOOKING_UP = ("byline", "go", "benthos", "pc", "bare")
OWN = ("byline",)


@dataclass(frozen=True)
class Task:
    scenario: Scenario
    title: str
    names: tuple  # of the workers that take part
    event_bytes: int = 80


class Builder:
    """Makes a topic for each kind of input once."""

    def __init__(self, kafka, upstream, plan):
        self._kafka, self._upstream, self._plan = kafka, upstream, plan
        self._topics = {}

    def task(self, name, title, names=OWN, count=None, url=None, in_flight=IMMEDIATE, changes=None,
             **kind):  # fmt: skip
        count = count or self._plan.count
        key = (count, *sorted(kind.items()))
        if key not in self._topics:
            self._topics[key] = load.fill(
                self._kafka.brokers, f"articles-{len(self._topics)}", count, **kind
            )
        scenario = Scenario(
            name, self._kafka.brokers, self._topics[key], count,
            url=self._upstream.immediate if url is None else url, in_flight=in_flight,
            changes=changes or {},
        )  # fmt: skip
        return Task(scenario, title, names, kind.get("size_bytes", 80))


def quick(builder, upstream):
    yield builder.task("immediate", f"Immediate upstream, {IMMEDIATE} in flight", LOOKING_UP)
    try:
        yield builder.task("20 ms", f"Upstream of {DELAY_MS} ms, {SLOW} in flight", LOOKING_UP,
                           url=upstream.slow, in_flight=SLOW)  # fmt: skip
    except NotInstalled as reason:
        print(f"LEFT OUT: the slow upstream: {reason}", flush=True)


def passing(builder, plan):
    return builder.task("pass", "No lookup: what comes in goes out", ("byline", "copy"),
                        count=plan.pass_count, url="")  # fmt: skip


def whole(builder, upstream, plan):
    """Those of quick, and one or two for each goal of reach.py."""
    yield from quick(builder, upstream)
    yield passing(builder, plan)
    if upstream.has_slow:
        yield builder.task("20 ms, 4096", f"Upstream of {DELAY_MS} ms, {SLOWEST} in flight",
                           url=upstream.slow, in_flight=SLOWEST)  # fmt: skip
    yield builder.task("exactly once", "Immediate upstream, exactly once",
                       changes={"delivery": "exactly_once"})  # fmt: skip
    yield builder.task("cached", "95% of the lookups answered by the cache",
                       count=plan.pass_count // 2, ids=plan.pass_count // 40)  # fmt: skip
    yield builder.task("1 partition", "1 partition", partitions=1)
    yield builder.task("256 partitions", "256 partitions", partitions=256)
    yield builder.task("1 key", "1 key", keys=1)
    yield builder.task("1,000,000 keys", "A key an event", keys=1_000_000)
    yield builder.task("8 kB", "Events of 8 kB", count=plan.count // 4, size_bytes=8_000)
