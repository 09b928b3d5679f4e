"""Who waits for a host that is down or away, and who is given up. Numbers are those of
docs/architecture.md."""

import pytest
from fetch_engine import fetch, trusted
from hostile_server import HostileServer, silent
from name_server import name

DEAD = "http://127.0.0.1:9"  # nobody listens
FIRST_WINDOW = 2  # requests at once to a host that has not answered yet
MAY_WAIT = 16  # for a host that is down, with few http.in_flight
DOWN = {"in_flight": 16, "breaker__failures": 1, "breaker__open": 2000, "retry__attempts": 1}


def after_it_opened(count):
    return [trusted(f"{DEAD}/first")] + [trusted(f"{DEAD}/{i}", at_ms=500) for i in range(count)]


def test_a_few_wait_for_a_host_that_is_down_and_end_when_its_probe_fails():
    run = fetch(*after_it_opened(40), **DOWN)
    answers = run.answers[1:]
    at_once = [answer for answer in answers if answer["done_ms"] < 500]
    waited = [answer for answer in answers if 1000 < answer["done_ms"] < 2500]
    assert (len(at_once), len(waited)) == (40 - MAY_WAIT, MAY_WAIT)
    assert all("left alone" in answer["error"] for answer in at_once)
    assert sum("refused" in answer["error"] for answer in waited) == 1  # the probe
    assert sum("left alone" in answer["error"] for answer in waited) == MAY_WAIT - 1


def test_who_waits_for_a_host_that_is_down_is_given_up_for_others():
    run = fetch(*after_it_opened(MAY_WAIT), {"relieve": 1000, "at_ms": 1000}, **DOWN)
    relieved = run.answers.pop()
    assert relieved["waiting"] == 0
    assert all(answer["done_ms"] < 1000 for answer in run.answers)


REMEMBERED = 16384


