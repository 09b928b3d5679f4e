"""Answers that are slow, broken, too large or lead elsewhere: each ends within its deadline, with
the outcome and the words that an operator can act on. Numbers are those of docs/http-faults.md."""

from resource import RUSAGE_CHILDREN, getrusage

import pytest
from fetch_engine import fetch, trusted
from hostile_server import HostileServer

MEBIBYTE = 1 << 20

# fault: path, settings, outcome, attempts, what the error says
FAULTS = {
    "reset in the body": ("/reset", {}, "error", 2, "before the whole body"),
    "headers that are cut off": ("/cut-headers", {}, "error", 2, "before all headers"),
    "headers of a 404 that are cut off": (
        "/cut-headers?status=404", {}, "error", 2, "before all headers",
    ),
    "headers of a redirect that are cut off": (
        "/cut-headers?status=301", {}, "error", 2, "before all headers",
    ),
    "interim headers that are cut off": (
        "/cut-headers?status=103", {}, "error", 2, "before all headers",
    ),
    "no answer at all": ("/no-answer", {}, "error", 2, "without an answer"),
    "body shorter than Content-Length": ("/short", {}, "error", 2, "before the whole body"),
    "chunks that stop": ("/cut-chunks", {}, "error", 2, ""),
    "two lengths": ("/two-lengths", {}, "error", 1, "Content-Length"),
    "negative length": ("/length?is=-5", {}, "error", 1, "Content-Length"),
    "length in hexadecimal": ("/length?is=0x4", {}, "error", 1, "Content-Length"),
    "length with a sign": ("/length?is=%2B4", {}, "error", 1, "Content-Length"),
    "a list of lengths": ("/length?is=9,9", {}, "error", 1, "Content-Length"),
    "length of 25 digits": (f"/length?is={'9' * 25}", {}, "error", 1, "Content-Length"),
    "length that the chunks deny": ("/length?is=4&chunks=1", {}, "error", 1, "Content-Length"),
    "two lengths around a status line": (
        "/status-line-again?name=Content-Length&value=4", {}, "error", 1, "Content-Length",
    ),
    "a part nobody asked for": ("/part", {}, "error", 1, "206"),
    "Location in a trailer": ("/trailers", {}, "error", 1, "302"),
    "another protocol": ("/garbage", {}, "error", 1, "HTTP/0.9"),
    "accepts, then silent": ("/silent", {"timeout": 300}, "timeout", 2, "waiting for the first"),
    "header a byte a second": ("/drip-headers", {"timeout": 500}, "timeout", 2, "timed out"),
    "body a byte a second": ("/drip-body", {"timeout": 500}, "timeout", 2, "reading the answer"),
    "redirect loop": ("/loop", {}, "error", 1, "max_redirects"),
    "endless chunks": ("/endless", {}, "error", 1, f"body over {MEBIBYTE} bytes"),
    "declared too large": (f"/declared?bytes={MEBIBYTE + 1}", {}, "error", 1, "body over"),
    "a chunk's extension without end": ("/extensions?kind=one", {}, "error", 1, "body over"),
    "an extension before each byte": ("/extensions?kind=each", {}, "error", 1, "body over"),
    "spaces behind a chunk's size": ("/extensions?kind=spaces", {}, "error", 1, "body over"),
    "extensions of a 404": ("/extensions?kind=one&status=404", {}, "not_found", 1, "404"),
    "10 GB behind gzip": ("/bomb", {}, "error", 1, "body over"),
    "gzip without end that decodes to nothing": ("/nothing", {}, "error", 1, "body over"),
    "two encodings": ("/stacked?n=2", {}, "error", 1, "one content encoding"),
    "two encoding lines": ("/stacked-lines?n=2", {}, "error", 1, "one content encoding"),
    "two encodings around a status line": (
        "/status-line-again?name=Content-Encoding&value=gzip", {}, "error", 1, "one content",
    ),
    "a transfer encoding": ("/transfer?n=1", {}, "error", 1, "transfer encoding"),
    "zstd": ("/zstd", {}, "error", 1, "one content encoding"),
    "brotli": ("/brotli", {}, "error", 1, "a content encoding but gzip"),
    "gzip that ends with the connection": ("/cut-gzip?bytes=30", {}, "error", 2, "come to its end"),
    "gzip that is cut to its length": ("/cut-gzip?bytes=30&length=1", {}, "error", 2, "its end"),
    "a gzip bomb of a 404": ("/bomb-of?status=404", {}, "not_found", 1, "404"),
    "the length's name with a blank": ("/blank-length", {}, "error", 1, "Content-Length"),
    "not what it is encoded as": ("/not-gzip", {}, "error", 1, "encoding"),
    "1 MB of headers": ("/huge-headers", {}, "error", 1, "headers over"),
    "one header of 1 MB": ("/one-header", {}, "error", 1, "header line over"),
    "10,000 cookies": ("/cookies", {}, "error", 1, "headers over"),
    "interim answers without end": ("/continues", {}, "error", 1, "headers over"),
    "404 with an endless body": ("/endless-error", {}, "not_found", 1, "404"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_ends_in_time_and_memory(server, fault):
    path, settings, outcome, attempts, words = FAULTS[fault]
    settings = {"retry__attempts": 2, "retry__backoff": 10, "deadline": 5000} | settings
    run = fetch(trusted(server.url(path)), **settings)
    answer = run.answers[0]
    assert (answer["outcome"], answer["attempts"]) == (outcome, attempts), answer
    assert words in answer["error"]
    assert answer["body_bytes"] == 0
    assert run.elapsed_s < 4
    assert run.stats["peak_rss_kib"] < 24_000
    assert server.bytes_sent < 16 * MEBIBYTE


def test_trickle_is_cut_long_before_its_timeout(server):
    run = fetch(trusted(server.url("/drip-body")), retry__attempts=1)
    assert run.answers[0]["outcome"] == "timeout"
    assert "less than 1000 bytes in 10 s" in run.answers[0]["error"]
    assert 10 <= run.elapsed_s < 13


def test_total_deadline_holds_over_all_attempts(server):
    run = fetch(
        trusted(server.url("/silent")), timeout=400, deadline=1000, retry__attempts=10,
        retry__backoff=10,
    )  # fmt: skip
    assert run.answers[0]["outcome"] == "timeout"
    assert 0.9 <= run.elapsed_s < 1.6


def cpu_s(hosts):
    """Of a run that asks them in turn; none of them is there."""
    asks = [trusted(f"http://{hosts[i % len(hosts)]}:9/?{i}", at_ms=i // 5) for i in range(8000)]
    before = getrusage(RUSAGE_CHILDREN)
    fetch(*asks, retry__attempts=1, breaker__failures=100_000, cache__size=0)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_many_hosts_cost_little_more_than_one():
    many = [f"127.1.{i // 250}.{i % 250 + 1}" for i in range(8000)]
    assert cpu_s(many) < cpu_s(["127.0.0.1"]) * 3


def test_answers_of_all_sizes_come_whole_from_one_host(server):
    """What the last one needed says nothing of the next."""
    sizes = [100, 300_000, 10, 1_000_000, 2_000, 2_100, 50, 16_384]
    run = fetch(*[
        trusted(server.url(f"/sized?bytes={size}"), at_ms=100 * i) for i, size in enumerate(sizes)
    ])  # fmt: skip
    assert [answer["body_bytes"] for answer in run.answers] == sizes


def test_idle_connections_leave_descriptors_for_others():
    """Each host keeps its connection open; there are more of them than descriptors."""
    with HostileServer("0.0.0.0") as server:
        hosts = [f"http://127.0.{i // 250}.{i % 250 + 1}:{server.port}/ok" for i in range(500)]
        asks = [trusted(url, at_ms=i * 3) for i, url in enumerate(hosts)]
        run = fetch(*asks, descriptors=256, retry__attempts=1)
        assert run.outcomes() == ["ok"] * 500


def test_without_descriptors_a_request_waits_for_one():
    """A hundred at once, and room for some of them."""
    with HostileServer("0.0.0.0") as server:
        hosts = [f"http://127.0.0.{i + 1}:{server.port}/ok?delay=0.2" for i in range(100)]
        run = fetch(*map(trusted, hosts), descriptors=100, retry__attempts=1)
        assert run.outcomes() == ["ok"] * 100
        assert {answer["attempts"] for answer in run.answers} == {1}
        assert "breaker_open" not in run.log


def test_a_host_that_does_not_answer_leaves_the_others_alone(server):
    dead = [trusted(f"http://127.0.0.1:9/{i}") for i in range(20)]
    alive = [trusted(server.url(f"/ok?{i}")) for i in range(200)]
    run = fetch(*dead, *alive, retry__attempts=1, deadline=3000)
    assert run.outcomes()[20:] == ["ok"] * 200
    assert max(answer["done_ms"] for answer in run.answers[20:]) < 2000
    assert run.answers[0]["error"] == "connect to 127.0.0.1:9 refused"


@pytest.mark.parametrize(
    "status, outcome, attempts",
    [
        (204, "ok", 1), (400, "error", 1), (401, "blocked", 1), (403, "blocked", 1),
        (404, "not_found", 1), (408, "timeout", 2), (410, "not_found", 1), (418, "error", 1),
        (425, "error", 2), (429, "error", 2), (451, "blocked", 1), (500, "error", 2),
        (502, "error", 2), (503, "error", 2), (504, "error", 2),
    ],
)  # fmt: skip
def test_status_decides_outcome_and_retry(server, status, outcome, attempts):
    body = "" if status == 204 else "as asked"
    run = fetch(
        trusted(server.url(f"/status?code={status}&{body}".replace(" ", "_"))),
        retry__attempts=2, retry__backoff=1, cache__size=0,
    )  # fmt: skip
    answer = run.answers[0]
    assert (answer["outcome"], answer["attempts"], answer["status"]) == (outcome, attempts, status)


def test_one_encoding_is_decoded(server):
    answer = fetch(trusted(server.url("/stacked?n=1"))).answers[0]
    assert (answer["outcome"], answer["body"]) == ("ok", "wrapped")
    assert server.asked("/stacked")[0].headers["accept-encoding"] == "gzip"


def test_a_host_of_gzip_bombs_is_left_alone(server):
    """A kilobyte of gzip makes work for a megabyte: ten in a row open its breaker."""
    bombs = [trusted(server.url(f"/bomb-of?status=200&n={n}")) for n in range(40)]
    run = fetch(*bombs, retry__attempts=1, deadline=1500)
    assert all(answer["outcome"] != "ok" for answer in run.answers)
    assert len(server.asked("/bomb-of")) < 20


def test_a_length_that_chunks_confirm_is_taken(server):
    answer = fetch(trusted(server.url("/length?is=9&chunks=1"))).answers[0]
    assert (answer["outcome"], answer["body"]) == ("ok", "only this")


@pytest.mark.parametrize(
    "after, least_s, most_s",
    [("1", 1.0, 2.0), ("0.5", 1.0, 2.0), ("999999", 1.4, 2.4), ("garbage", 0, 1), ("-1", 0, 1),
     ("Thu, 01 Jan 2099 00:00:00 GMT", 1.4, 2.4), ("Thu, 01 Jan 1970 00:00:00 GMT", 0, 1)],
)  # fmt: skip
def test_retry_after_is_obeyed_and_capped(server, after, least_s, most_s):
    run = fetch(
        trusted(server.url(f"/recovers?code=429&retry_after={after.replace(' ', '%20')}")),
        retry__backoff=10, retry__max_backoff=1500,
    )  # fmt: skip
    assert run.answers[0]["outcome"] == "ok"
    first, second = server.asked("/recovers")
    assert least_s <= second.at - first.at < most_s


def test_of_two_retry_after_lines_the_longest_counts(server):
    async def origin(x):
        if len(server.requests) == 1:
            past = "Thu, 01 Jan 1970 00:00:00 GMT"
            return await x.answer(429, b"", [f"Retry-After: {v}" for v in ("1", "2", past)])
        return await x.answer(200, b"now")

    server.robots = origin
    assert fetch(trusted(server.url("/robots.txt")), retry__backoff=10).outcomes() == ["ok"]
    first, second = server.requests
    assert 2 <= second.at - first.at < 3


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 504])
def test_every_retried_status_may_ask_for_a_pause_of_the_host(server, code):
    asks = [
        trusted(server.url(f"/recovers?code={code}&retry_after=1")),
        trusted(server.url("/ok"), at_ms=300),
    ]
    assert fetch(*asks, retry__backoff=10).outcomes() == ["ok", "ok"]
    first, *others = [request.at for request in server.requests]
    assert len(others) == 2
    assert 1 <= min(others) - first < 2


@pytest.mark.parametrize("after", ["", "soon"])
def test_a_429_that_names_no_time_pauses_its_host_for_a_backoff(after):
    """Of twenty hosts; what is drawn for one lies anywhere in the backoff's two seconds."""
    with HostileServer("0.0.0.0") as server:
        hosts = [f"http://127.0.0.{i + 1}:{server.port}" for i in range(20)]
        refused = [trusted(f"{host}/status?code=429&retry_after={after}") for host in hosts]
        run = fetch(
            *refused, *[trusted(f"{host}/ok", at_ms=200) for host in hosts],
            retry__attempts=1, retry__backoff=2000,
        )  # fmt: skip
        assert run.outcomes() == ["error"] * 20 + ["ok"] * 20
        assert max(answer["done_ms"] for answer in run.answers[:20]) < 200
        waited_ms = [answer["done_ms"] for answer in run.answers[20:]]
        assert sum(ms > 100 for ms in waited_ms) >= 10
        assert max(waited_ms) < 2200


@pytest.mark.parametrize("after", ["0", "Thu,%2001%20Jan%201970%2000:00:00%20GMT", "", "1"])
def test_503_opens_the_breaker_whatever_pause_it_asks_for(server, after):
    """Each 503 counts, or with a pause one before each pause."""
    count, apart_ms, failures = (3, 1100, 2) if after == "1" else (40, 50, 10)
    url = server.url(f"/status?code=503&retry_after={after}&")
    asks = [trusted(f"{url}{i}", at_ms=i * apart_ms) for i in range(count)]
    run = fetch(
        *asks, retry__attempts=1, breaker__failures=failures, breaker__open=60_000, deadline=4000,
    )  # fmt: skip
    assert len(server.asked("/status")) == failures
    assert "event=breaker_open" in run.log


def test_a_retry_after_beyond_the_deadline_is_not_waited_for(server):
    run = fetch(trusted(server.url("/status?code=429&retry_after=5")), deadline=4000)
    assert (run.answers[0]["status"], run.answers[0]["attempts"]) == (429, 1)
    assert run.elapsed_s < 2


def test_a_429_pauses_the_whole_host(server):
    asks = [trusted(server.url(f"/busy?{i}"), at_ms=i * 15) for i in range(100)]
    run = fetch(*asks, retry__attempts=4)
    assert run.outcomes() == ["ok"] * 100
    moments = [request.at for request in server.asked("/busy")]
    gap = max(b - a for a, b in zip(moments, moments[1:], strict=False))
    assert gap > 1.5
    refused = [at for at in moments if at - moments[0] < 1.9]
    assert refused[-1] - refused[0] < 0.5


@pytest.mark.parametrize(
    "url, words",
    [
        ("http://a/\r\nX-Injected: 1", "control character"),
        ("http://a/ b", "space"),
        ("http://a/\0", "control character"),
        ("http://a/" + "y" * 100_000, "more than 8192"),
        ("http://user:pw@a/", "user name"),
        ("http:///", "not a valid"),
        ("", "empty"),
        ("gopher://a/", "scheme"),
        ("ftp://a/", "scheme"),
        ("/relative", "not a valid"),
        ("javascript:alert(1)", "scheme"),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_bad_urls_are_refused_before_anything_is_sent(tmp_path, url, words):
    run = fetch(url, trusted(url), log=tmp_path / "connects")
    assert run.outcomes() == ["refused", "refused"]
    assert words in run.answers[0]["error"]
    assert run.connects == []


def test_headers_with_line_breaks_are_refused(server):
    run = fetch(trusted(server.url("/echo"), headers={"X-A": "1\r\nX-Injected: 1"}))
    assert run.outcomes() == ["refused"]
    assert server.requests == []


def test_post_sends_its_body_and_headers(server):
    run = fetch(
        trusted(server.url("/echo"), post='{"a":1}', headers={"X-Key": "k"}, accept="text/a"),
        user_agent="byline-test (mailto:a@b.c)",
    )  # fmt: skip
    told = run.answers[0]["body"]
    assert told.startswith("POST\n") and told.endswith('\n{"a":1}')
    for line in ["content-type: application/json", "x-key: k", "accept: text/a",
                 "user-agent: byline-test (mailto:a@b.c)"]:  # fmt: skip
        assert line in told
    assert "expect" not in told


def test_cancel_ends_quietly_in_every_state(server):
    run = fetch(
        trusted(server.url("/silent"), cancel_ms=50),
        trusted(server.url("/status?code=503"), cancel_ms=100),
        trusted(server.url("/silent?b"), cancel_ms=50),
        trusted(server.url("/ok?last"), at_ms=150),
        per_host__in_flight=2, retry__backoff=10_000, breaker__failures=100,
    )  # fmt: skip
    assert run.outcomes() == ["CANCELLED"] * 3 + ["ok"]


def test_limits_of_host_and_engine_hold(server):
    asks = [trusted(server.url(f"/ok?delay=0.02&{i}")) for i in range(60)]
    fetch(*asks, per_host__in_flight=7)
    assert server.most_open == 7
    server.most_open = 0
    fetch(*asks, per_host__in_flight=32, in_flight=5)
    assert server.most_open == 5


def test_rate_is_kept(server):
    asks = [trusted(server.url(f"/ok?{i}")) for i in range(40)]
    fetch(*asks, per_host__rate=40)
    moments = [request.at for request in server.requests]
    assert 0.85 <= moments[-1] - moments[0] < 1.6
