"""The command line itself: version, help, and the three exit statuses."""

import re

import pytest

COMMANDS = ["run", "demo", "check", "enrich", "extract", "health", "top", "version"]


def test_version_names_itself(byline):
    run = byline("version")
    assert run.returncode == 0
    assert re.match(r"byline \d+\.\d+\.\d+\b", run.stdout)
    assert run.stderr == ""


def test_help_lists_every_command(byline):
    for arguments in (["--help"], ["help"]):
        run = byline(*arguments)
        assert run.returncode == 0
        assert [name for name in COMMANDS if f"byline {name}" not in run.stdout] == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such-command"],
        ["run"],
        ["run", "--config"],
        ["run", "--no-such-option"],
        ["check"],
        ["enrich"],
        ["enrich", "--config", "/nonexistent/worker.yaml"],
        ["extract"],
        ["demo", "--no-such-option"],
    ],
    ids=" ".join,
)
def test_bad_usage_exits_2_and_says_why(byline, arguments):
    run = byline(*arguments)
    assert run.returncode == 2, run.stderr
    assert run.stdout == ""
    assert run.stderr.strip()


def test_a_missing_page_exits_1_and_names_it(byline):
    run = byline("extract", "--url", "https://harbour.example/a", "/nonexistent/page.html")
    assert run.returncode in (1, 2)
    assert "/nonexistent/page.html" in run.stderr


def test_health_without_a_worker_exits_1(byline):
    run = byline("health", "--admin", "http://127.0.0.1:9")
    assert run.returncode == 1
    assert run.stderr.strip()
