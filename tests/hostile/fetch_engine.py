"""Runs the fetch engine's driver and reads its answers."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from resource import RLIMIT_NOFILE, setrlimit

from name_server import NameServer

ROOT = Path(__file__).resolve().parents[2]
CACHE_RESULTS = ["hit", "miss", "stale", "negative", "joined"]


def built(name):
    """The newest build of a program of this folder, beside the worker under test if $BYLINE is."""
    if worker := os.environ.get("BYLINE"):
        beside = Path(worker).resolve().parents[1] / "tests/hostile" / name
        if beside.exists():
            return beside
    found = list(ROOT.glob(f"build/*/tests/hostile/{name}"))
    assert found, f"{name} is not built"
    return max(found, key=lambda path: path.stat().st_mtime)


@dataclass
class Run:
    answers: list  # in the order of the requests
    finished: list  # the same in the order of their ends
    stats: dict
    elapsed_s: float
    connects: list  # "ADDRESS PORT" of every TCP connect(2) but to names; only with log
    names: NameServer  # only with names
    log: str  # standard error

    @property
    def cache(self):
        return dict(zip(CACHE_RESULTS, self.stats["cache"], strict=True))

    def outcomes(self):
        return [answer["outcome"] for answer in self.answers]


def fetch(*asks, names=None, log=None, timeout_s=60, descriptors=None, **settings):
    """Each ask is a URL or a dict as fetch_driver takes them. A setting's "__" stands for a dot;
    a list is given entry by entry. names are those that the only name server knows; log preloads
    the shim; descriptors is how many it may have."""
    if names is not None:
        with NameServer(names) as server:
            settings["name_servers"] = f"127.0.0.1:{server.port}"
            run = fetch(*asks, log=log, timeout_s=timeout_s, descriptors=descriptors, **settings)
            run.connects = [to for to in run.connects if to != f"127.0.0.1 {server.port}"]
            run.names = server
            return run
    arguments = []
    for key, value in settings.items():
        for item in value if isinstance(value, list) else [value]:
            arguments.append(f"{key.replace('__', '.')}={item}")
    asks = [ask if isinstance(ask, dict) else {"url": ask} for ask in asks]
    environment = dict(os.environ)
    if log is not None:
        environment["LD_PRELOAD"] = str(built("libnetwork_shim.so"))
        environment["SHIM_LOG"] = str(log)
    started = time.monotonic()
    done = subprocess.run(
        [str(built("fetch_driver")), *arguments],
        input="".join(json.dumps(ask) + "\n" for ask in asks),
        capture_output=True, text=True, timeout=timeout_s, env=environment,
        preexec_fn=descriptors and (lambda: setrlimit(RLIMIT_NOFILE, (descriptors, descriptors))),
    )  # fmt: skip
    elapsed_s = time.monotonic() - started
    assert done.returncode == 0, done.stderr or done.returncode
    *finished, stats = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(finished) == len(asks)
    connects = log.read_text().splitlines() if log and log.exists() else []
    answers = sorted(finished, key=lambda answer: answer["request"])
    return Run(answers, finished, stats, elapsed_s, connects, None, done.stderr)


def trusted(url, **more):
    return {"url": url, "trusted": True, **more}
