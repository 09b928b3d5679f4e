"""The cache that replicas share: a help while Redis answers, and no burden while it does not. A run
of the driver is one worker; Redis is the real one."""

import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fetch_engine import fetch, trusted

from servers.needed import needed
from servers.process import wait_until
from servers.redis import Redis

READY_MS = 400  # by then a worker has found its Redis
LATE_MS = 50  # what one lookup may lose to Redis


@pytest.fixture
def redis(tmp_path):
    with Redis(tmp_path / "redis") as server:
        yield needed(server.start)


def worker(redis, *asks, **settings):
    """One worker's run; what it stores has gone out before it ends."""
    url = settings.pop("url", None) or redis.url
    end = max(ask["at_ms"] for ask in asks) + 200
    last = trusted("http://127.0.0.1:1/", at_ms=end)
    run = fetch(*asks, last, cache__redis=url, retry__attempts=1, **settings)
    run.answers.pop()
    return run


def ask(server, path, at_ms=READY_MS, **more):
    return trusted(server.url(path), at_ms=at_ms, **more)


def counted(run):
    found = re.findall(r'^byline_redis_requests_total\{result="(\w+)"\} (\d+)$',
                       run.stats["metrics"], re.MULTILINE)  # fmt: skip
    return {name: int(number) for name, number in found}


def at(seconds, action):
    threading.Timer(seconds, action).start()


def test_a_new_worker_is_warm_from_another(server, redis):
    asks = [ask(server, f"/cached?id={i}") for i in range(100)]
    first = worker(redis, *asks)
    assert len(server.requests) == 100
    second = worker(redis, *asks)
    assert len(server.requests) == 100
    assert [a["body"] for a in second.answers] == [a["body"] for a in first.answers]
    assert all(a["from_cache"] and a["attempts"] == 0 for a in second.answers)
    assert second.cache["hit"] == 100
    assert counted(second)["hit"] == 100


def test_a_thousand_events_ask_it_once(server, redis):
    asks = [ask(server, "/cached?delay=0.1") for _ in range(1000)]
    assert len({a["body"] for a in worker(redis, *asks).answers}) == 1
    run = worker(redis, *asks)
    assert len(server.requests) == 1
    assert counted(run)["hit"] == 1
    assert run.cache["joined"] + run.cache["hit"] == 1000


def test_what_it_holds_is_enough_to_confirm_it(server, redis):
    path = "/cached?control=max-age%3D0&validate=1"
    worker(redis, ask(server, path))
    run = worker(redis, ask(server, path))
    assert [(a["status"], a["body"]) for a in run.answers] == [(304, "answer 1")]
    assert server.requests[-1].headers["if-none-match"] == '"one"'


def test_it_stands_in_for_a_host_that_fails(server, redis):
    worker(redis, ask(server, "/cached"), cache__ttl=100)
    server.down = True
    (answer,) = worker(redis, ask(server, "/cached"), cache__ttl=100).answers
    assert (answer["outcome"], answer["body"]) == ("ok", "answer 1")
    assert answer["error"] == "stale answer served: HTTP status 503"


def test_negative_answers_are_shared(server, redis):
    worker(redis, ask(server, "/none"))
    run = worker(redis, ask(server, "/none"))
    assert [(a["outcome"], a["from_cache"]) for a in run.answers] == [("not_found", True)]
    assert run.cache["negative"] == 1
    assert len(server.asked("/none")) == 1


def test_names_tell_nothing_and_everything_ends(server, redis):
    worker(
        redis,
        ask(server, "/cached?token=hush", headers={"Authorization": "Bearer hush"}),
        ask(server, "/cached?control=no-store"),
        ask(server, "/declared?bytes=600000"),
    )
    (name,) = redis.ask("KEYS", "*")
    assert re.fullmatch(rb"byline:1:[0-9a-f]{64}", name)
    assert 0 < int(redis.ask("PTTL", name)[0]) <= (600 + 3600) * 1000
    assert b"Bearer" not in b"\n".join(redis.ask("GET", name))


def test_workers_that_ask_otherwise_do_not_share(server, redis):
    worker(redis, ask(server, "/cached"))
    worker(redis, ask(server, "/cached", headers={"Authorization": "Bearer other"}))
    worker(redis, ask(server, "/cached"), user_agent="another")
    worker(redis, ask(server, "/cached"), allow="10.0.0.0/8")
    assert len(server.requests) == 4
    assert len(redis.ask("KEYS", "*")) == 4


def test_an_event_never_gets_what_it_has_of_a_private_host(server, redis):
    worker(redis, ask(server, "/cached"))
    run = worker(redis, {**ask(server, "/cached"), "trusted": False})
    assert run.outcomes() == ["refused"]
    assert counted(run)["hit"] == 0


def test_the_readers_ttl_holds(server, redis):
    worker(redis, ask(server, "/cached"), cache__ttl=600_000)
    run = worker(redis, ask(server, "/cached"), cache__ttl=100)
    assert [a["from_cache"] for a in run.answers] == [False]


def swapped(redis, names):
    redis.ask("RENAME", names[0], "between")
    redis.ask("RENAME", names[1], names[0])
    redis.ask("RENAME", "between", names[1])


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda redis, names: [redis.ask("SET", n, "junk") for n in names], id="junk"),
        pytest.param(
            lambda redis, names: [redis.ask("APPEND", n, "x") for n in names], id="longer"
        ),
        pytest.param(
            lambda redis, names: [redis.ask("SETRANGE", n, "0", "\x02") for n in names],
            id="another version",
        ),
        pytest.param(swapped, id="each other's"),
        pytest.param(
            lambda redis, names: [redis.ask("SETRANGE", n, "600000", "x") for n in names],
            id="too large",
        ),
    ],
)
def test_nothing_is_believed(server, redis, damage):
    asks = [ask(server, f"/cached?id={i}", READY_MS + 100 * i) for i in range(2)]
    worker(redis, *asks)
    damage(redis, redis.ask("KEYS", "*"))
    run = worker(redis, *asks)
    assert [a["body"] for a in run.answers] == ["answer 3", "answer 4"]
    assert counted(run)["unreadable"] == 2
    assert counted(run)["hit"] == 0


