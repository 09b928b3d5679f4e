"""Chromium without a window: a page as its scripts left it."""

import subprocess

from .needed import needed
from .process import find_program

# A test machine may have no network, no GPU and no user but root.
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
]


class Chromium:
    """folder takes its profile and its pictures. Without Chromium its tests end as needed() says."""

    def __init__(self, folder):
        self.program = needed(lambda: find_program("chromium", "chromium"))
        self.folder = folder

    def page(self, url, milliseconds):
        """The document as HTML once its scripts had so long; a picture lies in page.png."""
        common = [self.program, *QUIET, f"--user-data-dir={self.folder / 'profile'}"]
        run = subprocess.run(
            [
                *common,
                f"--virtual-time-budget={milliseconds}",
                "--window-size=1000,900",
                f"--screenshot={self.folder / 'page.png'}",
                "--dump-dom",
                url,
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout
