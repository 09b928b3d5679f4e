"""One worker over one topic: how many events a second, what each cost, how much memory it took.

Figures are taken between two moments while the worker is at full speed, so neither joining the
group nor the last requests of a run count."""

import os
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
        return dict(os.environ) | self._peer.environment(self._place)

    def cpu_micros(self):
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * TICK_MICROS

    def peak_bytes(self):
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
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


def _follow(run, output, scenario):
    """Samples until the last record is out."""
    samples = [Sample(time.monotonic(), 0, 0.0)]
    deadline = samples[0].at_s + scenario.timeout_s
    while samples[-1].records < scenario.count:
        time.sleep(POLL_S)
        if not run.is_running():
            raise ServerFailed(f"{run.name} ended:\n{run.log_text()[-2000:]}")
        records = output.size()
        samples.append(Sample(time.monotonic(), records, run.cpu_micros()))
        if samples[-1].at_s > deadline:
            raise ServerFailed(
                f"{run.name}: {records} of {scenario.count} records in {scenario.timeout_s} s:\n"
                f"{run.log_text()[-2000:]}"
            )
    return samples


def _figures(samples, count, peak_bytes):
    first = next(sample for sample in samples if sample.records >= FROM * count)
    middle = [s for s in samples if s.records <= TO * count and s.at_s > first.at_s]
    last = middle[-1] if middle else samples[-1]
    done = max(1, last.records - first.records)
    begun = next(sample for sample in samples if sample.records > 0)
    return Figures(
        events_a_second=done / max(last.at_s - first.at_s, POLL_S),
        micros_an_event=(last.cpu_micros - first.cpu_micros) / done,
        peak_bytes=peak_bytes,
        seconds_to_first=begun.at_s - samples[0].at_s,
    )


def measure(peer, scenario, folder):
    """Runs the peer over the whole source topic. The output topics exist before it starts."""
    name = f"{peer.name}-{uuid.uuid4().hex[:8]}"
    place = Place(scenario, name, f"{name}.out", f"{name}.dead", Path(folder) / name)
    topics.create(scenario.brokers, place.output, place.dead, partitions=scenario.partitions)
    output = Output(scenario.brokers, place.output, scenario.partitions)
    wait_until(output.is_there, TOPIC_TIMEOUT_S, f"{place.output} is there")
    run = Run(peer, place)
    try:
        run.launch()
        samples = _follow(run, output, scenario)
        return _figures(samples, scenario.count, run.peak_bytes())
    finally:
        run.kill()
        _admin(scenario.brokers).delete_topics([place.output, place.dead])
