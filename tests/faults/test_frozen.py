"""A broker that freezes keeps its connections and says nothing."""

import pytest
import requests

from servers.process import wait_until


def why_not_ready(worker):
    answer = requests.get(worker.admin_url + "/readyz", timeout=2)
    return answer.text if answer.status_code == 503 else ""


@pytest.mark.long  # what may be slow is called stuck after 15 s
def test_a_broker_that_freezes_makes_even_an_idle_worker_not_ready(own_kafka, make_stage):
    stage = make_stage(own_kafka.brokers)
    stage.create_topics()
    # So that the group outlives the freeze.
    worker = stage.worker(kafka={"consumer": {"session.timeout.ms": 60_000}}).start()
    own_kafka.pause()
    reason = wait_until(lambda: why_not_ready(worker), 40, "not ready")
    assert f"has waited for records of {own_kafka.brokers}" in reason
    assert worker.status("/healthz") == 200
    own_kafka.resume()
    worker.wait_ready()
