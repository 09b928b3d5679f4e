"""One worker over one topic: how many events a second, what each cost, how much memory it took.

Figures are taken between two moments while the worker is at full speed, so neither joining the
group nor the last requests of a run count."""

import contextlib
import os
import signal
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from servers import topics
from servers.process import Server, ServerFailed, wait_until

FROM, TO = 0.1, 0.97  # of the output: the stretch that is measured
POLL_S = 0.02
SETTLE_S, TURN_S = 0.15, 0.4  # of a turn: until it is measured, and for how long. Less than a second
# in all, for so long a host may be silent before it is taken for a slow one.
WARM_EVENTS = 15_000  # beyond what fills the default cache
HELD_FILE = "held"
TOPIC_TIMEOUT_S = 20
MICROS = 1_000_000
TICK_MICROS = MICROS / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Scenario:
    """What a worker is to do. changes are laid over byline's configuration."""

    name: str
    brokers: str
    source: str
    count: int
    url: str = ""  # what an event's id is put behind; "" is no lookup
    in_flight: int = 64
    partitions: int = 4
    timeout_s: int = 120
    held_library: Path | None = None  # of held.c, to see how long the loop is held
    changes: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where one run's output goes; every run has its own."""

    scenario: Scenario
    group: str
    output: str
    dead: str
    folder: Path


@dataclass(frozen=True)
class Figures:
    events_a_second: float
    micros_an_event: float  # CPU of the worker's process, user and system
    peak_bytes: int
    seconds_to_first: float = 0.0  # from the process's start to its first acknowledged output
    grown_bytes: int = 0  # resident memory at the end, less what it was after a fifth
    drift: float = 1.0  # CPU an event of the last fifth, as a multiple of the second fifth's
    p99_ms: float = 0.0  # of what latency.py measures
    poll_ms: float = 0.0
    held_ms: float = 0.0  # CPU time that the loop was longest away from its poll


class Run(Server):
    """A worker's process; it is ready when it is there."""

    def __init__(self, peer, place):
        super().__init__(place.folder)
        self.name = peer.name
        self._peer, self._place = peer, place
        peer.prepare(place)

    def command(self):
        return self._peer.command(self._place)

    def environment(self):
        own = dict(os.environ) | self._peer.environment(self._place)
        if self._place.scenario.held_library:
            own["LD_PRELOAD"] = str(self._place.scenario.held_library)
            own["BENCH_HELD"] = str(self._place.folder / HELD_FILE)
        return own

    def cpu_micros(self):
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * TICK_MICROS

    def peak_bytes(self):
        return self._memory("VmHWM:")

    def resident_bytes(self):
        return self._memory("VmRSS:")

    def held_ms(self):
        """What held.c wrote, where it was loaded."""
        path = self._place.folder / HELD_FILE
        return int(path.read_text()) / 1000 if path.exists() else 0.0

    def _memory(self, name):
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(name))
        return int(line.split()[1]) * 1024


def _admin(brokers):
    return AdminClient({"bootstrap.servers": brokers, "log_level": 0})


class Output:
    """How many records have come out."""

    def __init__(self, brokers, topic, partitions):
        self._admin = _admin(brokers)
        self._asked = {TopicPartition(topic, i): OffsetSpec.latest() for i in range(partitions)}

    def is_there(self):
        """Whether all partitions have their leaders."""
        try:
            return self.size() == 0
        except KafkaException:
            return False

    def size(self):
        answers = self._admin.list_offsets(self._asked, request_timeout=10)
        return sum(answer.result().offset for answer in answers.values())


@dataclass(frozen=True)
class Sample:
    at_s: float
    records: int
    cpu_micros: float
    resident_bytes: int


def _follow(run, output, scenario):
    """Samples until the last record is out."""
    samples = [Sample(time.monotonic(), 0, 0.0, 0)]
    deadline = samples[0].at_s + scenario.timeout_s
    while samples[-1].records < scenario.count:
        time.sleep(POLL_S)
        if not run.is_running():
            raise ServerFailed(f"{run.name} ended:\n{run.log_text()[-2000:]}")
        records = output.size()
        samples.append(
            Sample(time.monotonic(), records, run.cpu_micros(), run.resident_bytes())
        )
        if samples[-1].at_s > deadline:
            raise ServerFailed(
                f"{run.name}: {records} of {scenario.count} records in {scenario.timeout_s} s:\n"
                f"{run.log_text()[-2000:]}"
            )
    return samples


