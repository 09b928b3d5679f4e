"""Who holds a partition, whether it is slow or stuck, and on what."""

import requests
from test_schema_waits import ANSWER, event

from servers.fake_registry import FakeRegistry
from servers.origin import Answer
from servers.process import wait_until
from servers.stage import catalog

REGISTRY_SICK = (500, {})


def debug_partitions(worker):
    answer = requests.get(worker.admin_url + "/debug/partitions", timeout=2)
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()["partitions"]


def partition_in_state(worker, state):
    """A partition in that state, or None."""
    return next((p for p in debug_partitions(worker) if p["state"] == state), None)


def wait_for_state(worker, state, timeout_s):
    return wait_until(
        lambda: partition_in_state(worker, state), timeout_s, f"a partition is {state}"
    )


def test_partitions_are_shown_as_json(stage):
    stage.create_topics(partitions=2)
    worker = stage.worker(input={"format": "json"}).start()
    first, second = sorted(debug_partitions(worker), key=lambda p: p["partition"])
    assert second == first | {"partition": 1}
    assert first == {
        "topic": stage.source,
        "partition": 0,
        "state": "idle",
        "commit_offset": None,
        "next_offset": None,
        "lag": None,
        "unfinished": 0,
        "finished_beyond": 0,
        "paused": False,
        "blocking": None,
    }


def test_a_hanging_host_is_slow_and_a_registry_that_owes_a_schema_is_stuck(stage, origin):
    """Both hold their partition up for the same time; only the lookup has a deadline."""
    stage.create_topics(partitions=8)
    origin.default = Answer(b"{}", delay_s=60)
    answers = {"/schemas/ids/7": REGISTRY_SICK, "/schemas/ids/8": ANSWER}
    with FakeRegistry(answers) as registry:
        worker = stage.worker(
            input={"format": "avro"},
            registry={"url": registry.url},
            enrich=[catalog(origin.url)],
            http={"timeout": "50s"},
        ).start()
        stage.write(event(7, "owed", "a"), event(8, "hangs", "c"))  # their partitions differ

        stuck = wait_for_state(worker, "stuck", 25)
        slow = partition_in_state(worker, "slow")
        assert stuck["blocking"].items() >= {
            "waiting_for": "schema",
            "offset": 0,
            "key": "a",
            "host": registry.url.removeprefix("http://"),
            "lookup": None,
        }.items()
        assert slow["blocking"].items() >= {
            "waiting_for": "lookup",
            "offset": 0,
            "key": "c",
            "host": origin.address,
            "lookup": "catalog",
        }.items()
        for partition in (stuck, slow):
            assert 10_000 < partition["blocking"]["age_ms"] < 30_000
            assert partition["unfinished"] == 1

        line = worker.wait_for_log("event=stuck")
        assert f"partition={stuck['partition']} offset=0 key=a waiting_for=schema" in line
        assert worker.log_text().count("event=stuck") == 1
        assert worker.metric("byline_partitions_stuck") == 1
        assert worker.status("/readyz") == 503
        assert worker.status("/healthz") == 200, "a restart would not bring the schema"

        origin.default = Answer(b"{}")
        answers["/schemas/ids/7"] = ANSWER
        worker.wait_for_log("event=unstuck")
        stage.outputs(1)
        worker.wait_ready()
        worker.kill()  # the drain would wait for the host
