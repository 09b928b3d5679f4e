"""Dead letters back to their source topic: once each, as they were, and never in a circle."""

import json
import os
import pty
import re
import signal
import subprocess
import time

import pytest

from servers import topics
from servers.kafka import Kafka
from servers.process import wait_until
from servers.topics import Record, text_headers

MAX_ATTEMPTS = 3


def command(stage, worker, *options):
    return [str(stage.binary), "replay", "--config", str(worker.configuration), *options]


def replay(stage, worker, *options, status=0):
    run = subprocess.run(
        command(stage, worker, *options), capture_output=True, text=True, timeout=90
    )
    assert run.returncode == status, run.stderr
    return run.stdout.splitlines()[-1] if run.stdout else run.stderr


def letter(stage, value=b"{}", key=b"key", error_class="lookup", attempts=0, partition=0):
    headers = [
        ("trace", b"t-1"), ("empty", b""), ("null", None),
        ("byline.error.class", error_class.encode()),
        ("byline.error.message", b"lookup page: error: HTTP status 503 (http://fog.example/a)"),
        ("byline.source.topic", stage.source.encode()),
        ("byline.source.partition", str(partition).encode()),
    ]  # fmt: skip
    if attempts:
        headers.append(("byline.replay.attempts", str(attempts).encode()))
    return Record(value, key, tuple(headers))


def bury(stage, *letters):
    topics.write(stage.brokers, stage.dead, letters)


def replayed(stage, count):
    return topics.read(stage.brokers, stage.source, count)


def test_a_letter_goes_back_as_it_was_and_only_once(stage):
    stage.create_topics(partitions=3)
    worker = stage.worker()
    bury(stage, letter(stage, b"x", partition=2), letter(stage, None, None), letter(stage, b"", b""))
    assert replay(stage, worker, "--dry-run").startswith("would replay 3, park 0, skip 0 of 3")
    assert topics.size(stage.brokers, stage.source) == 0
    assert replay(stage, worker) == "replayed 3, parked 0, skipped 0 of 3 dead letters"
    assert replay(stage, worker) == "replayed 0, parked 0, skipped 0 of 0 dead letters"
    records = replayed(stage, 3)
    assert {(r.value(), r.key()) for r in records} == {(b"x", b"key"), (None, None), (b"", b"")}
    for record in records:
        assert record.headers() == [
            ("trace", b"t-1"), ("empty", b""), ("null", None), ("byline.replay.attempts", b"1"),
        ]  # fmt: skip
        assert record.value() != b"x" or record.partition() == 2


def test_what_filters_leave_is_replayed_later_and_nothing_twice(stage):
    stage.create_topics()
    worker = stage.worker()
    classes = ["lookup", "decode"] * 50
    bury(stage, *(letter(stage, b"%d" % n, error_class=c) for n, c in enumerate(classes)))
    assert "replayed 50, parked 0, skipped 50 of 100" in replay(stage, worker, "--class", "lookup")
    assert "replayed 0, parked 0, skipped 50 of 50" in replay(stage, worker, "--class", "lookup")
    assert "replayed 0," in replay(stage, worker, "--host", "other.example")
    assert "replayed 7, parked 0, skipped 43 of 50" in replay(stage, worker, "--limit", "7")
    assert "replayed 43, parked 0, skipped 0 of 43" in replay(stage, worker)
    assert {int(r.value()) for r in replayed(stage, 100)} == set(range(100))


def test_a_letter_that_came_back_three_times_is_parked_with_its_headers(stage):
    stage.create_topics()
    topics.create(stage.brokers, f"{stage.dead}.parked")
    bury(stage, letter(stage, b"x", attempts=MAX_ATTEMPTS))
    assert "replayed 0, parked 1, skipped 0 of 1" in replay(stage, stage.worker())
    parked = topics.read(stage.brokers, f"{stage.dead}.parked", 1)[0]
    assert dict(parked.headers())["byline.error.class"] == b"lookup"
    assert dict(parked.headers())["byline.replay.attempts"] == b"3"


def test_without_a_parking_topic_the_letter_stays_and_the_others_go(stage):
    stage.create_topics()
    worker = stage.worker()
    bury(stage, letter(stage, b"x", attempts=MAX_ATTEMPTS), letter(stage, b"y"))
    assert "replayed 1, parked 0, skipped 1 of 2" in replay(stage, worker, status=1)
    topics.create(stage.brokers, f"{stage.dead}.parked")
    assert "replayed 0, parked 1, skipped 0 of 1" in replay(stage, worker)


def test_the_counter_goes_through_the_worker(stage):
    stage.create_topics()
    topics.create(stage.brokers, f"{stage.dead}.parked")
    worker = stage.worker().start()
    stage.write(Record(json.dumps({"event_id": 7}).encode(), b"key"))
    for attempts in range(1, MAX_ATTEMPTS + 1):
        stage.dead_letters(attempts)
        assert "replayed 1, parked 0, skipped 0 of 1" in replay(stage, worker)
        dead = stage.dead_letters(attempts + 1)[-1]
        assert text_headers(dead)["byline.replay.attempts"] == str(attempts)
    assert "replayed 0, parked 1, skipped 0 of 1" in replay(stage, worker)


