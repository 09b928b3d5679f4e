"""How fast lexbor alone parses the page that a scenario serves."""

import subprocess

from .measure import Figures, measure
from .peers import Bare

MICROS = 1_000_000
REPEATS = 200  # of the page in the program's list


class Parse(Bare):
    """Takes part as if it were a worker: its events are parses, on one core, of the page in memory."""

    name, program = "parse", "../extract/bench_extract"
    title = "lexbor's bare parse of the page, one core"
    lacks = "everything but the parse"


def parsing(page):
    """Measures a worker as always, and Parse over the page."""

    def measure_one(peer, scenario, folder):
        if peer.name != Parse.name:
            return measure(peer, scenario, folder)
        listing = f"https://coast.example/news\t{page}\n" * REPEATS
        done = subprocess.run(
            peer.command(None) + ["1"], input=listing, capture_output=True, text=True, check=True
        )
        seconds = float(done.stdout.split()[0]) / REPEATS
        return Figures(events_a_second=1 / seconds, micros_an_event=seconds * MICROS, peak_bytes=0)

    return measure_one
