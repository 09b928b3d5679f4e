"""Runs byline with one of its own allocations failing."""

import os
import random
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

# Named so in the programs that are linked in: librdkafka ends the process where it has no memory, and
# lexbor dies where a document cannot be made.
FOREIGN = ("rd_", "rdkafka", "lz4", "LZ4", "XXH", "ZSTD", "cnd_", "mtx_", "thrd_", "unittest", "lexbor_", "lxb_")


def nm(path):
    run = subprocess.run(["nm", "-S", "--defined-only", path], capture_output=True, check=True)
    return [line.split() for line in run.stdout.decode().splitlines()]


def own_functions(binary):
    """(first, end) of the program's functions that are not librdkafka's, ascending."""
    symbols = {
        (int(fields[0], 16), int(fields[1], 16), fields[3])
        for fields in nm(binary)
        if len(fields) == 4 and fields[2] in "tT"
    }
    return [
        (first, first + size)
        for first, size, name in sorted(symbols)
        if size and not name.startswith(FOREIGN)
    ]


@dataclass
class Outcome:
    status: int | None  # None: it did not end
    stdout: str
    stderr: str
    failed_at: list  # addresses whose allocation failed
    counted: int
    was_told: bool  # to end


class Torture:
    def __init__(self, binary, shim, folder, arguments, timeout_s=60):
        self.binary = Path(binary)
        self.shim = shim
        self.log = Path(folder) / "alloc.log"
        self.ranges = Path(folder) / "ranges"
        self.arguments = [str(argument) for argument in arguments]
        self.timeout_s = timeout_s
        self.ranges.write_text("".join("%x %x\n" % pair for pair in own_functions(binary)))

    def run(self, fail=0, after=False, until=None):
        """One run in which allocation number fail fails, and with after all later ones. It is told to end
        once until() holds."""
        self.log.unlink(missing_ok=True)
        environment = os.environ | {
            "LD_PRELOAD": str(self.shim),
            "ALLOC_RANGES": str(self.ranges),
            "ALLOC_LOG": str(self.log),
            "ALLOC_FAIL": str(fail),
        }
        if after:
            environment["ALLOC_AFTER"] = "1"
        child = subprocess.Popen(
            [str(self.binary), *self.arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + self.timeout_s
        status = out = err = None
        was_told = False
        while out is None:
            try:
                out, err = child.communicate(timeout=0.2)
                status = child.returncode
            except subprocess.TimeoutExpired:
                if time.monotonic() > deadline:
                    child.kill()
                    out, err = child.communicate()
                elif until and not was_told and until():
                    child.terminate()
                    was_told = True
        lines = [line.split() for line in self.log.read_text().splitlines()]
        return Outcome(
            status,
            out.decode(errors="replace"),
            err.decode(errors="replace"),
            [int(value, 16) for word, value in lines if word == "failed"],
            next((int(value, 16) for word, value in lines if word == "counted"), 0),
            was_told,
        )

    def where(self, outcome):
        """Functions and lines whose allocation failed, the first five."""
        addresses = [hex(address - 1) for address in outcome.failed_at[:5]]
        run = subprocess.run(
            ["addr2line", "-fse", str(self.binary), *addresses], capture_output=True, text=True
        )
        return " ".join(run.stdout.split())


def spread(total, wanted, seed=1):
    """wanted numbers of 1..total, all where there are no more; the first ones always."""
    if wanted >= total:
        return range(1, total + 1)
    return sorted({1, *random.Random(seed).sample(range(1, total + 1), wanted - 1)})


__all__ = ["Torture", "spread"]
