"""The cache and single flight: one request where one is enough, and stale answers where the origin
is down, said so."""

import asyncio
import threading

import pytest
from fetch_engine import fetch, trusted


def asks_for(server, path, at_ms=(0,), **more):
    return [trusted(server.url(path), at_ms=at, **more) for at in at_ms]


def test_ten_thousand_events_on_a_hundred_urls_are_a_hundred_requests(server):
    asks = [
        trusted(server.url(f"/cached?delay=0.05&id={i % 100}"), at_ms=i // 500)
        for i in range(10_000)
    ]
    run = fetch(*asks)
    assert run.outcomes() == ["ok"] * 10_000
    assert len(server.requests) == 100
    assert run.cache["miss"] == 100
    assert run.cache["hit"] + run.cache["joined"] == 9_900
    for first, later in zip(run.answers[:100], run.answers[100:200], strict=True):
        assert first["body"] == later["body"]


def test_what_was_joined_or_hit_says_so(server):
    run = fetch(*asks_for(server, "/cached?delay=0.1", [0, 10, 300]))
    assert [a["from_cache"] for a in run.answers] == [False, True, True]
    assert run.cache == {"hit": 1, "miss": 1, "joined": 1, "stale": 0, "negative": 0}


def test_validators_bring_304_and_no_body(server):
    run = fetch(*asks_for(server, "/cached?validate=1", [0, 300, 600, 650]), cache__ttl=200)
    assert [a["status"] for a in run.answers] == [200, 304, 304, 200]
    assert [a["body"] for a in run.answers] == ["answer 1"] * 4
    assert [a["from_cache"] for a in run.answers] == [False, True, True, True]
    assert [r.headers.get("if-none-match") for r in server.requests] == [None, '"one"', '"one"']


def test_a_changed_answer_replaces_the_old_one(server):
    path = "/cached?control=max-age%3D0&validate=1"
    first = fetch(*asks_for(server, path))
    assert first.answers[0]["body"] == "answer 1"
    server.etag = '"two"'
    run = fetch(*asks_for(server, path, [0, 100]))
    assert [a["body"] for a in run.answers] == ["answer 2", "answer 2"]


def test_stale_if_error_serves_and_says_so(server):
    """The origin answers once, then only 503."""
    run = fetch(
        *asks_for(server, "/recovers?fails=0", [0]),
        trusted(server.url("/status?code=503"), at_ms=100),
        cache__ttl=50, retry__backoff=1, retry__attempts=2,
    )  # fmt: skip
    assert run.outcomes() == ["ok", "error"]

    threading.Timer(0.3, lambda: setattr(server, "down", True)).start()
    run = fetch(
        *asks_for(server, "/cached?b", [0, 600, 700]),
        cache__ttl=100, retry__backoff=1, retry__attempts=2,
    )  # fmt: skip
    fresh, stale, again = run.answers
    assert (fresh["outcome"], fresh["from_cache"], fresh["error"]) == ("ok", False, "")
    assert (stale["outcome"], stale["from_cache"], stale["status"]) == ("ok", True, 503)
    assert stale["error"] == "stale answer served: HTTP status 503"
    assert stale["body"] == fresh["body"] == again["body"]
    assert again["error"] == stale["error"]
    assert stale["final_url"] == server.url("/cached?b")
    assert len(server.asked("/cached")) == 3  # the third event asked nothing
    assert run.cache["stale"] == 2


def test_nobody_waits_for_a_host_left_alone_while_the_cache_can_answer(server):
    """Its breaker opens with the first failure; one answer is known, the other is not."""
    threading.Timer(0.3, lambda: setattr(server, "down", True)).start()
    run = fetch(
        *asks_for(server, "/cached?known", [0]),
        *asks_for(server, "/cached?unknown", [600]),
        *asks_for(server, "/cached?known", [700]),
        cache__ttl=100, retry__backoff=1, retry__attempts=2, breaker__failures=1,
        breaker__open=5000, deadline=3000,
    )  # fmt: skip
    first, unknown, known = run.answers
    assert (unknown["outcome"], unknown["attempts"]) == ("timeout", 1)
    assert (known["outcome"], known["body"], known["attempts"]) == ("ok", first["body"], 0)
    assert known["error"].startswith("stale answer served: 127.0.0.1:")
    assert known["error"].endswith("is left alone after failures")
    assert known["duration_ms"] < 200
    assert len(server.requests) == 2


def test_a_304_keeps_what_it_does_not_say_again(server):
    """max-age came with the body only: the answer must not become good for the whole ttl."""
    path = "/cached?control=max-age%3D0&validate=1&bare=1"
    run = fetch(*asks_for(server, path, [0, 100, 200]))
    assert [a["status"] for a in run.answers] == [200, 304, 304]
    assert [r.headers.get("if-none-match") for r in server.requests] == [None, '"one"', '"one"']


def test_of_many_stale_answers_only_so_many_are_renewed_at_once(server):
    path = "/cached?control=max-age%3D0,stale-while-revalidate%3D60&delay=0.5"
    urls = [server.url(f"{path}&{i}") for i in range(12)]
    asks = [trusted(url, at_ms=at_ms) for at_ms in (0, 3500, 6500) for url in urls]
    last = trusted(server.url("/ok"), at_ms=7500)  # the engine goes on until renewals have ended
    run = fetch(*asks, last, in_flight=4)
    assert run.outcomes() == ["ok"] * 37
    assert all(answer["from_cache"] for answer in run.answers[12:36])
    assert len(server.requests) == 12 + 4 + 4 + 1


def test_a_304_that_is_cut_off_confirms_nothing_and_leaks_nothing(server):
    """The answer to the next attempt is not conditional, and replaces what was there."""
    path = f"/cut-304?bytes={1 << 20}"
    asks = [trusted(server.url(f"{path}&{i}"), at_ms=t) for t in (0, 4000) for i in range(60)]
    run = fetch(
        *asks, cache__size=20 << 20, cache__ttl=100, retry__backoff=20, max_body=2 << 20,
        breaker__failures=0, per_host__in_flight=8,
    )  # fmt: skip
    assert run.outcomes() == ["ok"] * 120
    assert not any(answer["from_cache"] for answer in run.answers)
    assert run.stats["peak_rss_kib"] < 75_000


def test_must_revalidate_forbids_stale_answers(server):
    threading.Timer(0.3, lambda: setattr(server, "down", True)).start()
    run = fetch(
        *asks_for(server, "/cached?control=must-revalidate", [0, 600]),
        cache__ttl=100, retry__backoff=1, retry__attempts=2,
    )  # fmt: skip
    assert run.outcomes() == ["ok", "error"]


def test_stale_while_revalidate_answers_at_once_and_renews(server):
    path = "/cached?control=max-age%3D0,stale-while-revalidate%3D60&delay=0.2"
    run = fetch(*asks_for(server, path, [0, 300, 310, 800]))
    assert [a["body"] for a in run.answers] == ["answer 1", "answer 1", "answer 1", "answer 2"]
    assert run.answers[1]["duration_ms"] < 50
    assert len(server.asked("/cached")) <= 3


def test_no_store_and_vary_star_are_not_kept(server):
    for query in ["control=no-store", "vary=*"]:
        run = fetch(*asks_for(server, f"/cached?{query}", [0, 100]))
        assert [a["from_cache"] for a in run.answers] == [False, False]


def test_a_redirect_with_no_store_keeps_nothing(server):
    to = server.url("/cached?x")
    run = fetch(*asks_for(server, f"/redirect?to={to}", [0, 100]))
    assert [a["from_cache"] for a in run.answers] == [False, True]
    assert run.answers[1]["final_url"] == to


def test_different_headers_never_share(server):
    asks = [
        trusted(server.url("/cached"), at_ms=i * 50, headers={"Authorization": f"Bearer {i % 2}"})
        for i in range(4)
    ] + [trusted(server.url("/cached"), at_ms=300, accept="text/html")]
    run = fetch(*asks)
    bodies = [a["body"] for a in run.answers]
    assert bodies == ["answer 1", "answer 2", "answer 1", "answer 2", "answer 3"]


def test_what_is_accepted_is_not_mixed_up(server):
    asks = [
        trusted(server.url("/cached"), at_ms=i * 50, accept=["text/html", "text/plain"][i % 2])
        for i in range(4)
    ]
    assert [a["body"] for a in fetch(*asks).answers] == ["answer 1", "answer 2"] * 2


def test_an_event_never_gets_what_the_cache_has_of_a_private_host(server):
    """The operator's lookup may ask there; the URL of an event may not, kept or under way."""
    url = server.url("/cached?delay=0.2")
    event = [{"url": url, "at_ms": at_ms} for at_ms in (50, 400)]
    run = fetch(trusted(url), *event, trusted(url, at_ms=450))
    assert run.outcomes() == ["ok", "refused", "refused", "ok"]
    assert [a["body_bytes"] for a in run.answers[1:3]] == [0, 0]
    assert run.answers[3]["from_cache"]


def test_negative_answers_have_their_own_time(server):
    run = fetch(
        *asks_for(server, "/none", [0, 100, 500]), cache__ttl=60_000, cache__negative_ttl=300
    )
    assert run.outcomes() == ["not_found"] * 3
    assert [a["from_cache"] for a in run.answers] == [False, True, False]
    assert run.cache["negative"] == 1


def test_posts_are_never_shared(server):
    run = fetch(*asks_for(server, "/cached", [0, 0, 100], post="{}"))
    assert len(server.requests) == 3
    assert sum(run.cache.values()) == 0


def test_the_cache_holds_no_more_than_its_size(server):
    asks = [trusted(server.url(f"/declared?bytes=100000&{i}"), at_ms=i * 2) for i in range(200)]
    run = fetch(*asks, cache__size=1_000_000)
    assert run.stats["cache_bytes"] <= 1_000_000
    assert run.stats["peak_rss_kib"] < 24_000


def test_a_joined_request_survives_the_cancel_of_the_first(server):
    run = fetch(
        *asks_for(server, "/cached?delay=0.3", [0], cancel_ms=50),
        *asks_for(server, "/cached?delay=0.3", [20]),
    )
    assert run.outcomes() == ["CANCELLED", "ok"]
    assert len(server.requests) == 1


@pytest.mark.parametrize("what", ["the page", "its robots.txt"])
def test_who_joins_keeps_a_deadline_of_its_own(server, what):
    """The first ends at its own; the request goes on, and its answer is the other's."""
    released = threading.Event()

    async def late(x):
        while not released.is_set():
            await asyncio.sleep(0.02)
        return await (x.answer(404) if what != "the page" else x.answer(200, b"late"))

    server.robots = late
    page = server.url("/robots.txt" if what == "the page" else "/ok")
    threading.Timer(3, released.set).start()
    run = fetch(
        {"url": page}, {"url": page, "at_ms": 1200}, allow=f"127.0.0.1:{server.port}",
        deadline=2000, retry__attempts=1, robots="true" if what != "the page" else "false",
    )  # fmt: skip
    assert run.outcomes() == ["timeout", "ok"]
    assert 2000 <= run.answers[0]["duration_ms"] < 2400
    assert run.answers[1]["duration_ms"] < 2100


def test_a_304_that_nobody_asked_for_confirms_nothing(server):
    async def origin(x):
        if len(server.requests) == 1:
            return await x.answer(200, b"A", ["Cache-Control: max-age=0", 'ETag: "q"'])
        if x.request.target.endswith("there"):
            return await x.answer(304, b"", ["Cache-Control: max-age=500"])
        return await x.answer(302, b"", ["Location: /robots.txt?there"])

    server.robots = origin
    run = fetch(*asks_for(server, "/robots.txt", [0, 200]))
    assert run.outcomes() == ["ok", "error"]


GOOD_DAY = "thu, 01 jan 2026 00:00:00 gmt"  # the server tells headers in lower case


@pytest.mark.parametrize(
    "headers, etag, day",
    [
        (['ETag: "a"', f"Last-Modified: {GOOD_DAY}"], '"a"', GOOD_DAY),
        (['ETag: "a\rX-Injected: 1"'], None, None),
        (['ETag: "a\tb"', f"Last-Modified: {GOOD_DAY}"], None, GOOD_DAY),
        (['ETag: "a"', f"Last-Modified: {GOOD_DAY}\rX-Injected: 1"], '"a"', None),
        (["ETag: \x7f", "Last-Modified: \x01"], None, None),
    ],
    ids=["plain", "a CR", "a tab", "a CR in the other", "others"],
)
def test_a_validator_with_a_control_character_is_not_sent_back(server, headers, etag, day):
    async def origin(x):
        return await x.answer(200, b"A", ["Cache-Control: max-age=0", *headers])

    server.robots = origin
    run = fetch(*asks_for(server, "/robots.txt", [0, 200]))
    assert run.outcomes() == ["ok", "ok"]
    sent = server.requests[1].headers
    assert (sent.get("if-none-match"), sent.get("if-modified-since")) == (etag, day)
    assert "x-injected" not in sent


def test_a_304_brings_its_own_validator(server):
    async def origin(x):
        number = len(server.requests)
        headers = [f'ETag: "{number}"', "Cache-Control: max-age=0"]
        return await x.answer(200 if number == 1 else 304, b"A" if number == 1 else b"", headers)

    server.robots = origin
    run = fetch(*asks_for(server, "/robots.txt", [0, 200, 400, 600]))
    assert [a["body"] for a in run.answers] == ["A"] * 4
    sent = [r.headers.get("if-none-match") for r in server.requests]
    assert sent == [None, '"1"', '"2"', '"3"']
