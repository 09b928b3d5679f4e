"""HTTP/2 frames without end that carry nothing: no connection holds the loop."""

import resource
import socket
import ssl
import threading
from contextlib import ExitStack, contextmanager

import pytest
import trustme
from fetch_engine import fetch, trusted

AUTHORITY = trustme.CA()
PREFACE_BYTES = 24
HEADERS, SETTINGS, DATA, WINDOW_UPDATE = 1, 4, 0, 8
STATUS_200 = b"\x88"  # of HPACK's static table


def frame(kind, flags, stream, payload=b""):
    return (
        len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
    )


# flood: what comes first, what comes without end; for a stream
FLOODS = {
    "empty DATA": lambda n: (frame(HEADERS, 4, n, STATUS_200), frame(DATA, 0, n)),
    "WINDOW_UPDATE": lambda n: (b"", frame(WINDOW_UPDATE, 0, n, b"\0\0\0\1")),
}


def flood(connection, kind):
    def receive(size):
        data = b""
        while len(data) < size:
            data += connection.recv(size - len(data)) or b"\0" * size  # the end: nonsense, dropped
        return data[:size]

    receive(PREFACE_BYTES)
    connection.sendall(frame(SETTINGS, 0, 0))
    while True:
        head = receive(9)
        payload = receive(int.from_bytes(head[:3], "big"))
        if head[3] == SETTINGS and not head[4]:
            connection.sendall(frame(SETTINGS, 1, 0))
        if head[3] == HEADERS:
            break
        assert payload or head[3] == SETTINGS
    first, endless = FLOODS[kind](int.from_bytes(head[5:], "big"))
    connection.sendall(first)
    while True:
        connection.sendall(endless * 20_000)


def context_of_floods():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2"])
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    return context


@contextmanager
def flooding_host(kind):
    context = context_of_floods()

    def serve(listener):
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as tls:
                    flood(tls, kind)
            except (OSError, AssertionError):
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.fixture
def flooding(request):
    with flooding_host(request.param) as url:
        yield url


@pytest.mark.parametrize("flooding", FLOODS, indirect=True)
def test_a_flood_of_frames_leaves_other_hosts_alone(server, flooding, tmp_path):
    AUTHORITY.cert_pem.write_to_path(tmp_path / "authority.pem")
    good = [trusted(server.url(f"/ok?{n}"), at_ms=n * 50) for n in range(80)]
    run = fetch(
        trusted(flooding, at_ms=200), *good, ca=tmp_path / "authority.pem", retry__attempts=1,
        timeout=10_000,
    )  # fmt: skip
    answer = run.answers[0]
    assert (answer["outcome"], answer["body_bytes"]) == ("error", 0)
    assert "more frames than" in answer["error"]
    moments = [request.at for request in server.requests]
    gaps = [b - a for a, b in zip(moments, moments[1:], strict=False)]
    assert max(gaps) < 3  # 7 to 12 s without an end; this server shares the processors
    assert run.outcomes()[1:] == ["ok"] * 80


def test_those_that_flood_after_another_have_less_time(server, tmp_path):
    AUTHORITY.cert_pem.write_to_path(tmp_path / "authority.pem")
    with ExitStack() as stack:
        urls = [stack.enter_context(flooding_host("empty DATA")) for _ in range(24)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run = fetch(
            *[trusted(url, at_ms=200) for url in urls], ca=tmp_path / "authority.pem",
            retry__attempts=1, timeout=10_000,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run.outcomes() == ["error"] * 24
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent_s < 1  # 1.5 to 2.2 s where each has 100 ms, 0.4 to 0.5 s now
