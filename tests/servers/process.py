"""A server as a child process: its folder, its log, its life."""

import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

POLL_S = 0.02
SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)

# Below Linux's ephemeral ports (32768 and up), so that no outgoing connection of a test takes the
# port of a server that is down for the moment.
PORTS = range(20_000, 30_000)


class ServerFailed(AssertionError):
    """The server ended or did not get ready; the message has the end of its log."""


class NotInstalled(RuntimeError):
    """A program that a server needs is not on this machine; the message says what installs it."""


def find_program(name, package):
    """The path of a program, also where only root's PATH would find it."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    found = shutil.which(name, path=path)
    if found is None:
        raise NotInstalled(f"{name} is missing; apt-get install {package}")
    return found


def free_port():
    """A TCP port on 127.0.0.1 that nobody listens on."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


def wait_until(holds, timeout_s, what):
    """Returns the first true value of holds(), or fails with `what` after timeout_s."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s} s: {what}")
        time.sleep(POLL_S)


def accepts_connections(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _die_with_parent():
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


class Server:
    """One child process. Subclasses give command() and is_ready(); start() may follow any end, on
    the same ports and folder, so a restart finds its data again."""

    name = "server"
    start_timeout_s = 60
    stop_timeout_s = 30

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / f"{self.name}.log"
        self.child = None

    def command(self):
        raise NotImplementedError

    def is_ready(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def launch(self):
        """Starts the process without waiting for it to be ready. The log is appended to."""
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
            )
        return self

    def start(self):
        self.launch()
        return self.wait_ready()

    def wait_ready(self, timeout_s=None):
        wait_until(self._ready_or_dead, timeout_s or self.start_timeout_s, f"{self.name} is ready")
        return self

    def _ready_or_dead(self):
        if self.child.poll() is not None:
            raise ServerFailed(
                f"{self.name} ended with {self.child.returncode}:\n{self.log_text()[-3000:]}"
            )
        return self.is_ready()

    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def signal(self, number):
        os.kill(self.child.pid, number)

    def wait(self, timeout_s=None):
        """The exit status; negative is the signal that ended it."""
        return self.child.wait(timeout_s or self.stop_timeout_s)

    def terminate(self):
        """SIGTERM, then its exit status."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        """kill -9, as a machine that loses its power."""
        self.signal(signal.SIGKILL)
        self.wait()

    def pause(self):
        """Stops without a word, as a machine that is swapping: connections stay open."""
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def stop(self):
        """Ends it however it stands; for fixtures."""
        if not self.is_running():
            return
        self.resume()
        self.signal(signal.SIGTERM)
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.kill()

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
