"""What all tests share: the binary under test and our own article."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BINARIES = [ROOT / "build" / preset / "worker/byline" for preset in ("release", "dev")]
COMMAND_TIMEOUT_S = 60


@pytest.fixture(scope="session")
def binary():
    """$BYLINE, else the newest that was built."""
    if chosen := os.environ.get("BYLINE"):
        return Path(chosen).resolve()
    built = [path for path in BINARIES if path.exists()]
    if not built:
        pytest.fail("no byline to test: build it (./dev build) or name it in BYLINE")
    return max(built, key=lambda path: path.stat().st_mtime)


@pytest.fixture(scope="session")
def byline(binary):
    """Runs the binary: byline("version") gives the finished process with its output as text."""

    def run(*arguments, stdin=b"", timeout_s=COMMAND_TIMEOUT_S):
        run = subprocess.run(
            [str(binary), *map(str, arguments)],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            timeout=timeout_s,
        )
        run.stdout, run.stderr = run.stdout.decode(), run.stderr.decode()
        return run

    return run


@pytest.fixture(scope="session")
def article():
    """The path of a plain-text article of our own, date and author first, then its title."""
    return ROOT / "tests/articles/mira-halvorsen-2023-03-11.txt"


@pytest.fixture(scope="session")
def schema_text():
    return (ROOT / "schemas/enriched-article.avsc").read_text()
