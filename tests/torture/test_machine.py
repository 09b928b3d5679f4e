"""A machine that lacks something: descriptors, room for the log, a reader of it, a steady clock."""

import os
import re
import struct
import subprocess
from pathlib import Path

import pytest

from servers.arrivals import Arrivals, numbered_events
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog
from servers.worker import Worker

EVENTS = 600
KEYS = 60
DAY_S = 86_400


class Hampered(Worker):
    """A worker started by a command of the test's choice, its log where the test says."""

    prefix = ()
    log_file = None
    more_environment = {}

    def command(self):
        return [*self.prefix, *super().command()]

    def environment(self):
        return super().environment() | self.more_environment

    def launch(self):
        if self.log_file is None:
            return super().launch()
        self.child = subprocess.Popen(
            self.command(), cwd=self.folder, stdout=self.log_file, stderr=self.log_file
        )
        return self


@pytest.fixture
def hampered(stage, nginx):
    """A worker of the stage, not yet started, with a lookup and a log of every event."""
    stage.create_topics(partitions=2)
    plain = stage.worker(enrich=[catalog(nginx.url)], log={"level": "debug"})
    plain.__class__ = Hampered
    return plain


def all_come_out(stage, schema_text, count=EVENTS):
    arrivals = Arrivals(count, KEYS, SingleObjectDecoder(schema_text))
    for message in stage.outputs(count):
        arrivals.add(message)
    assert arrivals.complete


def test_a_full_disk_under_the_log_holds_nothing_up(stage, hampered, schema_text):
    stage.write(*numbered_events(EVENTS, KEYS))
    with open("/dev/full", "wb") as full:
        hampered.log_file = full
        hampered.start()
        all_come_out(stage, schema_text)
        wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
        assert hampered.terminate() == 0


def test_a_log_that_nobody_reads_holds_nothing_up(stage, hampered, schema_text):
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    hampered.log_file = writer
    stage.write(*numbered_events(EVENTS, KEYS))
    hampered.start()
    all_come_out(stage, schema_text)
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
    assert hampered.terminate() == 0
    os.close(reader)
    os.close(writer)


def test_without_descriptors_left_events_wait(stage, hampered, schema_text):
    """Fewer than http.in_flight needs: lookups that get none are tried again, none is given up."""
    hampered.prefix = ("prlimit", "--nofile=90:90")
    stage.write(*numbered_events(EVENTS, KEYS))
    hampered.start()
    all_come_out(stage, schema_text)
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
    assert hampered.terminate() == 0


def test_it_takes_all_the_descriptors_that_it_may(hampered):
    hampered.prefix = ("prlimit", "--nofile=64:4096")
    hampered.start()
    limits = Path(f"/proc/{hampered.child.pid}/limits").read_text()
    assert re.search(r"Max open files +4096 +4096 ", limits)


def test_without_descriptors_to_start_with_it_says_so(stage, hampered):
    for descriptors in (6, 8, 12, 16, 20, 24):
        hampered.prefix = ("prlimit", f"--nofile={descriptors}:{descriptors}")
        hampered.launch()
        try:
            status = hampered.wait(5)
        except subprocess.TimeoutExpired:
            hampered.kill()  # it started, and waits for what it lacks
            continue
        assert status == 1, hampered.log_text()
        assert "byline: " in hampered.log_text() or "event=failed" in hampered.log_text()


def test_a_wall_clock_that_jumps_by_a_day_loses_nothing(
    stage, hampered, schema_text, binary, tmp_path
):
    """A day back nobody notices. A day ahead the broker refuses the records, whose timestamps are in
    its future (message.timestamp.after.max.ms, an hour): byline says so and waits."""
    clock = tmp_path / "clock"
    clock.write_bytes(bytes(8))

    def move(seconds):
        with clock.open("r+b") as file:
            file.write(struct.pack("=q", seconds))

    shim = binary.parents[1] / "tests/torture/libclock_shim.so"
    hampered.more_environment = {"LD_PRELOAD": str(shim), "CLOCK_FILE": str(clock)}
    hampered.start()
    written = list(numbered_events(3 * EVENTS, KEYS))
    stage.write(*written[:EVENTS])
    all_come_out(stage, schema_text, EVENTS)
    move(-DAY_S)
    stage.write(*written[EVENTS : 2 * EVENTS])
    all_come_out(stage, schema_text, 2 * EVENTS)
    assert hampered.status("/readyz") == 200

    move(DAY_S)
    stage.write(*written[2 * EVENTS :])
    hampered.wait_for_log("event=output_blocked")
    assert hampered.status("/readyz") == 503
    assert hampered.status("/healthz") == 200
    move(0)
    all_come_out(stage, schema_text, 3 * EVENTS)
    hampered.wait_ready()
    wait_until(lambda: stage.lag() == 0, 20, "lag is 0")
    days = {line[5:15] for line in hampered.log_text().splitlines() if line.startswith("time=")}
    assert len(days) == 2, "the clock did jump"
    assert hampered.metric("byline_event_duration_seconds_sum") < 3 * EVENTS * 10
    assert hampered.metric("byline_dead_letters_total") == 0
    assert hampered.terminate() == 0
