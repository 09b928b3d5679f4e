"""What the workers are put through, and who takes part."""

import statistics
from dataclasses import dataclass, replace
from typing import Callable

from servers.process import NotInstalled

from . import latency, load
from .measure import Scenario, measure
from .pages import parsing
from .peers import RELEASE
from .upstream import DELAY_MS

IMMEDIATE, SLOW, SLOWEST = 64, 1024, 4096  # lookups in flight
LOOKING_UP = ("byline", "go", "benthos", "pc", "bare")
OWN = ("byline",)


@dataclass(frozen=True)
class Task:
    scenario: Scenario
    title: str
    names: tuple  # of the workers that take part
    # From what was measured before to the function that measures.
    measure_after: Callable = lambda results: measure
    is_once: bool = False  # in the first round only, for it takes long


class Builder:
    """Makes a topic for each kind of input once."""

    def __init__(self, kafka, upstream, plan):
        self._kafka, self._upstream, self._plan = kafka, upstream, plan
        self._topics = {}

    def task(self, name, title, names=OWN, count=None, url=None, in_flight=IMMEDIATE, changes=None,
             timeout_s=120, **kind):  # fmt: skip
        count = count or self._plan.count
        key = (count, *sorted(kind.items()))
        if key not in self._topics:
            self._topics[key] = load.fill(
                self._kafka.brokers, f"articles-{len(self._topics)}", count, **kind
            )
        scenario = Scenario(
            name, self._kafka.brokers, self._topics[key], count,
            url=self._upstream.immediate if url is None else url, in_flight=in_flight,
            changes=changes or {}, timeout_s=timeout_s,
        )  # fmt: skip
        return Task(scenario, title, names)


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
    yield from hosts(builder, upstream, plan)
    yield pages(builder, upstream, plan)
    yield half_load(builder, upstream)
    yield long(builder, plan)


def hosts(builder, upstream, plan):
    """Events that bring their URL, of one host and of 10,000."""
    changes = {
        "http": {"allow": [f"127.0.0.0/8:{upstream.port}"]},
        "enrich": [{"name": "catalog", "type": "json", "url": "{url}", "required": True,
                    "fields": {"section": "/section"}}],
    }  # fmt: skip
    for count in (1, 10_000):
        name = f"{count:,} host{'s' if count > 1 else ''}"
        yield builder.task(name, name, changes=changes,
                           hosts=count, port=upstream.port)  # fmt: skip


def pages(builder, upstream, plan):
    """Pages of 100 kB, beside what lexbor alone parses of the same page on one core."""
    lookup = {"name": "page", "type": "page", "url": upstream.pages + "{event_id}", "required": True}
    task = builder.task("pages", "Pages of 100 kB", ("byline", "parse"), count=plan.count // 10,
                        changes={"enrich": [lookup]})  # fmt: skip
    scenario = replace(task.scenario, held_library=RELEASE / "tests/bench/libheld.so")
    return replace(task, scenario=scenario, measure_after=lambda results: parsing(upstream.page))


def half_load(builder, upstream):
    """At half of what the slow upstream allows."""
    task = builder.task("half load", "Half load", url=upstream.slow, in_flight=SLOW,
                        changes={"log": {"level": "info"}})  # fmt: skip

    def measure_after(results):
        rates = [figures.events_a_second for figures in results["20 ms"]["byline"]]
        return latency.half_load(statistics.median(rates) / 2)

    return replace(task, measure_after=measure_after)


def long(builder, plan):
    """Ten million events, fifty times the others: does the cost or the memory grow with them?"""
    task = builder.task("long", "Ten million events", count=50 * plan.count, url="", timeout_s=600)
    return replace(task, is_once=True)
