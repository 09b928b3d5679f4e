"""The table of a bench and its plot, as text for a terminal and for docs/performance.md."""

import statistics
from html import escape

BEGIN, END = "<!-- written by ./dev bench -->", "<!-- end of what ./dev bench wrote -->"


def median(figures, what):
    return statistics.median(getattr(one, what) for one in figures)


def spread(figures):
    rates = sorted(one.events_a_second for one in figures)
    return f"{rates[0]:,.0f} to {rates[-1]:,.0f}"


def table(peers, results):
    """Markdown. results: the name of a peer to its list of Figures; byline's must be there."""
    own = results["byline"]
    lines = [
        "| worker | events/s, median | lowest to highest | byline is | CPU us an event "
        "| of its CPU byline takes | peak MB | it lacks |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for peer in peers:
        if peer.name not in results:
            continue
        figures = results[peer.name]
        rate = median(figures, "events_a_second")
        cpu = median(figures, "micros_an_event")
        faster = median(own, "events_a_second") / rate
        cheaper = median(own, "micros_an_event") / max(cpu, 0.01)
        lines.append(
            f"| {peer.title} | {rate:,.0f} | {spread(figures)} | {faster:.2f} x | {cpu:.1f} "
            f"| {cheaper:.2f} | {median(figures, 'peak_bytes') / 1e6:.0f} | {peer.lacks} |"
        )
    return "\n".join(lines)


BAR_HEIGHT, GAP, LEFT, WIDTH, HEAD = 22, 8, 330, 900, 34
COLOURS = {"byline": "#1b6ca8"}
OTHERS = "#9aa5b1"


def plot(peers, scenarios):
    """An SVG of bars: events a second of each worker in each scenario [(title, results)]."""
    rows, y = [], 8
    for title, results in scenarios:
        rates = {name: median(figures, "events_a_second") for name, figures in results.items()}
        scale = (WIDTH - LEFT - 90) / max(rates.values())
        rows.append(f'<text x="8" y="{y + 18}" font-weight="bold">{escape(title)}</text>')
        y += HEAD
        for peer in peers:
            if peer.name not in rates:
                continue
            length = rates[peer.name] * scale
            colour = COLOURS.get(peer.name, OTHERS)
            rows.append(f'<text x="{LEFT - 8}" y="{y + 16}" text-anchor="end">'
                        f"{escape(peer.title.split(' (')[0])}</text>")  # fmt: skip
            rows.append(f'<rect x="{LEFT}" y="{y}" width="{length:.0f}" height="{BAR_HEIGHT}" '
                        f'fill="{colour}"/>')  # fmt: skip
            rows.append(f'<text x="{LEFT + length + 6:.0f}" y="{y + 16}">'
                        f"{rates[peer.name]:,.0f}/s</text>")  # fmt: skip
            y += BAR_HEIGHT + GAP
        y += GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" '
        f'font-family="sans-serif" font-size="13">\n'
        f'<rect width="{WIDTH}" height="{y}" fill="white"/>\n' + "\n".join(rows) + "\n</svg>\n"
    )


def put_into(page, text):
    """Replaces what the bench wrote into the page before."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