def opened_again(others, failures):
    """Whether the second failure of a first host opens its breaker, after others have failed once."""
    url = "http://127.0.0.1:9"
    asks = [
        trusted(f"http://127.{1 + i // 65536}.{i // 256 % 256}.{i % 256}:9/", at_ms=500 + i // 8)
        for i in range(others)
    ]
    last = trusted(url, at_ms=others // 8 + 1500)
    run = fetch(
        trusted(url), *asks, last, retry__attempts=1, breaker__failures=failures,
        breaker__open=100,
    )  # fmt: skip
    assert run.outcomes() == ["error"] * (others + 2)
    return run.log.count("event=breaker_open host=127.0.0.1:9 ") == (2 if failures == 1 else 1)


def test_hosts_beyond_a_number_are_forgotten():
    assert opened_again(REMEMBERED - 300, failures=2)
    assert not opened_again(REMEMBERED + 300, failures=2)


def test_hosts_whose_breaker_has_opened_are_forgotten_too():
    assert not opened_again(REMEMBERED - 300, failures=1)
    assert opened_again(REMEMBERED + 1000, failures=1)


AWAY = {
    "pauses": "/status?code=429&retry_after=20",
    "is silent": "/silent?",
    "is slow": "/ok?delay=1.1",
}


@pytest.fixture
def hosts():
    with HostileServer("0.0.0.0") as server:
        yield server


def others_and(hosts, count, *asks, **more):
    """Requests for four other hosts before asks."""
    urls = [f"http://127.0.0.{2 + i % 4}:{hosts.port}/ok?{i}" for i in range(count)]
    settings = {"per_host__in_flight": 4, "deadline": 3500, "allow": f"127.0.0.0/8:{hosts.port}"}
    run = fetch(*urls, *asks, {"relieve": 10, "at_ms": 1700}, **settings, **more)
    assert run.outcomes()[:count] == ["ok"] * count
    return run.answers[count:-1], run.answers[-1]["waiting"]


@pytest.mark.parametrize("how", AWAY)
def test_a_host_that_is_away_holds_up_so_many_and_the_later_ones_end(hosts, how):
    asks = [f"http://127.0.0.1:{hosts.port}{AWAY[how]}&{i}" for i in range(40)]
    answers, waiting = others_and(hosts, 60, *asks)
    given_up = [answer for answer in answers if "too many wait" in answer["error"]]
    assert waiting == 10
    assert all(1000 < answer["done_ms"] < 2500 for answer in given_up)
    asked_before = 0 if how == "is silent" else FIRST_WINDOW
    assert len(given_up) == 40 - asked_before - waiting
    assert given_up == answers[-len(given_up) :]


@pytest.mark.parametrize("whose", ["that most requests are for", "of the operator"])
def test_a_host_is_waited_for(hosts, whose):
    operators = whose == "of the operator"
    url = f"http://127.0.0.1:{hosts.port}{AWAY['pauses']}"
    asks = [trusted(f"{url}&{i}") if operators else f"{url}&{i}" for i in range(40)]
    answers, waiting = others_and(hosts, 60 if operators else 20, *asks)
    assert waiting == 0
    assert [answer for answer in answers if "too many wait" in answer["error"]] == []


def last_of_ten(hosts, silent_count, **settings):
    """When the last of 2,000 answers of ten hosts came, beside so many hosts that are silent."""
    silent = [
        {"url": f"http://127.0.1.{1 + i % max(silent_count, 1)}:{hosts.port}/silent?{i}"}
        for i in range(silent_count * 20)
    ]
    living = [
        {"url": f"http://127.0.0.{1 + i % 10}:{hosts.port}/ok?{i}", "at_ms": 100 + i}
        for i in range(2000)
    ]
    settings |= {"deadline": 4000, "timeout": 60_000, "cache__size": 0}
    run = fetch(*silent, *living, allow=f"127.0.0.0/8:{hosts.port}", **settings)
    answers = run.answers[len(silent) :]
    assert {answer["outcome"] for answer in answers} == {"ok"}
    return max(answer["done_ms"] for answer in answers)


def test_forty_silent_hosts_of_fifty_leave_the_ten_their_throughput(hosts):
    """Of the ten beside nobody; the best of a few pairs, for the machine may be busy."""
    ratios = []
    for _ in range(4):
        ratios.append(last_of_ten(hosts, 0) / last_of_ten(hosts, 40))
        if ratios[-1] >= 0.9:
            return
    pytest.fail(f"throughput beside silent hosts: {ratios}")


def test_places_that_silent_hosts_hold_are_lent_to_others(hosts):
    """With more silent hosts than places."""
    assert last_of_ten(hosts, 20, in_flight=24) < 3500


def test_a_host_that_answers_is_not_away(hosts):
    asks = [f"http://127.0.0.1:{hosts.port}/ok?delay=0.5&{i}" for i in range(40)]
    answers, waiting = others_and(hosts, 60, *asks)
    assert waiting == 0
    assert [answer for answer in answers if "too many wait" in answer["error"]] == []


FAILS = {"retry__attempts": 1, "breaker__failures": 5, "per_host__in_flight": 1}


def told_of_breakers(run):
    lines = run.stats["metrics"].splitlines()
    return [line.split()[-1] for line in lines if line.startswith("byline_host_breaker_open{")]


def test_failures_of_urls_in_events_leave_the_operators_lookups_alone(server):
    evil = [server.url(f"/reset?{i}") for i in range(10)]
    good = [trusted(server.url(f"/ok?{i}"), at_ms=i * 50) for i in range(10)]
    good += [trusted(server.url(f"/ok?{i}"), at_ms=1000) for i in range(10, 20)]
    run = fetch(*evil, *good, allow=f"127.0.0.1:{server.port}", **FAILS)
    assert "left alone" in run.answers[9]["error"]
    assert run.outcomes()[10:] == ["ok"] * 20
    assert told_of_breakers(run) == ["1"]  # a line for the host, not for each of the two


def test_failures_of_https_leave_http_alone(server):
    evil = [trusted(server.url(f"/ok?{i}").replace("http:", "https:")) for i in range(10)]
    good = [trusted(server.url(f"/ok?{i}"), at_ms=1000) for i in range(10)]
    run = fetch(*evil, *good, connect_timeout=100, breaker__open=1000, **FAILS)
    assert "left alone" in run.answers[9]["error"]
    assert run.outcomes()[10:] == ["ok"] * 10


@pytest.mark.parametrize("known", [True, False])
def test_a_pause_that_an_event_met_holds_for_the_operators_lookups(server, known):
    asks = [
        {"url": server.url("/status?code=429&retry_after=2"), "at_ms": 200},
        trusted(server.url("/ok"), at_ms=600),
    ]
    if known:
        asks.append(trusted(server.url("/ok?before")))
    run = fetch(*asks, allow=f"127.0.0.1:{server.port}", retry__attempts=1)
    assert run.answers[1]["outcome"] == "ok"
    assert run.answers[1]["duration_ms"] > 1400
    assert told_of_breakers(run) == ["0"]


@pytest.mark.parametrize("first, last", [("a.test", "a.test."), ("a.test.", "a.test")])
def test_a_dot_behind_the_name_makes_no_other_host(server, first, last):
    """It is one host for pauses and limits; the server hears the name as it was written."""
    paused = f"http://{first}:{server.port}/status?code=429&retry_after=1"
    asks = [trusted(f"http://{last}:{server.port}/ok?delay=0.05&{i}", at_ms=300) for i in range(3)]
    run = fetch(
        trusted(paused), *asks, names={"a.test": name("127.0.0.1")}, retry__attempts=1,
        per_host__in_flight=1,
    )  # fmt: skip
    assert run.outcomes()[1:] == ["ok"] * 3
    assert min(answer["done_ms"] for answer in run.answers[1:]) > 600
    assert server.most_open == 1
    hosts = [request.headers["host"] for request in server.requests]
    assert hosts == [f"{first}:{server.port}"] + [f"{last}:{server.port}"] * 3


@pytest.mark.parametrize("shared", ["one URL", "one robots.txt"])
def test_who_shares_what_is_silent_is_given_up_one_by_one(hosts, shared):
    """The one request goes on for the first ones, the later ones end."""

    async def rules(x):
        away = x.request.headers["host"].startswith("127.0.0.1:")
        return await (silent(x) if away else x.answer(404))

    hosts.robots = rules
    robots = shared == "one robots.txt"
    url = f"http://127.0.0.1:{hosts.port}/silent"
    asks = [f"{url}?{i}" if robots else url for i in range(40)]
    answers, waiting = others_and(hosts, 60, *asks, robots="true" if robots else "false")
    ends = [
        "given up" if "too many wait" in answer["error"] and answer["done_ms"] < 2500
        else answer["outcome"] for answer in answers
    ]  # fmt: skip
    assert waiting == 10
    assert ends == ["timeout"] * 10 + ["given up"] * 30
    asked = [r for r in hosts.requests if r.headers["host"].startswith("127.0.0.1:")]
    assert len(asked) == 1
