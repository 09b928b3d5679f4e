"""URLs from events reach public addresses and what http.allow opens, nothing else. The shim writes
down every TCP connect(2), so "refused" here also means that no packet was sent."""

import ipaddress
import socket
import struct
import threading
from urllib.parse import quote

import pytest
from fetch_engine import fetch, trusted
from hostile_server import HostileServer
from name_server import HANGS, name

RANGES4 = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
]  # fmt: skip
RANGES6 = [
    "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
    "2001:db8::/32", "2002::/16", "3fff::/20", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
]  # fmt: skip


def ends(network):
    network = ipaddress.ip_network(network)
    return {network[0], network[-1], network[len(range(min(network.num_addresses, 1000))) // 2]}


def forms4(address):
    """The ways in which a URL can write one IPv4 address."""
    a, b, c, d = address.packed
    number = int(address)
    return [
        f"{address}", f"{number}", f"0x{number:x}", f"0{number:o}", f"{a:#o}".replace("0o", "0")
        + f".{b}.{c}.{d}", f"0x{a:x}.0x{b:x}.{c}.{d}", f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}", f"{address}.", f"[::ffff:{address}]", f"[::{address}]",
        f"%{ord(str(a)[0]):x}{str(address)[1:]}", "".join(chr(0xFF10 + int(x)) if x != "." else x
        for x in str(address)),
    ]  # fmt: skip


HOSTS4 = [host for network in RANGES4 for address in ends(network) for host in forms4(address)]
HOSTS6 = [f"[{address}]" for network in RANGES6 for address in ends(network)]
ENDS4 = [str(min(ends(network))) for network in RANGES4]
NAMES = ENDS4 + [str(min(ends(network))) for network in RANGES6]
NAMES += [f"::ffff:{address}" for address in ENDS4] + [f"::{address}" for address in ENDS4[1:]]


def test_every_special_range_in_every_form_is_refused(tmp_path):
    assert len(HOSTS4) > 500
    run = fetch(
        *[f"http://{host}/" for host in HOSTS4 + HOSTS6],
        *[f"https://{host}/" for host in HOSTS6],
        log=tmp_path / "connects",
    )  # fmt: skip
    let_through = [a["final_url"] for a in run.answers if a["outcome"] != "refused"]
    assert let_through == []
    assert run.connects == []


def test_names_that_resolve_to_special_addresses_are_refused(tmp_path):
    names = {f"n{i}.test": name(address) for i, address in enumerate(NAMES)}
    run = fetch(*[f"http://{each}/" for each in names], names=names, log=tmp_path / "connects")
    assert run.outcomes() == ["refused"] * len(NAMES), run.answers
    assert all("refused: " in answer["error"] for answer in run.answers)
    assert run.connects == []


def test_redirects_to_special_addresses_are_refused(server, tmp_path):
    targets = [f"http://{host}/" for host in HOSTS4[::5] + HOSTS6]
    targets += ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/"]
    targets += [f"http://127.0.0.1:{server.port + 1}/", f"http://localhost:{server.port}/"]
    run = fetch(
        *[trusted(server.url(f"/redirect?to={quote(target)}")) for target in targets],
        log=tmp_path / "connects",
    )  # fmt: skip
    assert run.outcomes() == ["refused"] * len(targets)
    assert set(run.connects) == {f"127.0.0.1 {server.port}"}


def test_ports_other_than_80_and_443_are_refused(tmp_path):
    run = fetch(
        "http://93.184.215.14:22/", "http://93.184.215.14:8080/", "http://93.184.215.14:0/",
        log=tmp_path / "connects",
    )  # fmt: skip
    assert run.outcomes() == ["refused"] * 3
    assert "port other than 80 and 443" in run.answers[0]["error"]
    assert run.connects == []


def test_what_is_refused_takes_no_turn_at_its_host(server):
    """With one request a second to a host the last would be refused after minutes."""
    urls = [server.url(f"/ok?{i}") for i in range(50)]
    urls += [f"http://name.test:{server.port}/{i}" for i in range(50)]
    run = fetch(*urls, per_host__rate=1, deadline=20_000, names={"name.test": name("127.0.0.1")})
    assert run.outcomes() == ["refused"] * 100
    assert all("refused: " in answer["error"] for answer in run.answers)
    assert run.elapsed_s < 5


def test_a_name_that_changes_its_address_is_judged_at_each_connection(server, tmp_path):
    """The first look-up gives an allowed address, the second one 127.0.0.1 (DNS rebinding)."""
    with HostileServer("127.0.0.2") as outside:
        to = f"http://rebind.test:{server.port}/secret"
        run = fetch(
            f"http://rebind.test:{outside.port}/redirect?delay=2.2&to={quote(to)}",
            names={"rebind.test": [name("127.0.0.2", ttl=0), name("127.0.0.1", ttl=0)]},
            allow=[f"127.0.0.2/32:{outside.port}", f"127.0.0.2/32:{server.port}"],
            log=tmp_path / "connects",
        )
        assert run.outcomes() == ["refused"]
        assert "127.0.0.1" in run.answers[0]["error"]
        assert run.names.asked("rebind.test") == 2
        assert len(outside.requests) == 1
        assert server.connections == 0
        assert run.connects == [f"127.0.0.2 {outside.port}"]


def test_of_several_addresses_only_the_allowed_are_tried(server, tmp_path):
    run = fetch(
        f"http://mixed.test:{server.port}/ok",
        names={"mixed.test": name("127.0.0.9", "::1", "127.0.0.1", "10.0.0.1")},
        allow=f"127.0.0.1:{server.port}", log=tmp_path / "connects",
    )  # fmt: skip
    assert run.outcomes() == ["ok"]
    assert set(run.connects) == {f"127.0.0.1 {server.port}"}


def test_many_refused_addresses_take_little_time_from_an_allowed_one(server):
    addresses = [f"10.0.0.{i}" for i in range(1, 7)] + ["127.0.0.1"]
    """Also where a connection a moment before has left the addresses with libcurl."""
    url = f"http://mixed.test:{server.port}/last?"
    asks = [{"url": f"{url}{at_ms}", "at_ms": at_ms} for at_ms in (0, 1000)]
    run = fetch(*asks, names={"mixed.test": name(*addresses)}, allow=f"127.0.0.1:{server.port}")
    assert run.outcomes() == ["ok"] * 2
    assert max(answer["done_ms"] for answer in run.answers) < 1500


def test_a_connection_of_a_trusted_request_is_not_lent_to_an_untrusted_one(server):
    """By name, and with its port open to others: what no address could make right is refused before
    a connection is looked for."""
    url = f"http://a.test:{server.port}/ok?"
    run = fetch(
        trusted(f"{url}a"), {"url": f"{url}b", "at_ms": 200}, trusted(f"{url}c", at_ms=300),
        names={"a.test": name("127.0.0.1")}, allow=f"10.0.0.0/8:{server.port}",
    )  # fmt: skip
    assert run.outcomes() == ["ok", "refused", "ok"]
    assert (server.connections, len(server.requests)) == (1, 2)


@pytest.mark.parametrize("first, outcomes", [("", ["ok", "refused"]), (".", ["refused", "ok"])])
def test_a_name_that_is_allowed_is_not_the_one_with_a_dot(server, first, outcomes):
    """Without search domains it may be somebody else's; not on a connection that is open either."""
    last = "." if not first else ""
    run = fetch(
        f"http://a.test{first}:{server.port}/ok",
        {"url": f"http://a.test{last}:{server.port}/ok", "at_ms": 200},
        names={"a.test": name("127.0.0.1")},
        allow=[f"a.test:{server.port}", f"10.0.0.0/8:{server.port}"],
    )
    assert run.outcomes() == outcomes


def test_a_connection_that_is_reset_at_once_is_no_refused_address():
    """libcurl cannot tell the address of such a one."""

    def reset_all():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        port = listener.getsockname()[1]
        threading.Thread(target=reset_all, daemon=True).start()
        asks = [{"url": f"http://127.0.0.1:{port}/{i}", "at_ms": i // 20} for i in range(6000)]
        run = fetch(
            *asks, allow=f"127.0.0.1:{port}", retry__attempts=1, breaker__failures=0,
            per_host__in_flight=64,
        )  # fmt: skip
        listener.shutdown(socket.SHUT_RD)  # wakes who accepts
    assert set(run.outcomes()) == {"error"}


@pytest.mark.parametrize(
    "allow, host, outcome",
    [
        ("127.0.0.0/8:{port}", "127.0.0.1", "ok"),
        ("127.0.0.1:{port}", "127.0.0.1", "ok"),
        ("localhost:{port}", "localhost", "ok"),
        ("LOCALHOST:{port}", "LocalHost", "ok"),
        ("localhost:{port}", "127.0.0.1", "refused"),
        ("127.0.0.1", "127.0.0.1", "refused"),
        ("127.0.0.2:{port}", "127.0.0.1", "refused"),
        ("127.0.0.1:{port}", "[::ffff:127.0.0.1]", "ok"),
    ],
)
def test_allow_opens_what_it_names(server, allow, host, outcome):
    url = f"http://{host}:{server.port}/ok"
    run = fetch(url, allow=allow.format(port=server.port))
    assert run.outcomes() == [outcome]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_credentials_never_follow_to_another_host(server, code):
    with HostileServer("127.0.0.2") as other:
        run = fetch(
            trusted(
                server.url(f"/redirect?code={code}&to={other.url('/echo')}"),
                headers={"Authorization": "Bearer secret", "X-Api-Key": "secret"},
                accept="text/plain",
            ),
            allow=f"127.0.0.2:{other.port}",
        )
        assert run.outcomes() == ["ok"]
        assert "secret" not in run.answers[0]["body"]
        assert "accept: text/plain" in run.answers[0]["body"]


def test_credentials_follow_within_the_origin(server):
    run = fetch(trusted(server.url("/redirect?to=/echo"), headers={"X-Api-Key": "secret"}))
    assert "x-api-key: secret" in run.answers[0]["body"]


@pytest.mark.parametrize("code, method", [(301, "GET"), (302, "GET"), (303, "GET"),
                                          (307, "POST"), (308, "POST")])  # fmt: skip
def test_redirected_post(server, code, method):
    run = fetch(trusted(server.url(f"/redirect?code={code}&to=/echo"), post='{"q":"secret"}'))
    assert run.answers[0]["body"].startswith(method)
    assert ("secret" in run.answers[0]["body"]) == (method == "POST")
    with HostileServer("127.0.0.2") as other:
        run = fetch(
            trusted(server.url(f"/redirect?code={code}&to={other.url('/echo')}"), post="secret"),
            allow=f"127.0.0.2:{other.port}",
        )
        assert run.outcomes() == ["ok" if method == "GET" else "refused"]
        assert all("secret" not in request.body.decode() for request in other.requests)


@pytest.mark.parametrize("hops, outcome", [(3, "ok"), (4, "error")])
def test_at_most_three_redirects(server, hops, outcome):
    run = fetch(trusted(server.url(f"/hops?n={hops}")))
    assert run.outcomes() == [outcome]


def test_a_resolver_that_hangs_holds_up_only_its_own(server):
    run = fetch(
        {"url": "http://hang.test/"}, *[trusted(server.url(f"/ok?{i}")) for i in range(50)],
        names={"hang.test": HANGS}, connect_timeout=700, retry__attempts=1,
    )  # fmt: skip
    assert run.outcomes() == ["timeout"] + ["ok"] * 50
    assert "resolving hang.test" in run.answers[0]["error"]
    assert max(answer["done_ms"] for answer in run.answers[1:]) < 600
    assert run.elapsed_s < 3


def test_names_that_hang_take_no_threads_and_hold_up_nobody(server):
    names = {f"h{i}.test": HANGS for i in range(300)}
    run = fetch(
        *[f"http://{each}/" for each in names],
        *[trusted(server.url(f"/ok?{i}"), at_ms=1500) for i in range(10)],
        names=names, in_flight=1000, connect_timeout=200, retry__attempts=4, retry__backoff=1,
        deadline=2500,
    )  # fmt: skip
    assert run.stats["threads"] < 10
    assert run.outcomes() == ["timeout"] * 300 + ["ok"] * 10
    assert max(answer["done_ms"] for answer in run.answers[300:]) < 1000


def test_a_thousand_addresses_are_tried_within_the_connect_timeout(tmp_path):
    names = {"many.test": name(*(f"127.0.{i // 250}.{i % 250 + 1}" for i in range(1000)))}
    run = fetch(
        {"url": "http://many.test:9/", "trusted": True}, {"url": "http://many.test:80/"},
        names=names, connect_timeout=1500, retry__attempts=1, log=tmp_path / "connects",
    )  # fmt: skip
    assert run.outcomes() in (["error", "refused"], ["timeout", "refused"])
    assert run.elapsed_s < 3
    assert {line.split()[1] for line in run.connects} == {"9"}


def test_environment_proxies_are_ignored(server, monkeypatch):
    for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"]:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(trusted(server.url())).outcomes() == ["ok"]
