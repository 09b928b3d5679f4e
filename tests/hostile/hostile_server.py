"""A local HTTP server that misbehaves on request: the path names the fault.

Written on bare sockets, because every well-behaved server library refuses to do these things. It
runs on a thread of its own; `requests` is what it was asked, in order.
"""

import asyncio
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

BEHAVIOURS = {}


def behaviour(path):
    def register(function):
        BEHAVIOURS[path] = function
        return function

    return register


@dataclass
class Request:
    method: str
    target: str
    headers: dict
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def path(self):
        return urlsplit(self.target).path

    def query(self, name, default=""):
        return parse_qs(urlsplit(self.target).query).get(name, [default])[0]


class HostileServer:
    def __init__(self, address="127.0.0.1", tls=None, port=0):
        self.address, self.tls, self.port = address, tls, port
        self.requests = []
        self.connections = 0
        self.bytes_sent = 0
        self.etag = '"one"'
        self.down = False
        self.robots = None  # what /robots.txt says: a text, a behaviour, None is a 404
        self.open_now = self.most_open = 0  # requests being answered
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def url(self, path="/ok", scheme=None):
        return f"{scheme or ('https' if self.tls else 'http')}://{self.address}:{self.port}{path}"

    def asked(self, path):
        return [request for request in self.requests if request.path == path]

    def _run(self):
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)

        async def start():
            server = await asyncio.start_server(
                self._serve, self.address, self.port, ssl=self.tls, backlog=1024
            )
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()

        self._loop.run_until_complete(start())
        self._loop.run_forever()
        self._loop.run_until_complete(self._end_all())
        self._loop.close()

    async def _end_all(self):
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            while request := await self._read(reader):
                self.requests.append(request)
                self.open_now += 1
                self.most_open = max(self.most_open, self.open_now)
                try:
                    answer = BEHAVIOURS.get(request.path, not_found)
                    if self.down:
                        answer = unavailable
                    keep = await answer(Exchange(self, request, writer))
                    await writer.drain()
                finally:
                    self.open_now -= 1
                if not keep:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            writer.close()

    async def _read(self, reader):
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Request(method, target, headers, body)


@dataclass
class Exchange:
    server: HostileServer
    request: Request
    writer: asyncio.StreamWriter

    async def send(self, data):
        self.writer.write(data)
        self.server.bytes_sent += len(data)
        await self.writer.drain()

    async def answer(self, status=200, body=b"", headers=(), reason="x"):
        lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}", *headers]
        await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return True

    async def drip(self, data, pause_s=1.0):
        for byte in data:
            await self.send(bytes([byte]))
            await asyncio.sleep(pause_s)

    def reset(self):
        self.writer.transport.abort()


async def not_found(x):
    return await x.answer(404, b"no such fault")


async def unavailable(x):
    return await x.answer(503, b"down")


@behaviour("/ok")
async def ok(x):
    await asyncio.sleep(float(x.request.query("delay", "0")))
    return await x.answer(200, b"fine", ["Content-Type: text/plain"])


@behaviour("/sized")
async def sized(x):
    """?bytes=N: a body of so many."""
    return await x.answer(200, b"b" * int(x.request.query("bytes")))


@behaviour("/last")
async def last(x):
    """Nothing more comes on this connection."""
    await x.answer(200, b"fine", ["Content-Type: text/plain", "Connection: close"])
    return False


@behaviour("/robots.txt")
async def robots(x):
    if x.server.robots is None:
        return await not_found(x)
    if callable(x.server.robots):
        return await x.server.robots(x)
    return await x.answer(200, x.server.robots.encode(), ["Content-Type: text/plain"])


@behaviour("/echo")
async def echo(x):
    lines = [f"{name}: {value}" for name, value in sorted(x.request.headers.items())]
    text = "\n".join([x.request.method, *lines, "", x.request.body.decode()])
    return await x.answer(200, text.encode(), ["Content-Type: text/plain"])


@behaviour("/status")
async def status(x):
    headers = [f"Retry-After: {after}"] if (after := x.request.query("retry_after")) else []
    return await x.answer(int(x.request.query("code")), b"as asked", headers)


@behaviour("/recovers")
async def recovers(x):
    """Fails `fails` times, then answers."""
    if len(x.server.asked("/recovers")) <= int(x.request.query("fails", "1")):
        after = x.request.query("retry_after")
        headers = [f"Retry-After: {after}"] if after else []
        return await x.answer(int(x.request.query("code", "503")), b"not yet", headers)
    return await x.answer(200, b"recovered")


@behaviour("/busy")
async def busy(x):
    """429 with Retry-After: 2 to the first request, and to whatever comes before those are over."""
    since = x.request.at - x.server.asked("/busy")[0].at
    if since < 1.9:
        return await x.answer(429, b"slow down", ["Retry-After: 2"])
    return await x.answer(200, b"fine")


# --- slow and broken answers


@behaviour("/drip-headers")
async def drip_headers(x):
    await x.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Long: " + b"y" * 600)


@behaviour("/drip-body")
async def drip_body(x):
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n")
    await x.drip(b"y" * 600)


@behaviour("/silent")
async def silent(x):
    await asyncio.sleep(600)


@behaviour("/reset")
async def reset(x):
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"y" * 500)
    await asyncio.sleep(0.05)
    x.reset()


@behaviour("/cut-headers")
async def cut_headers(x):
    """Ends before the empty line, and before Content-Length."""
    status = x.request.query("status", "200")
    await x.send(f"HTTP/1.1 {status} x\r\nLocation: /ok\r\nX-More: y\r\n".encode())
    return False


