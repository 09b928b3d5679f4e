"""`byline demo`: the whole worker on an embedded Kafka and an origin of its own."""

import hashlib
import json
import re
import subprocess
import time

import pytest

FEWEST_EVENTS = 8
WARM_LIMIT_S = 5
SUMMARY = ["consumed", "published", "dead letters", "fetches"]


@pytest.fixture(scope="module")
def demo(byline):
    started = time.monotonic()
    run = byline("demo")
    run.seconds = time.monotonic() - started
    assert run.returncode == 0, run.stderr
    return run


def json_lines(run):
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def records_of(run):
    return [line for line in json_lines(run) if "dead_letter" not in line]


def number(name, run):
    """The figure behind a word of the summary."""
    found = re.search(rf"^.*\b{name} (\d+)", run.stdout, re.MULTILINE)
    assert found, f"no {name} in the summary"
    return int(found.group(1))


def test_it_is_quick(demo):
    assert demo.seconds < WARM_LIMIT_S


def test_every_record_is_one_line_of_json_with_the_fields_of_the_schema(demo, schema_text):
    records = records_of(demo)
    names = [field["name"] for field in json.loads(schema_text)["fields"]]
    assert len(records) >= FEWEST_EVENTS - 1
    assert all(list(record) == names for record in records)


def test_the_events_show_what_the_worker_can(demo):
    records = records_of(demo)
    fetches = [fetch for record in records for fetch in record["fetches"]]
    sources = {p["source"] for record in records for p in record["provenance"].values()}
    assert {"event", "text", "page"} <= sources
    assert sources - {"event", "text", "page"}, "no JSON lookup"
    assert "not_found" in {fetch["outcome"] for fetch in fetches}
    moved = [r for r in records if r["final_url"] and r["final_url"] != r["source_url"]]
    assert moved, "no redirect"
    assert any(record["text"] for record in records)
    assert {record["status"] for record in records} & {"OK"}


def test_the_summary_adds_up(demo):
    consumed, published, dead, fetches = (number(name, demo) for name in SUMMARY)
    assert consumed >= FEWEST_EVENTS
    assert dead == 1
    assert published == len(records_of(demo))
    assert consumed == published + dead
    assert fetches > 0
    assert re.search(r"\d+ events a second", demo.stdout)


def test_the_poison_event_is_a_dead_letter_that_says_why(demo):
    (dead,) = [line["dead_letter"] for line in json_lines(demo) if "dead_letter" in line]
    assert dead["class"] == "decode"
    assert dead["message"]
    assert dead["source_topic"] == "articles"


def test_a_file_is_sent_instead_of_its_own_events(byline, article):
    run = byline("demo", article)
    assert run.returncode == 0, run.stderr
    (record,) = records_of(run)
    text = article.read_bytes()
    assert record["title"] == "What the Tide Gauges of Small Harbours Tell Us"
    assert [author["name"] for author in record["authors"]] == ["Mira Halvorsen"]
    assert record["published"]["date"] == "2023-03-11"
    assert record["publisher"] == "The Harbour Review"
    assert record["text"].encode() == text
    assert record["text_sha256"] == hashlib.sha256(text).hexdigest()


def test_several_files_keep_their_order(byline, article, tmp_path):
    event = tmp_path / "event.json"
    event.write_text('{"event_id": "my-own", "title": "Fog"}')
    run = byline("demo", article, event)
    assert run.returncode == 0, run.stderr
    titles = {record["title"] for record in records_of(run)}
    assert titles == {"What the Tide Gauges of Small Harbours Tell Us", "Fog"}
    assert number("consumed", run) == 2


def test_a_missing_file_is_named(byline):
    run = byline("demo", "/nonexistent/article.txt")
    assert run.returncode in (1, 2)
    assert "/nonexistent/article.txt" in run.stderr


def test_an_event_too_large_is_a_dead_letter_and_the_others_go_on(byline, tmp_path, article):
    large = tmp_path / "large.txt"
    large.write_text("fog " * 5_000_000)
    run = byline("demo", large, article)
    assert run.returncode == 0, run.stderr
    (dead,) = [line["dead_letter"] for line in json_lines(run) if "dead_letter" in line]
    assert dead["class"] == "too_large"
    assert len(records_of(run)) == 1


def test_results_that_cannot_be_written_are_a_failure(binary):
    with open("/dev/full", "w") as full:
        run = subprocess.run([str(binary), "demo"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 1
    assert "could not be written" in run.stderr
