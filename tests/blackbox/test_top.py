"""`byline top`: a running worker as a table; here the worker is a script."""

import json
import os
import pty
import select
import signal
import subprocess
import time

import pytest

from servers.origin import Answer, Origin

METRICS = """\
# TYPE byline_events_consumed_total counter
byline_events_consumed_total{{topic="articles"}} {consumed}
byline_records_published_total{{topic="articles.enriched"}} {consumed}
byline_dead_letters_total{{class="decode"}} 3
byline_events_in_flight 256
byline_partition_lag_records{{topic="articles",partition="0"}} 40
byline_partition_lag_records{{topic="articles",partition="1"}} 2
byline_partitions_stuck 1
byline_memory_bytes{{part="jobs"}} 3145728
byline_event_duration_seconds_bucket{{le="0.1"}} 90
byline_event_duration_seconds_bucket{{le="0.5"}} 99
byline_event_duration_seconds_bucket{{le="+Inf"}} 100
byline_fetches_total{{lookup="catalog",outcome="ok"}} 70
byline_fetches_total{{lookup="catalog",outcome="error"}} 5
byline_fetch_retries_total{{lookup="catalog"}} 6
byline_host_breaker_open{{host="dead.example"}} 1
byline_host_breaker_open{{host="fine.example"}} 0
"""


def partition(number, state, blocking=None, **more):
    plain = {"topic": "articles", "partition": number, "state": state, "lag": 2, "unfinished": 1}
    return plain | {"blocking": blocking} | more


BLOCKING = {
    "waiting_for": "lookup",
    "offset": 17,
    "key": "k\x1b[2Jey",
    "lookup": "catalog",
    "host": "catalog.example:8080",
    "age_ms": 150000,
    "waited_ms": 145200,
}
PARTITIONS = [
    partition(0, "working", BLOCKING),
    partition(1, "stuck", BLOCKING, lag=40),
    partition(2, "idle"),
]


@pytest.fixture
def worker():
    """Consumes 1,000 events between two looks."""
    consumed = iter(range(1_000, 1_000_000, 1_000))

    def metrics(_):
        return Answer(METRICS.format(consumed=next(consumed)).encode())

    answers = {
        "/metrics": metrics,
        "/debug/partitions": Answer(json.dumps({"partitions": PARTITIONS}).encode()),
        "/readyz": Answer(b"partition articles/1 does not progress\n", 503),
    }
    with Origin(answers) as server:
        yield server


def test_without_a_terminal_it_prints_one_look(byline, worker):
    run = byline("top", "--admin", worker.url)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[0] == f"byline at {worker.url}: partition articles/1 does not progress"
    rate = float(lines[1].split()[1].removesuffix("/s"))
    assert 500 < rate <= 1_000
    assert "consumed 2000, published 2000, dead letters 3" in lines[1]
    assert "in flight 256, lag 42, p99 <= 500 ms, stuck partitions 1" in lines[2]
    assert "jobs 3.0 MiB" in lines[3]
    rows = [line.split(None, 4) for line in lines if line.startswith("articles/")]
    assert [row[:2] for row in rows] == [
        ["articles/1", "stuck"],
        ["articles/0", "working"],
        ["articles/2", "idle"],
    ]
    assert rows[0][2:4] == ["40", "1"]
    assert (
        rows[0][4] == "offset 17 waits 145.2 s for lookup catalog of catalog.example:8080, key key"
    )
    assert ["catalog", "0", "75", "70", "6", "-"] in [line.split() for line in lines]
    assert "dead.example" in lines
    assert "fine.example" not in run.stdout
    assert "\x1b" not in run.stdout


def test_on_a_terminal_it_draws_again_until_it_is_interrupted(binary, worker):
    terminal, theirs = pty.openpty()
    child = subprocess.Popen(
        [str(binary), "top", "--admin", worker.url], stdout=theirs, stdin=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    deadline = time.monotonic() + 20
    while shown.count(b"\x1b[H") < 2 and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 65536)
    child.send_signal(signal.SIGINT)
    assert child.wait(10) == 0
    shown += os.read(terminal, 65536)
    os.close(terminal)
    assert shown.count(b"\x1b[H") >= 2
    assert b"\x1b[31marticles/1 " in shown, "the stuck one stands out"
    assert shown.endswith(b"\x1b[?7h"), "the terminal is as it was"
    assert shown.count(b"\x1b[2J") == 1, "a key does not clear the screen"


@pytest.mark.parametrize("answer", [b"no JSON", b"{}", b'{"partitions": 1}'])
def test_what_is_no_worker_is_told(byline, worker, answer):
    worker.answers["/debug/partitions"] = Answer(answer)
    run = byline("top", "--admin", worker.url)
    assert run.returncode == 1
    assert "/debug/partitions gives no partitions" in run.stderr


def test_a_worker_that_does_not_answer_is_told(byline):
    run = byline("top", "--admin", "http://127.0.0.1:9")
    assert run.returncode == 1
    assert "http://127.0.0.1:9/metrics: " in run.stderr


def test_bad_usage_exits_2(byline):
    assert byline("top", "--port", "1").returncode == 2
