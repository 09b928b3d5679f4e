"""The status page of a worker, in a real browser."""

import re

import pytest
import requests

from servers.arrivals import numbered_events
from servers.chromium import Chromium
from servers.process import free_port, wait_until
from servers.stage import catalog
from servers.topics import Record

EVENTS = 200
TWO_ANSWERS_MS = 3000


@pytest.fixture
def finished_worker(stage, nginx):
    """A worker that has published EVENTS records and one dead letter, and committed them."""
    stage.create_topics(partitions=2)
    worker = stage.worker(enrich=[catalog(nginx.url)]).start()
    stage.write(Record(b"{"), *numbered_events(EVENTS, 10))
    stage.outputs(EVENTS)
    stage.dead_letters(1)
    wait_until(lambda: worker.metric("byline_partition_lag_records") == 0, 10, "lag is 0")
    return worker


def words(html):
    """What a reader sees of the document, a line an element."""
    body = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL)
    return [line for line in re.sub(r"<[^>]+>", "\n", body).split("\n") if line.strip()]


def test_it_shows_what_the_worker_did(finished_worker, stage, tmp_path):
    seen = words(Chromium(tmp_path).page(finished_worker.admin_url + "/", TWO_ANSWERS_MS))
    figure = dict(zip(seen, seen[1:]))
    assert "ready" in seen
    assert figure["consumed"] == str(EVENTS + 1)
    assert figure["published"] == str(EVENTS)
    assert figure["dead letters"] == "1"
    assert figure["in flight"] == "0"
    assert figure["decode"] == "1"
    assert f"{stage.source}/0" in seen and f"{stage.source}/1" in seen
    assert "catalog" in seen


def test_it_says_that_the_worker_is_not_ready(make_stage, tmp_path):
    worker = make_stage(f"127.0.0.1:{free_port()}").worker().launch()
    wait_until(lambda: worker.status("/healthz") == 200, 20, "the admin server answers")
    seen = words(Chromium(tmp_path).page(worker.admin_url + "/", TWO_ANSWERS_MS))
    assert "waiting for brokers" in seen


def test_it_may_load_nothing_from_elsewhere(finished_worker):
    answer = requests.get(finished_worker.admin_url + "/", timeout=5)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)
