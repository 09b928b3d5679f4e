"""What happens on kept connections, and on those that are made while their host asks for a pause."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time

import pytest
import trustme
from fetch_engine import fetch, trusted
from hostile_server import HostileServer, behaviour

AUTHORITY = trustme.CA()

# What a server sends 50 ms after its answer.
UNASKED = {
    "the rest of a body": b"<p>the rest of the page</p>\r\n" * 20,
    "an answer": b"HTTP/1.1 200 x\r\nContent-Length: 6\r\n\r\nPOISON",
    "a redirect": b"HTTP/1.1 302 x\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:9/\r\n\r\n",
    "a pause": b"HTTP/1.1 429 x\r\nContent-Length: 0\r\nRetry-After: 2\r\n\r\n",
}


@behaviour("/more-later")
async def more_later(x):
    await x.answer(200, b"asked for")
    await asyncio.sleep(0.05)
    await x.send(UNASKED[x.request.query("what").replace("-", " ")])
    return True


@behaviour("/next")
async def the_next(x):
    return await x.answer(200, b"the next one")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("what", UNASKED)
def test_bytes_that_nobody_asked_for_answer_no_other_request(scheme, what, tmp_path):
    tls, authority = None, tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(authority)
    if scheme == "https":
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        AUTHORITY.issue_cert("127.0.0.1").configure_cert(tls)
    with HostileServer(tls=tls) as server:
        run = fetch(
            trusted(server.url(f"/more-later?what={what.replace(' ', '-')}")),
            trusted(server.url("/next"), at_ms=300),
            ca=authority,
        )  # fmt: skip
        bodies = [(answer["outcome"], answer["body"], answer["attempts"]) for answer in run.answers]
        assert bodies == [("ok", "asked for", 1), ("ok", "the next one", 1)]
        assert server.connections == 2


@contextlib.contextmanager
def slow_handshakes(tls):
    """The first connection is answered 429 with Retry-After: 2 at once; the handshakes of the others take
    0.6 s, and 200 is their answer. Yields the port and when requests came."""
    listener, asked = socket.create_server(("127.0.0.1", 0), backlog=128), []

    def serve(plain, number):
        with contextlib.suppress(OSError):
            if number > 0:
                time.sleep(0.6)
            connection = tls.wrap_socket(plain, server_side=True)
            while connection.recv(65536):
                asked.append(time.monotonic())
                status, more = ("429", "Retry-After: 2\r\n") if len(asked) == 1 else ("200", "")
                head = f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n{more}\r\n"
                connection.sendall(head.encode())

    def accept():
        with contextlib.suppress(OSError):
            for number in range(1000):
                plain = listener.accept()[0]
                threading.Thread(target=serve, args=(plain, number), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1], asked
    finally:
        listener.close()


def test_a_request_whose_connection_is_made_during_a_pause_waits(tmp_path):
    authority = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(authority)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(tls)
    with slow_handshakes(tls) as (port, asked):
        urls = [trusted(f"https://127.0.0.1:{port}/{number}") for number in range(12)]
        run = fetch(*urls, ca=authority)
        assert run.outcomes() == ["ok"] * 12
        assert sum(answer["attempts"] for answer in run.answers) == 13  # one for the 429
        assert len(asked) == 13
        assert asked[1] - asked[0] >= 2


@pytest.mark.parametrize("post, sent", [(False, 2), (True, 1)])
def test_what_libcurl_sends_again_is_bounded(server, post, sent):
    """Six idle connections that end when they are used again: a GET goes out once more by itself, a POST
    does not."""
    idle = [trusted(server.url(f"/slow-once?n={number}")) for number in range(6)]
    more = {"post": "{}"} if post else {}
    run = fetch(*idle, trusted(server.url("/dies"), at_ms=600, **more), retry__attempts=1)
    assert run.outcomes()[:6] == ["ok"] * 6
    assert len(server.asked("/dies")) == sent
    assert run.answers[6]["outcome"] == "error"


@behaviour("/slow-once")
async def slow_once(x):
    await asyncio.sleep(0.2)
    return await x.answer(200, b"y")


@behaviour("/dies")
async def dies(x):
    return False
