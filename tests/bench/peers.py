"""The workers that are compared. What one of them leaves undone is written beside its figures."""

import hashlib
import os
import subprocess
from pathlib import Path

import yaml
from servers.downloads import DEPENDENCY_PLUGIN, cache
from servers.java import find_java
from servers.process import NotInstalled, find_program
from servers.worker import merged

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCHEMA = HERE / "record.avsc"
RELEASE = ROOT / "build/release"
BUILD_TIMEOUT_S = 1200


class Peer:
    """Reads its settings from the environment, as our own small programs do."""

    name = ""
    title = ""
    lacks = ""  # of what byline does for the same event

    def build(self):
        """Brings the program here, or NotInstalled."""

    def prepare(self, place):
        """Files of one run."""

    def command(self, place):
        raise NotImplementedError

    def environment(self, place):
        scenario = place.scenario
        return {
            "BENCH_BROKERS": scenario.brokers,
            "BENCH_GROUP": place.group,
            "BENCH_SOURCE": scenario.source,
            "BENCH_OUTPUT": place.output,
            "BENCH_URL": scenario.url,
            "BENCH_IN_FLIGHT": str(scenario.in_flight),
            "BENCH_SCHEMA": str(SCHEMA),
        }


class Byline(Peer):
    name = "byline"
    title = "byline"
    lacks = ""

    def __init__(self, binary=None):
        self.binary = Path(binary or os.environ.get("BYLINE") or RELEASE / "worker/byline")

    def build(self):
        if not self.binary.exists():
            raise NotInstalled(f"{self.binary} is not built; ./dev build release")

    def prepare(self, place):
        place.folder.mkdir(parents=True, exist_ok=True)
        (place.folder / "worker.yaml").write_text(yaml.safe_dump(self._configuration(place)))

    def command(self, place):
        return [str(self.binary), "run", "--config", str(place.folder / "worker.yaml")]

    def environment(self, place):
        return {}

    def _configuration(self, place):
        scenario = place.scenario
        lookup = {
            "name": "catalog",
            "type": "json",
            "url": scenario.url + "{event_id}",
            "required": True,
            "fields": {
                "section": "/section",
                "tags": "/keywords",
                "license": "/license",
                "extra.rank": "/rank",
            },
        }
        plain = {
            "kafka": {"brokers": scenario.brokers, "group": place.group,
                      "topics": [scenario.source]},
            "output": {"topic": place.output, "framing": "single_object", "schema": str(SCHEMA)},
            "dead_letter": {"topic": place.dead},
            "enrich": [lookup] if scenario.url else [],
            "http": {"in_flight": scenario.in_flight,
                     "per_host": {"in_flight": scenario.in_flight}},
            "admin": {"listen": "127.0.0.1:0"},
            "log": {"level": "warn"},
        }  # fmt: skip
        return merged(plain, scenario.changes)


class Bare(Peer):
    """Our own loops of tests/bench/bare, built with byline."""

    def command(self, place):
        return [str(RELEASE / f"tests/bench/bare/{self.program}")]

    def build(self):
        if not Path(self.command(None)[0]).exists():
            raise NotInstalled(f"{self.program} is not built; ./dev bench does")


class Loop(Bare):
    name, program = "bare", "bench_loop"
    title = "bare loop, libcurl + librdkafka in C"
    lacks = "decoding, Avro, order, retries, limits, checks, gap tracking, cache, metrics"


class Copy(Bare):
    name, program = "copy", "bench_copy"
    title = "consume and produce only, librdkafka"
    lacks = "everything between"


def _built(name, sources, make):
    """The program of these sources in the cache; make(path) builds it where it is not there."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources)))
    path = cache().parent / "bench" / f"{name}-{digest.hexdigest()[:12]}"
    if not path.exists():
        print(f"building {name} into {path}", flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".part")
        make(unfinished)
        unfinished.rename(path)
    return path


def _run(command, folder, **environment):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_S,
    )
    if done.returncode != 0:
        raise NotInstalled(f"{' '.join(map(str, command))}: {(done.stdout + done.stderr)[-1500:]}")


class GoProgram(Peer):
    """Our main.go of a folder beside this file, with the modules of its go.sum."""

    def build(self):
        folder = HERE / self.folder
        go = find_program("go", "Go 1.21 or newer, from go.dev")
        self.binary = _built(
            self.name,
            [folder / "main.go", folder / "go.mod", folder / "go.sum"],
            lambda path: _run([go, "build", "-o", path, "."], folder),
        )

    def command(self, place):
        return [str(self.binary)]


class Go(GoProgram):
    name, folder = "go", "go"
    title = "Go worker (franz-go, net/http, encoding/json, hamba/avro)"
    lacks = "order, retries, limits, checks, gap tracking, cache, dead letters, metrics"


class Benthos(GoProgram):
    name, folder = "benthos", "benthos"
    title = "Benthos 4.27 (kafka_franz, http, avro)"
    lacks = "order by key, address checks, cache, dead letters"

    def command(self, place):
        return [str(self.binary), "-c", str(HERE / "benthos/pipeline.yaml")]


class ParallelConsumer(Peer):
    name = "pc"
    title = "Confluent Parallel Consumer 0.5.3.3, KEY order"
    lacks = "decoding, Avro (the answer goes through), limits, checks, cache, dead letters"

    def build(self):
        self.java = find_java(17)
        javac = find_program("javac", "openjdk-17-jdk-headless")
        mvn = find_program("mvn", "maven")
        folder = HERE / "pc"

        def make(path):
            jars = path / "jars"
            path.mkdir(exist_ok=True)
            (path / "pom.xml").write_text((folder / "pom.xml").read_text())
            _run([mvn, "-q", "-B", f"{DEPENDENCY_PLUGIN}:copy-dependencies",
                  f"-DoutputDirectory={jars}", "-DincludeScope=runtime"], path)  # fmt: skip
            _run([javac, "-cp", f"{jars}/*", "-d", path / "classes", folder / "src/Main.java"],
                 path)  # fmt: skip

        self.home = _built("pc", [folder / "pom.xml", folder / "src/Main.java"], make)

    def command(self, place):
        return [self.java, "-Xmx1g", "-cp", f"{self.home}/jars/*:{self.home}/classes", "Main"]


ALL = [Byline, Go, Benthos, ParallelConsumer, Loop, Copy]


def available(wanted=ALL):
    """The peers that can be had, built; the others are named aloud."""
    found = []
    for make in wanted:
        peer = make()
        try:
            peer.build()
            found.append(peer)
        except (NotInstalled, subprocess.TimeoutExpired, OSError) as reason:
            print(f"LEFT OUT: {peer.title}: {reason}", flush=True)
    return found
