"""Names are asked of a name server, kept for their TTL, and only looked up for a new connection."""

from pathlib import Path

import pytest
from fetch_engine import fetch, trusted
from hostile_server import HostileServer
from name_server import AAAA, FAILS, HANGS, IS_NONE, A, name

HERE = name("127.0.0.1")
REMEMBERED = 4096


def ask(server, host, at_ms=0, path="/last"):
    """Of its own URL; without another path on a connection of its own."""
    return trusted(f"http://{host}:{server.port}{path}?{at_ms}", at_ms=at_ms)


@pytest.mark.parametrize(
    "entry, at_ms, look_ups",
    [
        (name("127.0.0.1", ttl=60), [0, 300, 1500, 2700], 1),
        (name("127.0.0.1", ttl=2), [0, 300, 900, 3500], 2),
        (name("127.0.0.1", ttl=0), [0, 300, 600, 2500], 2),
        (name("127.0.0.1", ttl=60, alias="b.test", alias_ttl=1), [0, 300, 2500], 2),
    ],
    ids=["a minute", "two seconds", "none, which is one second", "that of the alias"],
)
def test_a_name_is_asked_again_after_its_ttl_and_not_before(server, entry, at_ms, look_ups):
    run = fetch(*[ask(server, "a.test", at) for at in at_ms], names={"a.test": entry})
    assert run.outcomes() == ["ok"] * len(at_ms)
    assert server.connections == len(at_ms)
    assert run.names.asked("a.test") == look_ups
    assert run.names.asked("a.test", AAAA) == look_ups


def test_a_connection_that_is_used_again_needs_no_name(server):
    asks = [ask(server, "a.test", at, "/ok") for at in [0, 1500, 2700]]
    run = fetch(*asks, names={"a.test": name("127.0.0.1", ttl=0)})
    assert run.outcomes() == ["ok"] * 3
    assert server.connections == 1
    assert run.names.asked("a.test") == 1


def test_a_new_address_is_taken_after_the_ttl(server):
    with HostileServer("127.0.0.2", port=server.port) as moved:
        names = {"a.test": [name("127.0.0.1", ttl=1), name("127.0.0.2", ttl=1)]}
        run = fetch(*[ask(server, "a.test", at) for at in [0, 2500]], names=names)
        assert run.outcomes() == ["ok"] * 2
        assert (len(server.requests), len(moved.requests)) == (1, 1)


def test_many_who_need_a_name_ask_once(server):
    asks = [trusted(f"http://a.test:{server.port}/ok?{i}") for i in range(200)]
    run = fetch(*asks, names={"a.test": name("127.0.0.1", delay_s=0.1)}, per_host__in_flight=200)
    assert run.outcomes() == ["ok"] * 200
    assert run.names.asked("a.test") == 1


def test_a_server_that_says_nothing_about_ipv6_holds_nothing_up(server):
    names = {"a.test": name("127.0.0.1", silent_kind=AAAA)}
    run = fetch(ask(server, "a.test"), names=names, retry__attempts=1)
    assert run.outcomes() == ["ok"]
    assert run.answers[0]["done_ms"] < 1000


@pytest.mark.parametrize(
    "late", [{"slow_kind": A, "delay_s": 0.3}, {"lost_kind": A}], ids=["late", "lost once"]
)
def test_ipv4_is_waited_for(server, late):
    """Nothing listens on ::1, as where there is no way to IPv6 at all."""
    entry = name("127.0.0.1", "::1", ttl=300, **late)
    asks = [ask(server, "a.test", at) for at in (0, 3500)]
    run = fetch(*asks, names={"a.test": entry}, retry__attempts=1)
    assert run.outcomes() == ["ok"] * 2


def test_ipv6_alone_is_not_kept_where_ipv4_has_failed(server):
    names = {"a.test": [name("::1", ttl=300, silent_kind=A)] * 2 + [HERE]}  # c-ares asks twice
    asks = [ask(server, "a.test", at) for at in (0, 6000)]
    run = fetch(*asks, names=names, retry__attempts=1, connect_timeout=1500)
    assert run.outcomes() == ["error", "ok"]
    assert run.answers[0]["error"].startswith("connect to [::1]")


def test_that_there_is_no_such_name_is_believed_for_a_second(server):
    asks = [ask(server, "a.test", at) for at in [0, 300, 600, 1800]]
    run = fetch(*asks, names={"a.test": [IS_NONE, HERE]}, retry__attempts=1)
    assert run.outcomes() == ["error"] * 3 + ["ok"]
    error = f"host a.test:{server.port} could not be resolved: Domain name not found"
    assert run.answers[0]["error"] == error
    assert run.names.asked("a.test") == 2


