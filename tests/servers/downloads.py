"""Kafka and the registry, fetched once from Maven Central into the cache that ./dev uses.

Every file is compared with the SHA-256 pinned beside this module before it enters the cache, and a
folder enters the cache whole or not at all."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from .process import NotInstalled, find_program

HERE = Path(__file__).parent
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"

KAFKA = "kafka-4.3.1"
REGISTRY = "apicurio-registry-3.3.3"
REGISTRY_ARTIFACT = "io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all"


def cache():
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("BYLINE_CACHE") or Path(caches, "byline"), "servers")


def kafka_jars():
    """The folder of Kafka's jars, its command-line tools and its log back end."""
    return _fetched(KAFKA, _fetch_kafka)


def registry_home():
    """The folder of quarkus-run.jar."""
    return _fetched(REGISTRY, _fetch_registry)


def _fetched(name, fetch):
    folder = cache() / name
    with _locked(cache() / f"{name}.lock"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=cache()) as work:
                fetch(Path(work)).rename(folder)
    return folder


@contextlib.contextmanager
def _locked(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_kafka(work):
    jars = work / "jars"
    shutil.copy(HERE / f"{KAFKA}.pom.xml", work / "pom.xml")
    _maven(work, "copy-dependencies", f"-DoutputDirectory={jars}", "-DincludeScope=runtime")
    _check(jars, HERE / f"{KAFKA}.sha256")
    return jars


def _fetch_registry(work):
    _maven(work, "copy", f"-Dartifact={REGISTRY_ARTIFACT}", f"-DoutputDirectory={work / 'tar'}")
    _check(work / "tar", HERE / f"{REGISTRY}.sha256")
    with tarfile.open(next((work / "tar").iterdir())) as archive:
        archive.extractall(work / "unpacked")
    return next((work / "unpacked").rglob("quarkus-run.jar")).parent


def _maven(work, goal, *arguments):
    mvn = find_program("mvn", "maven")
    run = subprocess.run(
        [mvn, "-q", "-B", "-C", "-Dstyle.color=never", f"{DEPENDENCY_PLUGIN}:{goal}", *arguments],
        cwd=work,
        capture_output=True,
        text=True,
    )
    if run.returncode != 0:
        raise NotInstalled(f"Maven could not fetch {goal} {arguments}: {run.stdout[-1000:]}")


def _check(folder, sums):
    """Exactly the files of sums (lines as sha256sum prints them), with exactly their contents."""
    wanted = dict(reversed(line.split()) for line in sums.read_text().splitlines())
    found = {path.name: _sha256(path) for path in folder.iterdir()}
    wrong = sorted(name for name in wanted | found if wanted.get(name) != found.get(name))
    if wrong:
        raise RuntimeError(f"{sums.name}: files missing, changed or too many: {', '.join(wrong)}")


def _sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