@behaviour("/cut-304")
async def cut_304(x):
    """`bytes` with an ETag; at the second request a 304 that is cut off within its headers, by a
    reset."""
    if [request.target for request in x.server.requests].count(x.request.target) == 2:
        await x.send(b"HTTP/1.1 304 Not Modified\r\nETag: \"one\"\r\n")
        await asyncio.sleep(0.02)
        x.reset()
        return False
    return await x.answer(200, b"y" * int(x.request.query("bytes")), ['ETag: "one"'])


@behaviour("/no-answer")
async def no_answer(x):
    return False


@behaviour("/short")
async def short(x):
    """Content-Length says more than comes."""
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
    return False


@behaviour("/cut-chunks")
async def cut_chunks(x):
    await x.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n")
    return False


@behaviour("/two-lengths")
async def two_lengths(x):
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nonly this")
    return False


@behaviour("/length")
async def length(x):
    """Content-Length is `is`, nine bytes come; in chunks where `chunks` is set."""
    body = b"only this"
    if x.request.query("chunks"):
        body = b"Transfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n0\r\n\r\n"
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {x.request.query('is')}\r\n"
    await x.send(head.encode() + (body if x.request.query("chunks") else b"\r\n" + body))
    return False


@behaviour("/status-line-again")
async def status_line_again(x):
    """A header that looks like a status line, between two headers called `name`."""
    name, value = x.request.query("name"), x.request.query("value")
    await x.send(f"HTTP/1.1 200 OK\r\n{name}: {value}\r\nHTTP/x: y\r\n{name}: 9\r\n\r\n".encode())
    await x.send(b"only this")
    return False


@behaviour("/part")
async def part(x):
    return await x.answer(206, b"only", ["Content-Range: bytes 0-3/100"])


@behaviour("/trailers")
async def trailers(x):
    lines = [b"HTTP/1.1 302 Found", b"Transfer-Encoding: chunked", b"", b"0"]
    await x.send(b"\r\n".join([*lines, b"X-Sum: 1", b"Location: /ok", b"", b""]))
    return True


@behaviour("/garbage")
async def garbage(x):
    await x.send(b"SSH-2.0-OpenSSH_9.2\r\n")
    return False


# --- redirects


@behaviour("/loop")
async def loop(x):
    return await x.answer(302, b"", ["Location: /loop"])


@behaviour("/redirect")
async def redirect(x):
    await asyncio.sleep(float(x.request.query("delay", "0")))
    code = int(x.request.query("code", "302"))
    return await x.answer(code, b"", [f"Location: {x.request.query('to')}"])


@behaviour("/hops")
async def hops(x):
    left = int(x.request.query("n"))
    if left == 0:
        return await x.answer(200, b"arrived")
    return await x.answer(301, b"", [f"Location: ?n={left - 1}"])


# --- too much


@behaviour("/endless")
async def endless(x):
    await x.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await x.send(b"10000\r\n" + b"y" * 65536 + b"\r\n")


@behaviour("/extensions")
async def extensions(x):
    """Chunks with an extension without end, or with a long one before each byte of the body."""
    status = x.request.query("status", "200")
    await x.send(f"HTTP/1.1 {status} x\r\nTransfer-Encoding: chunked\r\n\r\n1".encode())
    part = {
        "one": b";" + b"x" * 65536,
        "each": b";" + b"x" * 15000 + b"\r\na\r\n1",
        "spaces": b" " * 65536,
    }[x.request.query("kind")]
    while True:
        await x.send(part)


@behaviour("/endless-error")
async def endless_error(x):
    await x.send(b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await x.send(b"10000\r\n" + b"y" * 65536 + b"\r\n")


@behaviour("/declared")
async def declared(x):
    """As large as asked, and says so."""
    return await x.answer(200, b"y" * int(x.request.query("bytes")))


@behaviour("/blank-length")
async def blank_length(x):
    """Less than it announces, with a blank behind the header's name."""
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Length : 100\r\nConnection: close\r\n\r\nshort")
    return False


@behaviour("/huge-headers")
async def huge_headers(x):
    return await x.answer(200, b"y", [f"X-{i}: " + "y" * 1000 for i in range(1000)])


@behaviour("/one-header")
async def one_header(x):
    return await x.answer(200, b"y", ["X-Long: " + "y" * 1_000_000])


@behaviour("/cookies")
async def cookies(x):
    return await x.answer(200, b"y", [f"Set-Cookie: c{i}=1" for i in range(10_000)])


@behaviour("/continues")
async def continues(x):
    """Interim answers without end."""
    while True:
        await x.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n")


# --- caching


@behaviour("/cached")
async def cached(x):
    """Cache-Control as asked for; an ETag where `validate` is set, a 304 without any header where
    `bare` is as well."""
    headers = []
    if control := x.request.query("control"):
        headers.append(f"Cache-Control: {control}")
    if vary := x.request.query("vary"):
        headers.append(f"Vary: {vary}")
    if x.request.query("validate"):
        headers.append(f"ETag: {x.server.etag}")
        if x.request.headers.get("if-none-match") == x.server.etag:
            lines = ["HTTP/1.1 304 Not Modified", *([] if x.request.query("bare") else headers)]
            await x.send("\r\n".join(lines).encode() + b"\r\n\r\n")
            return True
    await asyncio.sleep(float(x.request.query("delay", "0")))
    body = f"answer {len(x.server.asked('/cached'))}".encode()
    return await x.answer(200, body, headers)