def test_a_name_server_that_fails_is_asked_again_at_the_next_attempt(server):
    names = {"a.test": [FAILS] * 2 + [HERE]}  # c-ares itself asks twice
    run = fetch(ask(server, "a.test"), names=names, retry__backoff=1)
    assert run.outcomes() == ["ok"]
    assert run.answers[0]["attempts"] == 2


def test_an_answer_too_long_for_a_datagram_comes_over_tcp(server):
    addresses = [f"127.0.0.{i}" for i in range(1, 100)]
    run = fetch(ask(server, "a.test"), names={"a.test": name(*addresses)})
    assert run.outcomes() == ["ok"]
    assert run.names.asked("a.test", over="udp") == run.names.asked("a.test", over="tcp") == 1


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x81",
        b"\x81\x80" + b"\xff" * 8,  # four times 65,535 records, and none
        b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01" * 2,  # a name in itself
        b"\xff" * 500,
    ],
    ids=["half a header", "no records", "a loop", "all ones"],
)
def test_an_answer_that_is_garbage_is_none(server, garbage):
    names = {"a.test": name(garbage=garbage), "b.test": HERE}
    run = fetch(
        ask(server, "a.test"), ask(server, "b.test"), names=names, retry__attempts=1,
        connect_timeout=600,
    )  # fmt: skip
    assert run.outcomes()[0] in ["error", "timeout"]
    assert run.outcomes()[1] == "ok"
    assert run.elapsed_s < 3


@pytest.mark.parametrize("addresses", [["::1"], ["127.0.0.1", "::1"]])
def test_ipv6_is_spoken_where_ipv4_is_not(addresses):
    with HostileServer("::1") as server:
        run = fetch(ask(server, "a.test"), names={"a.test": name(*addresses)})
    assert run.outcomes() == ["ok"]


def names_of_this_machine():
    """One of those that its hosts file has beside localhost, where it has any."""
    lines = [line.split("#")[0].split() for line in Path("/etc/hosts").read_text().splitlines()]
    found = [name for line in lines if line[:1] == ["127.0.0.1"] for name in line[1:]]
    return [name for name in found if "localhost" not in name][:1]


@pytest.mark.parametrize("host", ["localhost", "a.localhost", *names_of_this_machine()])
def test_names_of_this_machine_are_asked_of_no_server(server, host):
    run = fetch(ask(server, host), names={})
    assert run.outcomes() == ["ok"]
    assert run.names.asked(host) == 0


def test_a_name_that_ends_with_a_dot_is_one(server):
    run = fetch(ask(server, "a.test."), names={"a.test": HERE})
    assert run.outcomes() == ["ok"]


def test_a_star_is_no_name(server):
    """libcurl would take its addresses for those of every name."""
    run = fetch(ask(server, "*"), names={"*": HERE})
    assert run.outcomes() == ["refused"]
    assert run.names.asked("*") == 0


def test_the_longest_known_of_too_many_names_are_forgotten(server, second_server):
    """Two are there; of the others the engine remembers that they are not. Hosts are asked in their
    turn, 256 at once, and another port is another host."""
    names = {each: name("127.0.0.1", ttl=300) for each in ["first.test", "last.test"]}
    others = [trusted(f"http://n{i}.test/") for i in range(REMEMBERED + 300)]
    run = fetch(
        ask(server, "first.test"), *others, ask(server, "last.test"),
        ask(second_server, "last.test"), ask(second_server, "first.test"),
        names=names, retry__attempts=1,
    )  # fmt: skip
    assert run.outcomes() == ["ok"] + ["error"] * len(others) + ["ok"] * 3
    assert run.names.asked("last.test") == 1
    assert run.names.asked("first.test") == 2


def test_without_descriptors_a_look_up_waits_for_one():
    """A hundred at once, and room for some of them."""
    names = {f"n{i}.test": name("127.0.0.1", delay_s=0.2) for i in range(100)}
    with HostileServer() as server:
        asks = [ask(server, each) for each in names]
        run = fetch(*asks, names=names, descriptors=80, retry__attempts=1)
    assert run.outcomes() == ["ok"] * 100
    assert {answer["attempts"] for answer in run.answers} == {1}
    assert "breaker_open" not in run.log


def test_a_look_up_ends_with_those_who_wait_for_it(server):
    asks = [ask(server, "a.test") | {"cancel_ms": 300}, ask(server, "a.test") | {"cancel_ms": 600}]
    run = fetch(*asks, ask(server, "b.test"), names={"a.test": HANGS, "b.test": HERE})
    assert run.outcomes() == ["CANCELLED"] * 2 + ["ok"]
    assert run.elapsed_s < 3
