"""http.robots: pages of events are asked for only where their host's robots.txt allows it."""

import pytest
from fetch_engine import fetch, trusted
from hostile_server import HostileServer, endless, silent


def ask(server, *paths, **settings):
    urls = [server.url(path) for path in paths]
    return fetch(*urls, robots="true", allow=f"127.0.0.1:{server.port}", **settings)


def test_what_is_forbidden_is_not_asked_for(server):
    server.robots = "User-agent: *\nDisallow: /ok\n"
    run = ask(server, "/ok", "/echo")
    assert run.outcomes() == ["blocked", "ok"]
    assert "robots.txt" in run.answers[0]["error"]
    assert [r.path for r in server.requests] == ["/robots.txt", "/echo"]


def test_one_file_serves_all_pages_of_a_host(server):
    server.robots = "User-agent: byline\nDisallow: /private\n"
    run = ask(server, *(f"/ok?{n}" for n in range(100)))
    assert run.outcomes() == ["ok"] * 100
    assert len(server.asked("/robots.txt")) == 1


LARGE = "User-agent: *\nDisallow: /ok\n" + ("#" + "x" * 98 + "\n") * 12_000


@pytest.mark.parametrize("max_body", [1024, 1 << 20])
def test_of_a_large_file_the_first_half_megabyte_counts(server, max_body):
    server.robots = LARGE + "Disallow: /echo\n"
    run = ask(server, "/ok", "/echo", max_body=max_body)
    assert run.outcomes() == ["blocked", "ok"]


def test_half_a_megabyte_of_rules_for_us_is_obeyed(server):
    rules = "".join(f"Disallow: /no/{n:05}\n" for n in range(25_000))
    server.robots = f"User-agent: *\n{rules}Disallow: /echo\n"
    run = ask(server, "/ok", "/echo", "/no/24999")
    assert run.outcomes() == ["ok", "blocked", "blocked"]


