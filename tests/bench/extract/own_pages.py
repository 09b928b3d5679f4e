"""Pages for the bench where no corpus is at hand: articles as publishing systems write them, mostly
markup, styles and scripts around little text. The same every time."""

import json
import random

WORDS = "tide harbour ledger gauge winter quay storm float paper line figure master port week".split()
PAGES = 200


def sentence(dice):
    return " ".join(dice.choices(WORDS, k=12)).capitalize() + "."


def page(dice, number):
    title, day = sentence(dice)[:60], f"20{number % 25:02}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    author = {"@type": "Person", "name": f"Jane {dice.choice(WORDS).capitalize()}"}
    ld = {"@type": "NewsArticle", "headline": title, "datePublished": day, "author": [author]}
    style = "".join(f".{dice.choice(WORDS)}-{i}{{margin:{i}px}}" for i in range(dice.randrange(2000)))
    script = "".join(f"var {dice.choice(WORDS)}{i}={i};" for i in range(dice.randrange(4000)))
    links = "".join(
        f'<li class="menu-item item-{i}"><a class="nav__link" href="/{dice.choice(WORDS)}/{i}">'
        f"<span>{dice.choice(WORDS)}</span></a></li>\n"
        for i in range(dice.randrange(20, 300))
    )
    text = "".join(
        f'<p class="wp-block-paragraph" data-index="{i}">{sentence(dice)} {sentence(dice)}</p>\n'
        for i in range(dice.randrange(5, 80))
    )
    teasers = "".join(
        f'<div class="card related-card"><img src="/{i}.jpg" alt=""><h3>{sentence(dice)}</h3>'
        f'<time datetime="2020-01-{i % 28 + 1:02}">January {i % 28 + 1}, 2020</time></div>\n'
        for i in range(dice.randrange(40))
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Coast</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="Coast">
<link rel="canonical" href="/news/{number}"><style>{style}</style><script>{script}</script>
<script type="application/ld+json">{json.dumps(ld)}</script></head>
<body><header><nav><ul>{links}</ul></nav></header><main><article><h1>{title}</h1>
<div class="byline">By <a rel="author" href="/author/jane">{author["name"]}</a></div>{text}</article>
<aside>{teasers}</aside></main><footer><ul>{links}</ul><p>Coast, all rights reserved</p></footer></body></html>
"""


def page_of(size_bytes):
    """The page whose size is nearest to this."""
    dice = random.Random(7)
    pages = (page(dice, number) for number in range(PAGES))
    return min(pages, key=lambda text: abs(len(text.encode()) - size_bytes))


def write_pages(folder):
    """The list of (URL, path) of the pages, written into folder."""
    dice = random.Random(7)
    written = []
    for number in range(PAGES):
        path = folder / f"{number}.html"
        path.write_text(page(dice, number), encoding="utf-8")
        written.append((f"https://coast.example/news/{number}", path))
    return written
