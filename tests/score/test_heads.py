"""What byline's parser sees in a page's head is what html5lib sees: the title, meta, link and base
elements and the JSON-LD scripts, in the same order and with the same text."""

import json
import multiprocessing
import os
import subprocess
from pathlib import Path

import pytest

from . import corpus
from .html5lib_head import head

OWN = sorted((Path(__file__).parent / "pages").glob("*.html"))
HEADS = corpus.ROOT / "build/dev/tests/score/heads"
PAGES_A_CALL = 64


def ours(pages):
    done = subprocess.run([HEADS, *pages], capture_output=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def differences(pages):
    """A line for each page whose heads differ: its name and the first element that does."""
    found = []
    for page, mine in zip(pages, ours(pages), strict=True):
        theirs = head(page.read_bytes())
        if mine != theirs:
            pairs = zip([*mine, None], [*theirs, None])
            pair = next(((a, b) for a, b in pairs if a != b), (len(mine), len(theirs)))
            found.append(f"{page.name}: byline {pair[0]!r:.300}, html5lib {pair[1]!r:.300}")
    return found


@pytest.mark.parametrize("page", OWN, ids=lambda page: page.stem)
def test_the_head_of_our_own_pages_is_html5libs(page):
    assert differences([page]) == []


def test_the_head_of_every_page_of_the_corpus_is_html5libs():
    try:
        pages = [row["file"] for row in corpus.rows()]
    except corpus.NoCorpus as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(f"NOT TESTED: {missing}")
    parts = [pages[at : at + PAGES_A_CALL] for at in range(0, len(pages), PAGES_A_CALL)]
    with multiprocessing.Pool(2) as pool:
        found = [line for part in pool.imap(differences, parts) for line in part]
    assert len(pages) > 1000 and found == []
