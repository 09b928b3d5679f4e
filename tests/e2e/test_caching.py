"""The cache in the whole worker: hosts are asked once for what many events want, and every record
says where its answer came from."""

import json

import pytest

from servers.needed import needed
from servers.origin import Answer
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.redis import Redis
from servers.topics import Record

EVENTS, URLS, OTHERS = 10_000, 100, 4_000
FOUND = Answer(b'{"section": "Harbour"}')


@pytest.fixture
def redis(tmp_path):
    with Redis(tmp_path / "redis") as server:
        yield needed(server.start)


@pytest.fixture
def worker(stage, origin):
    """Makes workers that ask the origin about each event's title."""
    origin.default = FOUND
    stage.create_topics()

    def make(**changes):
        about = {
            "name": "about",
            "type": "json",
            "url": f"{origin.url}/about/{{title}}",
            "required": True,
            "fields": {"section": "/section"},
        }
        return stage.worker(enrich=[about], http={"retry": {"attempts": 1}}, **changes)

    return make


def events(count, titles, prefix="t"):
    for number in range(count):
        event = {"event_id": f"{prefix}{number}", "title": f"{prefix}{number % titles}"}
        yield Record(json.dumps(event).encode(), b"k%d" % (number % 50))


def test_ten_thousand_events_on_a_hundred_urls_send_a_hundred_requests(stage, origin, worker):
    running = worker().start()
    stage.write(*events(EVENTS, URLS))
    assert len(stage.outputs(EVENTS)) == EVENTS
    assert len(origin.asked) == len(set(origin.asked)) == URLS
    metric = running.metric
    assert metric("byline_cache_requests_total", result="miss") == URLS
    assert metric("byline_cache_requests_total") == EVENTS
    assert metric("byline_fetches_total", lookup="about", outcome="ok") == EVENTS


def test_a_stale_answer_is_published_and_says_so(stage, origin, worker, schema_text):
    running = worker(cache={"ttl": "100ms"}).start()
    stage.write(*events(1, 1))
    stage.outputs(1)
    origin.default = Answer(b"down", 503)
    # The next event may still come within the ttl: the one that asks the host is what counts.
    written = 1
    while len(origin.asked) < 2:
        stage.write(*events(1, 1))
        written += 1
        records = stage.outputs(written)
    record = SingleObjectDecoder(schema_text)(records[-1].value())
    (fetch,) = record["fetches"]
    assert record["status"] == "PARTIAL"
    assert record["section"] == "Harbour"
    assert (fetch["outcome"], fetch["http_status"], fetch["from_cache"]) == ("ok", 503, True)
    assert fetch["error"] == "stale answer served: HTTP status 503"
    assert running.metric("byline_cache_requests_total", result="stale") == 1
    assert running.metric("byline_dead_letters_total") == 0


def test_a_new_worker_is_warm_and_one_whose_redis_hangs_goes_on(stage, origin, worker, redis):
    def start():
        running = worker(cache={"redis": redis.url}).start()
        wait_until(lambda: running.metric("byline_redis_up") == 1, 10, "Redis is found")
        return running

    first = start()
    stage.write(*events(URLS, URLS))
    stage.outputs(URLS)
    assert first.terminate() == 0
    second = start()
    stage.write(*events(URLS, URLS))
    stage.outputs(2 * URLS)
    assert len(origin.asked) == URLS
    assert second.metric("byline_redis_requests_total", result="hit") == URLS
    redis.pause()
    stage.write(*events(OTHERS, OTHERS, "other"))
    stage.outputs(2 * URLS + OTHERS)
    # Those that it held when it stopped lose 50 ms once; nobody after them does.
    assert second.metric("byline_redis_requests_total", result="late") < OTHERS / 2
    assert second.metric("byline_redis_requests_total", result="skipped") > OTHERS / 2
    wait_until(lambda: second.metric("byline_redis_up") == 0, 10, "Redis is given up")
