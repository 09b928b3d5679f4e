"""A DNS server on 127.0.0.1 that answers from a table, well or badly, and counts what it is asked."""

import ipaddress
import socket
import struct
import threading
import time
from collections import defaultdict
from dataclasses import dataclass

A, CNAME, AAAA = 1, 5, 28
NO_ERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
UDP_BYTES = 512


@dataclass(frozen=True)
class Name:
    """What a look-up finds."""

    addresses: tuple = ()
    ttl: int = 60
    delay_s: float = 0
    code: int = NO_ERROR
    alias: str = ""  # an A or AAAA behind a CNAME whose TTL is alias_ttl
    alias_ttl: int = 60
    silent: bool = False
    silent_kind: int = 0  # to questions of this type alone
    lost_kind: int = 0  # the first answer to such a question
    slow_kind: int = 0  # delay_s is for such questions alone
    garbage: bytes = b""  # behind the question's own id


def name(*addresses, **more):
    return Name(addresses, **more)


HANGS = Name(silent=True)
IS_NONE = Name(code=NXDOMAIN)
FAILS = Name(code=SERVFAIL)


def labels(text):
    parts = [part.encode() for part in text.rstrip(".").split(".")]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def read_question(query):
    """The name, its type, and where the question ends."""
    at, parts = 12, []
    while query[at]:
        parts.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    kind = struct.unpack_from("!H", query, at + 1)[0]
    return ".".join(parts).lower(), kind, at + 5


def record(owner, kind, ttl, data):
    return owner + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def make_answer(query, found, kind, end, most_bytes):
    if found.garbage:
        return query[:2] + found.garbage
    records, owner = [], b"\xc0\x0c"
    if found.alias:
        records.append(record(owner, CNAME, found.alias_ttl, labels(found.alias)))
        owner = labels(found.alias)
    for address in map(ipaddress.ip_address, found.addresses):
        if kind == (A if address.version == 4 else AAAA):
            records.append(record(owner, kind, found.ttl, address.packed))
    flags, body = 0x8180 | found.code, b"".join(records)
    if end + len(body) > most_bytes:
        flags, records, body = flags | 0x0200, [], b""  # truncated
    header = query[:2] + struct.pack("!HHHHH", flags, 1, len(records), 0, 0)
    return header + query[12:end] + body


class NameServer:
    """names: each name's look-up, or a list of them: look-up n gets the n-th, the last again and
    again. Other names do not exist."""

    def __init__(self, names):
        self._names = {
            key: value if isinstance(value, list) else [value] for key, value in names.items()
        }
        self._asked = defaultdict(list)
        self._over = False
        self._lock = threading.Lock()

    def _bind(self):
        """One port for both; False where somebody else has it for UDP."""
        self._tcp = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._udp.bind(("127.0.0.1", self.port))
        except OSError:
            self._tcp.close()
            self._udp.close()
            return False
        return True

    def __enter__(self):
        assert any(self._bind() for _ in range(20))
        self._udp.settimeout(0.05)  # so that it sees when it is over
        self._udp_thread = threading.Thread(target=self._serve_udp, daemon=True)
        self._udp_thread.start()
        threading.Thread(target=self._serve_tcp, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._over = True
        self._tcp.shutdown(socket.SHUT_RD)  # wakes who accepts
        self._tcp.close()
        self._udp_thread.join(5)
        self._udp.close()

    def asked(self, text, kind=A, over=None):
        """How often, over "udp", "tcp" or either; a question that is sent again counts again."""
        with self._lock:
            return sum(k == kind and over in (None, how) for k, how in self._asked[text])

    def _answer(self, query, how):
        text, kind, end = read_question(query)
        with self._lock:
            earlier = self._asked[text].count((kind, how))
            self._asked[text].append((kind, how))
        groups = self._names.get(text, [IS_NONE])
        found = groups[min(earlier, len(groups) - 1)]
        if found.silent or found.silent_kind == kind or (found.lost_kind == kind and not earlier):
            return None, 0
        most_bytes = UDP_BYTES if how == "udp" else 65535
        delay_s = found.delay_s if found.slow_kind in (0, kind) else 0
        return make_answer(query, found, kind, end, most_bytes), delay_s

    def _serve_udp(self):
        while not self._over:
            try:
                query, sender = self._udp.recvfrom(2048)
            except TimeoutError:
                continue
            except OSError:
                return
            answer, delay_s = self._answer(query, "udp")
            if answer and delay_s:
                threading.Timer(delay_s, self._send, (answer, sender)).start()
            elif answer:
                self._send(answer, sender)

    def _send(self, answer, sender):
        try:
            self._udp.sendto(answer, sender)
        except OSError:
            pass  # the test is over

    def _serve_tcp(self):
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def _serve_one(self, connection):
        with connection, connection.makefile("rwb") as stream:
            while length := stream.read(2):
                query = stream.read(struct.unpack("!H", length)[0])
                answer, delay_s = self._answer(query, "tcp")
                if not answer:
                    continue
                time.sleep(delay_s)
                stream.write(struct.pack("!H", len(answer)) + answer)
                stream.flush()
