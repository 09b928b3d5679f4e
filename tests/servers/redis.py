"""Redis as the cache that replicas share."""

import subprocess

from .process import Server, accepts_connections, find_program, free_port


class Redis(Server):
    name = "redis"

    def __init__(self, folder, password=""):
        super().__init__(folder)
        self.port = free_port()
        self.password = password

    @property
    def url(self):
        credentials = f":{self.password}@" if self.password else ""
        return f"redis://{credentials}127.0.0.1:{self.port}"

    def command(self):
        lock = ["--requirepass", self.password] if self.password else []
        return [
            find_program("redis-server", "redis-server"),
            "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no",
            *lock,
        ]  # fmt: skip

    def is_ready(self):
        return accepts_connections(self.port)

    def ask(self, *words):
        """The lines of its answer to one command, as bytes."""
        login = ["--no-auth-warning", "-a", self.password] if self.password else []
        client = find_program("redis-cli", "redis-tools")
        run = subprocess.run(
            [client, "-p", str(self.port), *login, *words],
            capture_output=True, timeout=10, check=True,
        )  # fmt: skip
        return run.stdout.splitlines()