def test_a_missing_dead_letter_topic_is_said(stage):
    assert "does not exist" in replay(stage, stage.worker(), status=1)


def test_brokers_that_let_nothing_be_noted_get_no_letters(make_stage, tmp_path):
    """Else each run would send them again."""
    with Kafka(tmp_path / "kafka", settings={"offset.metadata.max.bytes": 4095}) as kafka:
        stage = make_stage(kafka.start().brokers)
        stage.create_topics()
        worker = stage.worker()
        bury(stage, letter(stage))
        assert "offset.metadata.max.bytes is below 4096" in replay(stage, worker, status=1)
        assert topics.size(stage.brokers, stage.source) == 0


def begin_slowly(stage, worker, stderr=subprocess.PIPE):
    """A replay of 50 letters a second that has sent some."""
    run = subprocess.Popen(
        command(stage, worker, "--rate", "50"), stdout=subprocess.PIPE, stderr=stderr, text=True
    )
    wait_until(lambda: topics.size(stage.brokers, stage.source) >= 10, 60, "some are sent")
    return run


LETTERS = 400


def numbered(stage):
    return (letter(stage, b"%d" % number) for number in range(LETTERS))


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_who_interrupts_a_replay_may_go_on_later_and_nothing_is_sent_twice(stage, end):
    stage.create_topics()
    worker = stage.worker()
    bury(stage, *numbered(stage))
    run = begin_slowly(stage, worker)
    run.send_signal(end)
    out, err = run.communicate(timeout=60)
    assert "interrupted: run it again for the rest" in err
    first = int(re.match(r"replayed (\d+), parked 0", out).group(1))
    assert 10 <= first < LETTERS
    rest = LETTERS - first
    assert f"replayed {rest}, parked 0, skipped 0 of {rest}" in replay(stage, worker)
    assert sorted(int(r.value()) for r in replayed(stage, LETTERS)) == list(range(LETTERS))


def test_of_two_replays_at_once_one_sees_the_other_and_ends(stage):
    """A second later at most; what both have sent until then came twice."""
    stage.create_topics()
    worker = stage.worker()
    bury(stage, *numbered(stage))
    first, second = begin_slowly(stage, worker), begin_slowly(stage, worker)
    wait_until(lambda: first.poll() == 1 or second.poll() == 1, 20, "one has seen the other")
    one, other = (first, second) if first.poll() == 1 else (second, first)
    assert "another replay runs for the same group" in one.communicate()[1]
    other.communicate(timeout=60)
    assert other.returncode == 0
    assert {int(r.value()) for r in replayed(stage, topics.size(stage.brokers, stage.source))} == set(range(LETTERS))


def test_a_killed_replay_loses_no_letter(stage):
    """What was sent after its last commit is sent again."""
    stage.create_topics()
    worker = stage.worker()
    bury(stage, *numbered(stage))
    run = begin_slowly(stage, worker)
    run.kill()
    run.communicate(timeout=20)
    before = topics.size(stage.brokers, stage.source)
    last = int(re.match(r"replayed (\d+),", replay(stage, worker)).group(1))
    assert LETTERS - before <= last <= LETTERS
    values = {int(record.value()) for record in replayed(stage, before + last)}
    assert values == set(range(LETTERS))


def test_the_rate_holds_and_a_terminal_sees_how_far_it_is(stage):
    stage.create_topics()
    worker = stage.worker()
    bury(stage, *(letter(stage, b"%d" % number) for number in range(100)))
    shown, terminal = pty.openpty()
    began = time.monotonic()
    run = begin_slowly(stage, worker, stderr=terminal)
    out, _ = run.communicate(timeout=60)
    assert time.monotonic() - began >= 99 / 50
    assert out.startswith("replayed 100, parked 0, skipped 0 of 100")
    os.close(terminal)
    drawn = os.read(shown, 65_536).decode()
    os.close(shown)
    assert re.search(r"\r\x1b\[K\[#* *\] \d+/100  replayed \d+  parked 0  \d+/s", drawn)
    assert drawn.endswith("\r\x1b[K"), "the bar is taken away"


def test_letters_are_chosen_by_when_they_died(stage):
    stage.create_topics()
    worker = stage.worker()
    bury(stage, letter(stage, b"x"), letter(stage, b"y"))
    assert "replayed 0, parked 0, skipped 2 of 2" in replay(stage, worker, "--until", "1h ago")
    assert "replayed 0, parked 0, skipped 2 of 2" in replay(stage, worker, "--since", "2100-01-01")
    assert "replayed 2, parked 0, skipped 0 of 2" in replay(stage, worker, "--since", "1h ago")


def test_a_letter_of_another_worker_s_topic_and_what_is_no_letter_stay(stage):
    """Who writes into the dead-letter topic may not have byline write anywhere."""
    stage.create_topics()
    worker = stage.worker()
    foreign = letter(stage, b"x")
    elsewhere = [(n, b"other" if n == "byline.source.topic" else v) for n, v in foreign.headers]
    bury(stage, Record(b"x", b"key", tuple(elsewhere)), Record(b"y", b"key"), letter(stage, b"z"))
    assert "replayed 1, parked 0, skipped 2 of 3" in replay(stage, worker)
    assert [record.value() for record in replayed(stage, 1)] == [b"z"]