@pytest.mark.parametrize("line", ["# comment", "User-agent: other\nDisallow: /"])
def test_large_files_of_others_do_not_push_a_host_out(line):
    """Twelve hosts with half a megabyte each, 5 pages of each in turn; the first has no file."""

    async def robots(x):
        if x.request.headers["host"].startswith("127.0.0.1:"):
            return await x.answer(404)
        text = "User-agent: *\nDisallow: /no\n" + f"{line}\n" * (500_000 // len(line))
        return await x.answer(200, text.encode())

    with HostileServer("0.0.0.0") as hosts:
        hosts.robots = robots
        pages = [
            {"url": f"http://127.0.0.{host}:{hosts.port}/ok?{n}", "at_ms": n * 300 + host * 10}
            for n in range(5)
            for host in range(1, 13)
        ]
        run = fetch(*pages, robots="true", allow=f"127.0.0.0/8:{hosts.port}")
        assert run.outcomes() == ["ok"] * 60
        assert len(hosts.asked("/robots.txt")) == 12


def test_rules_for_the_user_agent_that_is_sent_are_obeyed(server):
    server.robots = "User-agent: AcmeBot\nDisallow: /ok\n\nUser-agent: byline\nDisallow: /echo\n"
    run = ask(server, "/ok", "/echo", user_agent="AcmeBot/1.0 (+https://acme.test)")
    assert run.outcomes() == ["blocked", "ok"]


def test_a_file_without_end_is_read_for_a_while(server):
    server.robots = endless
    assert ask(server, "/ok").outcomes() == ["ok"]
    assert server.bytes_sent < 16 << 20


@pytest.mark.parametrize(("hops", "outcome"), [(5, "blocked"), (6, "error")])
def test_five_redirects_of_the_file_are_followed(server, hops, outcome):
    async def robots(x):
        left = int(x.request.query("n", str(hops)))
        if left == 0:
            return await x.answer(200, b"User-agent: *\nDisallow: /ok\n")
        return await x.answer(302, b"", [f"Location: /robots.txt?n={left - 1}"])

    server.robots = robots
    assert ask(server, "/ok", max_redirects=1).outcomes() == [outcome]


@pytest.mark.parametrize(
    ("status", "headers", "settings"),
    [
        pytest.param(200, [], {"cache__size": 0}, id="no cache"),
        pytest.param(200, [], {"cache__ttl": 1}, id="a cache for a moment"),
        pytest.param(200, ["Cache-Control: no-store"], {}, id="no-store"),
        pytest.param(404, [], {"cache__size": 0}, id="no file, no cache"),
        pytest.param(403, [], {}, id="a file that is not shown"),
    ],
)
def test_the_file_is_kept_whatever_is_said(server, status, headers, settings):
    server.robots = lambda x: x.answer(status, b"User-agent: *\nAllow: /\n", headers)
    pages = [{"url": server.url(f"/ok?{n}"), "at_ms": n * 30} for n in range(10)]
    run = fetch(*pages, robots="true", allow=f"127.0.0.1:{server.port}", **settings)
    assert run.outcomes() == ["ok"] * 10
    assert len(server.asked("/robots.txt")) == 1


def test_an_event_that_asks_for_the_file_gets_it_whole(server):
    server.robots = LARGE
    run = ask(server, "/ok", "/robots.txt", max_body=2 << 20)
    assert [a["body_bytes"] for a in run.answers] == [0, len(LARGE)]


def test_without_the_file_everything_is_allowed(server):
    assert ask(server, "/ok").outcomes() == ["ok"]


def test_a_host_that_cannot_be_asked_for_it_is_not_asked_for_pages(server):
    server.down = True
    run = ask(server, "/ok", retry__attempts=1)
    assert run.outcomes() == ["error"]
    assert run.answers[0]["error"].startswith("robots.txt: ")
    assert not server.asked("/ok")


def test_hosts_of_the_configuration_are_asked_without_it(server):
    server.robots = "User-agent: *\nDisallow: /\n"
    assert fetch(trusted(server.url("/ok")), robots="true").outcomes() == ["ok"]
    assert not server.asked("/robots.txt")


def test_it_is_not_asked_for_unless_wanted(server):
    server.robots = "User-agent: *\nDisallow: /\n"
    run = fetch(server.url("/ok"), allow=f"127.0.0.1:{server.port}")
    assert run.outcomes() == ["ok"]
    assert not server.asked("/robots.txt")


def test_where_it_is_redirected_to_is_asked_too(server):
    server.robots = "User-agent: *\nDisallow: /echo\n"
    run = ask(server, "/redirect?to=/echo", "/redirect?to=/ok")
    assert run.outcomes() == ["blocked", "ok"]
    assert "robots.txt" in run.answers[0]["error"]
    assert run.answers[0]["final_url"] == server.url("/echo")
    assert not server.asked("/echo")
    assert len(server.asked("/robots.txt")) == 1


def test_the_rules_of_another_host_are_its_own(server, second_server):
    second_server.robots = "User-agent: *\nDisallow: /echo\n"
    to = second_server.url
    run = fetch(
        server.url(f"/redirect?to={to('/echo')}"),
        server.url(f"/redirect?to={to('/ok')}"),
        robots="true",
        allow=[f"127.0.0.1:{server.port}", f"127.0.0.1:{second_server.port}"],
    )
    assert run.outcomes() == ["blocked", "ok"]
    assert [len(s.asked("/robots.txt")) for s in (server, second_server)] == [1, 1]
    assert not second_server.asked("/echo")


def test_robots_txt_may_be_redirected_itself(server, second_server):
    second_server.robots = "User-agent: *\nDisallow: /\n"
    location = f"Location: {second_server.url('/robots.txt')}"
    server.robots = lambda x: x.answer(301, b"", [location])
    allow = [f"127.0.0.1:{server.port}", f"127.0.0.1:{second_server.port}"]
    assert fetch(server.url("/ok"), robots="true", allow=allow).outcomes() == ["blocked"]
    assert len(second_server.asked("/robots.txt")) == 1


def test_rules_that_never_come_end_at_the_deadline(server):
    server.robots = silent
    run = ask(server, "/ok", "/echo", deadline="500ms", retry__attempts=1)
    assert run.outcomes() == ["timeout"] * 2
    assert not server.asked("/ok")
