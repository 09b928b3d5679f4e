"""Dead letters back to their source topic: once each, as they were, and never in a circle."""

import json
import subprocess

from servers import topics
from servers.topics import Record, text_headers

MAX_ATTEMPTS = 3


def replay(stage, worker, *options, status=0):
    run = subprocess.run(
        [str(stage.binary), "replay", "--config", str(worker.configuration), *options],
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip
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
