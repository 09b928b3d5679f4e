"""Bodies of the hostile server that are encoded, or say so."""

import gzip
import zlib

from hostile_server import behaviour


@behaviour("/bomb")
async def bomb(x):
    """10 GB of zeros behind gzip, as one compressed MiB again and again."""
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(10_240):
        await x.send(packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))


def wrapped(layers):
    """A small text in so many gzip layers, and the header's value that says so."""
    body = b"wrapped"
    for _ in range(layers):
        body = gzip.compress(body)
    return body, ", ".join(["gzip"] * layers)


@behaviour("/stacked")
async def stacked(x):
    """`n` gzip layers around a small text."""
    body, names = wrapped(int(x.request.query("n")))
    return await x.answer(200, body, [f"Content-Encoding: {names}"])


@behaviour("/stacked-lines")
async def stacked_lines(x):
    """The same, one header line a layer."""
    return await x.answer(200, b"y", ["Content-Encoding: gzip"] * int(x.request.query("n")))


@behaviour("/nothing")
async def nothing(x):
    """gzip without end, of empty blocks: it decodes to nothing."""
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
    await x.send(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")
    while True:
        await x.send(b"\x00\x00\x00\xff\xff" * 10_000)


@behaviour("/transfer")
async def transfer(x):
    """A small text in `n` gzip layers, as transfer encodings."""
    body, names = wrapped(int(x.request.query("n")))
    head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: {names}\r\nConnection: close\r\n\r\n"
    await x.send(head.encode() + body)
    return False


@behaviour("/zstd")
async def zstd(x):
    """A frame of four bytes that wants a window of 128 MiB."""
    frame = b"\x28\xb5\x2f\xfd\x00\x88\x21\x00\x00wrap"
    return await x.answer(200, frame, ["Content-Encoding: zstd"])


@behaviour("/brotli")
async def brotli(x):
    """Some 400 bytes of which a decoder makes 500 MB."""
    head = bytes([0x5B, 0xFF, 0xFF, 0xBF, 0x00])
    return await x.answer(200, head + bytes(400), ["Content-Encoding: br"])


@behaviour("/cut-gzip")
async def cut_gzip(x):
    """The first `bytes` of a gzip body, announced as that (`length=1`) or ended by the connection."""
    body = gzip.compress(b"a page that goes on " * 20)[: int(x.request.query("bytes"))]
    if x.request.query("length") == "1":
        return await x.answer(200, body, ["Content-Encoding: gzip"])
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + body)
    return False


@behaviour("/bomb-of")
async def bomb_of(x):
    """A whole gzip bomb of `status`."""
    body = gzip.compress(bytes(64 << 20))
    return await x.answer(int(x.request.query("status")), body, ["Content-Encoding: gzip"])


@behaviour("/not-gzip")
async def not_gzip(x):
    return await x.answer(200, b"this is not gzip", ["Content-Encoding: gzip"])
