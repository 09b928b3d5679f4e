"""`byline extract`: what a page says about itself, from a file or standard input."""

import json

import pytest

URL = "https://harbour.example/2024/lighthouse?from=feed"

PAGE = """\
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>A Lighthouse Is Sold for One Crown | Harbour Review</title>
{head}
</head>
<body><h1>A Lighthouse Is Sold for One Crown</h1><p>One crown – and the keeper’s bicycle.</p></body>
</html>
"""

JSON_LD = """\
<link rel="canonical" href="/2024/lighthouse">
<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "NewsArticle",
 "headline": "A Lighthouse Is Sold for One Crown",
 "author": [{"@type": "Person", "name": "Ada Brandt"}, {"@type": "Person", "name": "Tomas Vik"}],
 "datePublished": "2024-05-06T07:08:09+02:00",
 "image": "https://harbour.example/lighthouse.jpg",
 "description": "The keeper’s bicycle was included.",
 "publisher": {"@type": "Organization", "name": "Harbour Review"}}
</script>
"""

OPEN_GRAPH = """\
<link rel="canonical" href="https://harbour.example/2024/lighthouse">
<meta property="og:title" content="A Lighthouse Is Sold for One Crown">
<meta property="og:description" content="The keeper’s bicycle was included.">
<meta property="og:image" content="/lighthouse.jpg">
<meta property="article:published_time" content="2024-05-06T07:08:09+02:00">
<meta property="og:site_name" content="Harbour Review">
<meta name="author" content="By Ada Brandt and Tomas Vik">
"""


@pytest.fixture
def extract(byline, tmp_path):
    def run(page, *arguments):
        path = tmp_path / "page.html"
        path.write_bytes(page if isinstance(page, bytes) else page.encode())
        run = byline("extract", "--url", URL, *arguments, path)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return run


@pytest.mark.parametrize("head", [JSON_LD, OPEN_GRAPH], ids=["JSON-LD", "OpenGraph and meta"])
def test_a_page_gives_its_metadata(extract, head):
    found = extract(PAGE.format(head=head))
    assert found["title"] == "A Lighthouse Is Sold for One Crown"
    assert [author["name"] for author in found["authors"]] == ["Ada Brandt", "Tomas Vik"]
    assert found["published"]["date"] == "2024-05-06"
    assert found["published"]["instant"].startswith("2024-05-06T05:08:09")
    assert found["published"]["utc_offset_min"] == 120
    assert found["published"]["precision"] == "second"
    assert found["canonical_url"] == "https://harbour.example/2024/lighthouse"
    assert found["image_url"] == "https://harbour.example/lighthouse.jpg"
    assert found["description"] == "The keeper’s bicycle was included."
    assert found["publisher"] == "Harbour Review"
    assert found["language"] == "en-GB"


def test_a_page_that_says_nothing_of_itself_still_has_its_title(extract):
    found = extract(PAGE.format(head=""))
    assert "Lighthouse" in found["title"]
    assert not found.get("published")
    assert not found.get("authors")


def test_the_content_type_names_the_encoding(extract):
    page = "<title>Høst på Østervåg</title>".encode("iso-8859-1")
    found = extract(page, "--content-type", "text/html; charset=iso-8859-1")
    assert found["title"] == "Høst på Østervåg"


def test_a_page_may_come_from_standard_input(byline):
    run = byline("extract", "--url", URL, "-", stdin=PAGE.format(head=JSON_LD))
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["title"] == "A Lighthouse Is Sold for One Crown"


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\x00\xff\xfe<",
        b"<div>" * 100_000,
        b'<script type="application/ld+json">' + b"[" * 100_000,
        b'<script type="application/ld+json">{"headline": "a\\u001b[31m\\r\\nb"}</script>',
    ],
    ids=["nothing", "bytes", "deep HTML", "deep JSON-LD", "control codes"],
)
def test_a_hostile_page_gives_valid_clean_json(byline, page):
    run = byline("extract", "--url", URL, "-", stdin=page, timeout_s=10)
    assert run.returncode in (0, 1)
    assert "\x1b" not in run.stdout + run.stderr
    if run.returncode == 0:
        assert "\x1b" not in (json.loads(run.stdout).get("title") or "")


def test_an_empty_url_is_an_unknown_one(byline):
    run = byline("extract", "--url", "", "-", stdin=PAGE.format(head=JSON_LD))
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["title"]


def test_white_space_in_a_url_is_as_browsers_take_it(byline):
    page = '<title>Tide</title><link rel="canonical" href="tide">'
    run = byline("extract", "--url", " https://harbour.example/a b/c\n", "-", stdin=page)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["canonical_url"] == "https://harbour.example/a%20b/tide"


def test_a_url_that_is_none_is_bad_usage(byline):
    run = byline("extract", "--url", "not a url", "-", stdin=PAGE.format(head=""))
    assert run.returncode == 2
    assert "--url" in run.stderr
