"""The drivers of this folder and the real registry."""

import subprocess

import pytest

from servers.needed import needed
from servers.registry import Registry


@pytest.fixture(scope="session")
def driver(binary):
    """Runs a driver that was built with the binary; gives the finished process."""
    folder = binary.parent.parent / "tests/avro"

    def run(name, *arguments, stdin=b""):
        if not (folder / name).exists():
            pytest.fail(f"{folder / name} is not built: ./dev build")
        return subprocess.run(
            [str(folder / name), *map(str, arguments)], input=stdin, capture_output=True, timeout=60
        )

    return run


@pytest.fixture(scope="session")
def registry(tmp_path_factory):
    with Registry(tmp_path_factory.mktemp("registry")) as server:
        yield needed(server.start)