def _micros(samples, start, end):
    """CPU of an event between two counts of records."""
    there = [sample for sample in samples if start <= sample.records <= end]
    if len(there) < 2:
        return 0.0
    return (there[-1].cpu_micros - there[0].cpu_micros) / max(
        1, there[-1].records - there[0].records
    )


def _figures(samples, count, run):
    first = next(sample for sample in samples if sample.records >= FROM * count)
    middle = [s for s in samples if s.records <= TO * count and s.at_s > first.at_s]
    end = middle[-1] if middle else samples[-1]
    # Output that comes in steps, as transactions do, is done when its last step came.
    last = next(sample for sample in samples if sample.records >= end.records)
    done = max(1, last.records - first.records)
    begun = next(sample for sample in samples if sample.records > 0)
    fifth = next(sample for sample in samples if sample.records >= count / 5)
    early = _micros(samples, count / 5, 2 * count / 5)
    return Figures(
        events_a_second=done / max(last.at_s - first.at_s, POLL_S),
        micros_an_event=(last.cpu_micros - first.cpu_micros) / done,
        peak_bytes=run.peak_bytes(),
        held_ms=run.held_ms(),
        seconds_to_first=begun.at_s - samples[0].at_s,
        grown_bytes=samples[-1].resident_bytes - fifth.resident_bytes,
        drift=_micros(samples, 4 * count / 5, TO * count) / early if early else 1.0,
    )


def place_for(peer, scenario, folder):
    name = f"{peer.name}-{uuid.uuid4().hex[:8]}"
    return Place(scenario, name, f"{name}.out", f"{name}.dead", Path(folder) / name)


@contextlib.contextmanager
def _running(peer, scenario, folder):
    """The peer at work over the source topic, and its output, whose topics exist before it starts."""
    place = place_for(peer, scenario, folder)
    topics.create(scenario.brokers, place.output, place.dead, partitions=scenario.partitions)
    output = Output(scenario.brokers, place.output, scenario.partitions)
    wait_until(output.is_there, TOPIC_TIMEOUT_S, f"{place.output} is there")
    run = Run(peer, place)
    try:
        run.launch()
        yield run, output
    finally:
        run.kill()
        _admin(scenario.brokers).delete_topics([place.output, place.dead])


def measure(peer, scenario, folder):
    """Runs the peer over the whole source topic."""
    with _running(peer, scenario, folder) as (run, output):
        return _figures(_follow(run, output, scenario), scenario.count, run)


@dataclass(frozen=True)
class Turn:
    events_a_second: float
    micros_an_event: float


def _take_turn(run, output):
    """Lets a stopped worker go on for a moment."""
    run.signal(signal.SIGCONT)
    try:
        time.sleep(SETTLE_S)
        began, before, cpu = time.monotonic(), output.size(), run.cpu_micros()
        time.sleep(TURN_S)
        done, seconds = output.size() - before, time.monotonic() - began
        return Turn(done / seconds, (run.cpu_micros() - cpu) / max(1, done))
    finally:
        run.signal(signal.SIGSTOP)


def measure_in_turns(peers, scenario, folder, rounds):
    """[[Turn of each peer] of each round], fewer where the source ends. All are there from the
    beginning and have done WARM_EVENTS, but one at a time goes on: what disturbs a machine for
    seconds disturbs them alike. Each goes first as often as the others."""
    taken = []
    with contextlib.ExitStack() as stack:
        runs = []
        for peer in peers:
            run, output = stack.enter_context(_running(peer, scenario, folder))
            wait_until(
                lambda output=output: output.size() >= WARM_EVENTS, scenario.timeout_s,
                f"{peer.name} is warm",
            )  # fmt: skip
            run.signal(signal.SIGSTOP)
            runs.append((run, output))
        while len(taken) < rounds:
            step = 1 if len(taken) % 2 == 0 else -1
            turns = [_take_turn(run, output) for run, output in runs[::step]]
            if max(output.size() for _, output in runs) > TO * scenario.count:
                break
            taken.append(turns[::step])
    return taken
