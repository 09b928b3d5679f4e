"""Name, connection, TLS, first byte and body: each has a limit of its own, and says so."""

import socket
from contextlib import ExitStack, contextmanager

import pytest
from fetch_engine import fetch, trusted
from hostile_server import HostileServer
from name_server import HANGS, name

LIMIT_MS = 600  # of each phase of a connection
ONCE = {"retry__attempts": 1, "connect_timeout": LIMIT_MS, "deadline": 20_000}


@contextmanager
def unconnectable(address="127.0.0.1", port=0):
    """A port that leaves SYNs unanswered: nobody accepts, and the queue is full."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        # Some connection of before may still have the port, which no listener has.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(0)
        port = listening.getsockname()[1]
        for _ in range(4):
            filling = stack.enter_context(socket.socket())
            filling.setblocking(False)
            filling.connect_ex((address, port))
        yield port


@contextmanager
def speechless():
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening.getsockname()[1]


def one(url, least_s, most_s, **settings):
    run = fetch(trusted(url), **(ONCE | settings))
    answer = run.answers[0]
    assert least_s * 1000 <= answer["done_ms"] < most_s * 1000, answer
    return answer


def timed_out(words, *arguments, **settings):
    answer = one(*arguments, **settings)
    assert answer["outcome"] == "timeout", answer
    assert words in answer["error"], answer
    return answer


def test_a_silent_resolver():
    timed_out("s resolving hang.test", "http://hang.test/", 0.6, 1, names={"hang.test": HANGS})


def test_an_unanswered_syn():
    with unconnectable() as port:
        timed_out(f"s connecting to 127.0.0.1:{port}", f"http://127.0.0.1:{port}/", 0.6, 1.1)


def test_a_silent_handshake():
    with speechless() as port:
        timed_out("s in the TLS handshake with", f"https://127.0.0.1:{port}/", 0.6, 1.1)


def test_no_first_byte(server):
    timed_out("s waiting for the first byte", server.url("/silent"), 0.4, 0.9, timeout=800)


def test_a_dripping_body(server):
    timed_out("s reading the answer", server.url("/drip-body"), 0.8, 1.3, timeout=800)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_slow_name_takes_nothing_from_the_connection(scheme):
    """Half a limit for the name, then a whole one for what comes next."""
    with unconnectable() if scheme == "http" else speechless() as port:
        words = "connecting to" if scheme == "http" else "TLS handshake"
        url = f"{scheme}://slow.test:{port}/"
        timed_out(words, url, 0.9, 1.6, names={"slow.test": name("127.0.0.1", delay_s=0.3)})


def test_a_slow_name_and_a_dead_first_address_leave_time_for_the_second():
    with HostileServer("127.0.0.2") as server, unconnectable("127.0.0.1", server.port):
        url = f"http://slow.test:{server.port}/ok"
        names = {"slow.test": name("127.0.0.1", "127.0.0.2", delay_s=0.6)}
        answer = one(url, 1.0, 2.2, names=names, connect_timeout=1000)
        assert answer["outcome"] == "ok"


def test_a_slow_connection_takes_nothing_from_the_answer(server):
    url = f"http://slow.test:{server.port}/ok?delay=0.35"
    names = {"slow.test": name("127.0.0.1", delay_s=0.3)}
    answer = one(url, 0.6, 1.5, names=names, timeout=1000)
    assert answer["outcome"] == "ok"


def test_who_waits_for_the_handshake_of_another_is_not_left_waiting():
    """libcurl lets one exchange at a time try, and keeps to no time of the others."""
    with speechless() as port:
        asks = [trusted(f"https://127.0.0.1:{port}/{i}") for i in range(2)]
        run = fetch(*asks, **(ONCE | {"connect_timeout": 3000, "timeout": 1000}))
    assert run.outcomes() == ["timeout"] * 2
    tries, waits = run.answers
    assert "TLS handshake" in tries["error"]
    assert "waiting for a connection" in waits["error"]
    assert 1000 <= waits["done_ms"] < 2000


def test_a_timeout_on_a_connection_that_was_used_before_is_one(server):
    """Of an event's URL: its address is judged again, and was not refused."""
    asks = [server.url("/ok"), {"url": server.url("/silent"), "at_ms": 300}]
    allow = f"127.0.0.1:{server.port}"
    run = fetch(*asks, **(ONCE | {"timeout": 400, "allow": allow, "breaker__failures": 1}))
    assert run.outcomes() == ["ok", "timeout"]
    assert server.connections == 1
    assert "waiting for the first byte" in run.answers[1]["error"]
    assert "event=breaker_open" in run.log
