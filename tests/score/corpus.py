"""The corpus of pages. It is no part of the project: it lies beside it, in ../shared/corpus, or where
BYLINE_CORPUS says; where CI=true its absence is a failure."""

import fcntl
import json
import os
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = Path(os.environ.get("BYLINE_CORPUS") or ROOT.parent / "shared/corpus")
CACHE = os.environ.get("BYLINE_CACHE")
CACHE = Path(CACHE) if CACHE else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "byline"


class NoCorpus(Exception):
    """There is no corpus beside the project."""


def unpacked():
    """The folder with the corpus's pages, unpacked once for every state of the archive."""
    archive = CORPUS / "pages.tar.xz"
    if not archive.exists():
        raise NoCorpus(f"no corpus of pages in {CORPUS}")
    state = archive.stat()
    folder = CACHE / f"pages-{state.st_size}-{int(state.st_mtime)}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            with tarfile.open(archive) as tar:
                tar.extractall(folder)
            (folder / "whole").touch()
    return folder


def rows():
    """The corpus's pages as dictionaries, with "file" as the path and "url"."""
    folder = unpacked()
    with (CORPUS / "truth.jsonl").open(encoding="utf-8") as lines:
        return [{**row, "file": folder / row["page"]} for row in map(json.loads, lines)]
