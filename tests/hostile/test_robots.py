"""http.robots: pages of events are asked for only where their host's robots.txt allows it."""

from fetch_engine import fetch, trusted


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
