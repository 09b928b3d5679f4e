"""trafilatura's metadata of the pages of a list ("URL<tab>PAGE" lines on stdin): prints the CPU seconds
it took and how many pages it failed on."""

import sys
import time
from pathlib import Path

from trafilatura.metadata import extract_metadata

lines = [line.rstrip("\n").split("\t") for line in sys.stdin]
pages = [(url or None, Path(path).read_bytes().decode(errors="replace")) for url, path in lines]
failed = 0
start = time.process_time()
for url, page in pages:
    try:
        extract_metadata(page, default_url=url)
    except Exception:  # a failure of theirs is a figure of theirs
        failed += 1
print(time.process_time() - start, failed)
