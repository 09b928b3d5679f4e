"""A TCP proxy before a broker that can hold back an EndTxn request, as a network does that delivers late.

    client --X   (its connection breaks, it sends EndTxn again on another)
              proxy: EndTxn held  ~~~~~~~~ later ~~~~~~~~> broker

It knows of Kafka's protocol what stands at the head of each request: length (4 bytes), API key (2),
version (2), correlation id (4), client id (2 bytes of length before it)."""

import socket
import struct
import threading
import time

METADATA, ADD_OFFSETS_TO_TXN, END_TXN = 3, 25, 26
HEAD = struct.Struct(">hhih")
CONCURRENT_TRANSACTIONS = 51
ERROR_AT = 12  # of an EndTxn answer (version 0 to 2): length, correlation id, throttle time


def read_frame(peer):
    """One message with its length before it; None at the connection's end."""
    data = b""
    wanted = 4
    while len(data) < wanted:
        try:
            part = peer.recv(wanted - len(data))
        except OSError:
            return None
        if not part:
            return None
        data += part
        if len(data) == 4:
            wanted = 4 + struct.unpack(">i", data)[0]
    return data


def without_brokers(frame):
    """An answer about metadata (version 9 and later), as of a cluster of which no broker is up: the
    brokers stand behind length, correlation id, tags and throttle time."""
    at = 4 + 4 + 1 + 4
    count, behind = frame[at] - 1, at + 1  # fewer than 127, as are the bytes of their names
    for _ in range(count):
        behind += 4
        behind += frame[behind] + 4  # host with its length, port
        behind += max(1, frame[behind]) + 1  # rack with its length, tags
    body = frame[4:at] + b"\x01" + frame[behind:]
    return struct.pack(">i", len(body)) + body


class Proxy:
    """Listens on `port` for the broker on `broker_port`; the broker has to advertise `port`. Only
    requests of clients named `client_id` are ever held or dropped."""

    def __init__(self, port, broker_port, client_id):
        self.broker_port, self.client_id = broker_port, client_id.encode()
        self.held = threading.Event()
        self.released = threading.Event()
        self.sprung = threading.Event()
        self.denies_brokers = False  # answers that there are none
        self._metadata = set()
        self._trap = self._awaited = None
        self.late_error = None  # the broker's answer to the late EndTxn
        self._held_at = self._frame = None
        self._holding = self._releasing_at_offsets = self._dropping = False
        self._listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def hold_next(self):
        """The next EndTxn stays here, and its connection breaks."""
        self.held.clear()
        self.released.clear()
        self._holding = True

    def release(self):
        """The broker gets what was held, on the connection that it knows."""
        self._held_at.sendall(self._frame)
        assert self.released.wait(10), "the broker does not answer the late EndTxn"

    def release_at_offsets(self):
        """As soon as the next transaction wants to add its offsets, its records written; nothing that
        the client sends from then on arrives."""
        self._releasing_at_offsets = True

    def at(self, api, answered, action):
        """Calls action() once: when the next request of this API is on its way to the broker, or when
        its answer is on its way back, which is dropped where the action returns True."""
        self.sprung.clear()
        self._trap = (api, answered, action)

    def pass_all(self):
        self._holding = self._releasing_at_offsets = self._dropping = False

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                broker = socket.create_connection(("127.0.0.1", self.broker_port))
            except OSError:
                if self._listener.fileno() < 0:
                    return
                client.close()
                continue
            for peer in (client, broker):
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._requests, args=(client, broker), daemon=True).start()
            threading.Thread(target=self._answers, args=(client, broker), daemon=True).start()

    def _requests(self, client, broker):
        while (frame := read_frame(client)) is not None:
            api, version, correlation_id, length = HEAD.unpack_from(frame, 4)
            ours = frame[4 + HEAD.size : 4 + HEAD.size + max(0, length)] == self.client_id
            if ours and api == METADATA and version >= 9:
                self._metadata.add((broker, correlation_id))
            if ours and api == END_TXN and self._holding:
                self._holding = False
                self._held_at, self._frame = broker, frame
                client.shutdown(socket.SHUT_RDWR)
                self.held.set()
                return
            if ours and api == ADD_OFFSETS_TO_TXN and self._releasing_at_offsets:
                self._releasing_at_offsets = False
                self._dropping = True
                self.release()
            if ours and self._dropping:
                continue
            if ours and self._trap and self._trap[0] == api:
                _, answered, action = self._trap
                self._trap = None
                if answered:
                    self._awaited = (broker, correlation_id, action)
                else:
                    action()
                    self.sprung.set()
            try:
                broker.sendall(frame)
            except OSError:
                break
        broker.close()

    def _answers(self, client, broker):
        while (frame := read_frame(broker)) is not None:
            if broker is self._held_at:
                (self.late_error,) = struct.unpack_from(">h", frame, ERROR_AT)
                if self.late_error == CONCURRENT_TRANSACTIONS:  # a moment later still
                    time.sleep(0.02)
                    broker.sendall(self._frame)
                else:
                    self.released.set()
                continue
            at = (broker, *struct.unpack_from(">i", frame, 4))
            if at in self._metadata:
                self._metadata.remove(at)
                if self.denies_brokers:
                    frame = without_brokers(frame)
            if self._awaited and self._awaited[:2] == at:
                is_dropped = self._awaited[2]() is True
                self._awaited = None
                self.sprung.set()
                if is_dropped:
                    continue
            try:
                client.sendall(frame)
            except OSError:
                break
        client.close()