def test_a_list_in_a_values_place_is_no_answer(server, redis):
    worker(redis, ask(server, "/cached"))
    (name,) = redis.ask("KEYS", "*")
    redis.ask("DEL", name)
    redis.ask("RPUSH", name, "a", "b")
    assert worker(redis, ask(server, "/cached")).outcomes() == ["ok"]
    assert len(server.requests) == 2


def stream(server, seconds=2, every_ms=5):
    """A new URL every few milliseconds."""
    return [ask(server, f"/ok?id={ms}", ms) for ms in range(0, seconds * 1000, every_ms)]


def assert_went_on(run, asks):
    """Everything was answered, and next to nothing waited; machines are slow at times."""
    assert run.outcomes() == ["ok"] * len(asks)
    slow = [a for a in run.answers if a["duration_ms"] >= LATE_MS]
    assert len(slow) <= len(asks) * 0.1
    assert max(a["duration_ms"] for a in run.answers) < 1000
    assert run.finished[-1]["done_ms"] < 5000


def test_down_at_start_it_is_not_missed(server, redis):
    redis.kill()
    asks = stream(server, seconds=3)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(worker, redis, *asks)
        wait_until(lambda: len(server.requests) > 100, 20, "a worker without Redis")
        redis.start()
        run = running.result()
    assert_went_on(run, asks)
    assert counted(run)["skipped"] > 50
    assert counted(run)["miss"] > 50  # it came, and was found
    assert int(redis.ask("DBSIZE")[0]) > 50


def test_killed_it_is_not_missed(server, redis):
    asks = stream(server)
    at(0.8, redis.kill)
    run = worker(redis, *asks)
    assert_went_on(run, asks)
    assert counted(run)["miss"] > 50
    assert counted(run)["skipped"] > 100
    assert "byline_redis_up 0" in run.stats["metrics"]


def test_stopped_it_is_left_alone_until_it_answers(server, redis):
    asks = stream(server, seconds=3)
    at(1, redis.pause)
    at(1.8, redis.resume)
    run = worker(redis, *asks)
    assert_went_on(run, asks)
    counts = counted(run)
    assert 3 <= counts["late"] <= 60  # those that it held, and no more
    assert counts["skipped"] > 50
    assert "byline_redis_up 1" in run.stats["metrics"]


def test_stopped_for_good_it_costs_a_worker_nothing(server, redis):
    redis.pause()
    asks = stream(server)
    run = worker(redis, *asks)
    assert_went_on(run, asks)
    assert counted(run) == {"hit": 0, "late": 0, "miss": 0, "skipped": len(asks) + 1, "unreadable": 0}


def test_a_password_opens_it_and_is_never_shown(server, tmp_path):
    with Redis(tmp_path / "locked", password="hush%2fhush") as locked:
        needed(locked.start)
        for url in (locked.url, locked.url.replace("%", "%25")):
            run = worker(locked, ask(server, "/cached"), url=url)
            assert run.outcomes() == ["ok"]
            assert "hush" not in run.log
        assert len(locked.ask("KEYS", "*")) == 1  # the second one was the right one


class NoRedis:
    """Answers the first PING, and each GETRANGE with what it was given."""

    def __init__(self, *reply):
        self.reply = reply
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                while asked := connection.recv(65536):
                    for _ in range(asked.count(b"PING")):
                        connection.sendall(b"+PONG\r\n")
                    for part in self.reply * asked.count(b"GETRANGE"):
                        connection.sendall(part)
            except OSError:
                pass


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        pytest.param([b"$2\r\nok\r\n" * 2], "a reply that nobody asked for", id="two texts"),
        pytest.param([b":1\r\n" * 2], "a reply that nobody asked for", id="two numbers"),
        pytest.param([b"$-1\r\n" * 2], "a reply that nobody asked for", id="two times nothing"),
        pytest.param([b"-ERR no\r\n" * 2], "ERR no", id="two errors"),
        pytest.param([b"*1\r\n" * 20], "a reply is a list", id="lists in lists"),
        pytest.param([b"*9999999\r\n", *[b":1\r\n" * 99999] * 99], "a reply is a list", id="list"),
        pytest.param(
            [b"$536870912\r\n", *[bytes(1 << 20)] * 512], "a reply is too long", id="512 MB"
        ),
        pytest.param([b"+", *[b"x" * (1 << 20)] * 512], "a reply is too long", id="a long line"),
        pytest.param([b"HTTP/1.1 400 Bad Request\r\n"], "Protocol error", id="another protocol"),
    ],
)
def test_what_is_no_redis_ends_its_connection_and_nothing_else(server, reply, reason):
    asks = [ask(server, f"/ok?{i}", READY_MS * (i + 1)) for i in range(2)]
    other = NoRedis(*reply)
    with other.listening:
        run = worker(None, *asks, url=other.url)
    assert run.outcomes() == ["ok"] * 2
    assert max(a["duration_ms"] for a in run.answers) < 500
    assert f"event=redis_down host=127.0.0.1 port={other.url.rpartition(':')[2]}" in run.log
    assert reason in run.log
    assert run.stats["peak_rss_kib"] < 24_000
