"""What the worker shows of itself, taken by the tools that people watch it with."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import requests

from servers.arrivals import numbered_events
from servers.needed import needed
from servers.process import find_program, free_port, wait_until
from servers.prometheus import Prometheus
from servers.stage import catalog
from servers.topics import Record

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "deploy/grafana/dashboards/byline.json"
ALERTS = ROOT / "deploy/prometheus/alerts.yaml"
GRAFANA_VARIABLES = {
    "$__rate_interval": "10s",
    "$__range": "1m",
    "$instance": ".*",
}
EVENTS = 500
FAMILIES = {
    "byline_events_consumed": "counter",
    "byline_records_published": "counter",
    "byline_dead_letters": "counter",
    "byline_events_in_flight": "gauge",
    "byline_event_duration_seconds": "histogram",
    "byline_fetches": "counter",
    "byline_fetch_duration_seconds": "histogram",
    "byline_fetch_retries": "counter",
    "byline_host_breaker_open": "gauge",
    "byline_partition_lag_records": "gauge",
    "byline_partition_lag_seconds": "gauge",
    "byline_commits": "counter",
    "byline_rebalances": "counter",
    "byline_records_missed": "counter",
    "byline_memory_bytes": "gauge",
    "byline_partitions_stuck": "gauge",
    "byline_events_waiting_for_schema": "gauge",
    "byline_schema_requests": "counter",
    "byline_build_info": "gauge",
}


def program(name, package):
    return needed(lambda: find_program(name, package))


@pytest.fixture
def busy_worker(stage, nginx):
    """A worker that has published records and dead letters."""
    stage.create_topics(partitions=2)
    worker = stage.worker(enrich=[catalog(nginx.url)]).start()
    stage.write(Record(b"{"), *numbered_events(EVENTS, 10))
    stage.outputs(EVENTS)
    stage.dead_letters(1)
    return worker


def test_metrics_count_what_happened(busy_worker, stage):
    metric = busy_worker.metric
    assert metric("byline_events_consumed_total", topic=stage.source) == EVENTS + 1
    assert metric("byline_records_published_total", topic=stage.output) == EVENTS
    assert metric("byline_dead_letters_total", **{"class": "decode"}) == 1
    assert metric("byline_dead_letters_total") == 1
    assert metric("byline_events_in_flight") == 0
    assert metric("byline_fetches_total", lookup="catalog", outcome="ok") == EVENTS
    assert metric("byline_fetches_total") == EVENTS
    assert metric("byline_event_duration_seconds_count") == EVENTS + 1
    assert metric("byline_fetch_duration_seconds_count", lookup="catalog") == EVENTS
    assert metric("byline_build_info") == 1
    wait_until(lambda: metric("byline_partition_lag_records") == 0, 10, "lag is 0")
    wait_until(lambda: metric("byline_commits_total", result="ok") > 0, 10, "a commit")


def test_every_promised_family_is_there_and_promtool_finds_no_fault(busy_worker):
    text = busy_worker.metrics_text()
    types = dict(re.findall(r"^# TYPE (\S+?)(?:_total)? (\w+)$", text, re.MULTILINE))
    assert {name: types.get(name) for name in FAMILIES} == FAMILIES
    promtool = program("promtool", "prometheus")
    run = subprocess.run([promtool, "check", "metrics"], input=text, text=True, capture_output=True)
    assert run.returncode == 0, run.stdout + run.stderr


def dashboard_queries():
    """(panel, expression) with Grafana's variables filled in."""
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            expression = target["expr"]
            for name, value in GRAFANA_VARIABLES.items():
                expression = expression.replace(name, value)
            yield panel["title"], expression


@pytest.fixture
def worker_with_a_dead_host(stage, nginx):
    """A busy worker with one open breaker."""
    stage.create_topics(partitions=2)
    nobody = catalog(f"http://127.0.0.1:{free_port()}", required=False) | {"name": "nobody"}
    http = {
        "retry": {"attempts": 1},
        "deadline": "1s",
        "breaker": {"failures": 3, "open": "60s"},
    }
    cache = {"redis": f"redis://127.0.0.1:{free_port()}"}  # down too
    worker = stage.worker(enrich=[catalog(nginx.url), nobody], http=http, cache=cache).start()
    stage.write(Record(b"{"), *numbered_events(EVENTS, 10))
    stage.outputs(EVENTS)
    return worker


def test_every_query_of_the_dashboard_returns_data(worker_with_a_dead_host, stage, tmp_path):
    target = f"127.0.0.1:{worker_with_a_dead_host.admin_port}"
    with Prometheus(tmp_path / "prometheus", target, [ALERTS]) as prometheus:
        prometheus.start()
        stage.write(*numbered_events(EVENTS, 10))
        silent = set(dashboard_queries())

        def all_answered():
            silent.difference_update(q for q in list(silent) if prometheus.query(q[1]))
            return not silent

        try:
            wait_until(all_answered, 15, "data for every query")
        except AssertionError:
            pytest.fail(f"no data for {sorted(silent)}")
        assert [target["health"] for target in prometheus.targets()] == ["up"]


def test_health_ready_and_metrics_answer_and_nothing_else_does(busy_worker):
    assert busy_worker.status("/healthz") == 200
    assert busy_worker.status("/readyz") == 200
    answer = requests.get(busy_worker.admin_url + "/metrics", timeout=5)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert busy_worker.status("/etc/passwd") == 404
    assert requests.post(busy_worker.admin_url + "/metrics", timeout=5).status_code == 405


def test_the_health_command_tells_by_its_exit_status(busy_worker, byline):
    assert byline("health", "--admin", busy_worker.admin_url).returncode == 0
    busy_worker.kill()
    assert byline("health", "--admin", busy_worker.admin_url).returncode == 1


def test_top_shows_a_running_worker(busy_worker, stage, byline):
    run = byline("top", "--admin", busy_worker.admin_url)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"byline at {busy_worker.admin_url}: ready\n")
    assert f"consumed {EVENTS + 1}, published {EVENTS}, dead letters 1\n" in run.stdout
    rows = [line for line in run.stdout.splitlines() if line.startswith(f"{stage.source}/")]
    assert len(rows) == 2


def test_kcat_reads_a_record(busy_worker, stage):
    kcat = program("kcat", "kcat")
    run = subprocess.run(
        [kcat, "-b", stage.brokers, "-C", "-e", "-q", "-t", stage.output, "-c", "1", "-f", "%k %S"],
        capture_output=True,
        text=True,
        timeout=20,
    )
    key, size = run.stdout.split()
    assert key.startswith("k0")
    assert int(size) > 100
