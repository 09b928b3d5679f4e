"""deploy/ as its own tools read it."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from servers.needed import needed
from servers.process import find_program

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
METRICS = re.compile(r"\bbyline_[a-z_]+")
DESIGNED = {
    "byline_events_consumed_total",
    "byline_records_published_total",
    "byline_dead_letters_total",
    "byline_events_in_flight",
    "byline_event_duration_seconds_bucket",
    "byline_fetches_total",
    "byline_fetch_duration_seconds_bucket",
    "byline_fetch_retries_total",
    "byline_host_breaker_open",
    "byline_partition_lag_records",
    "byline_partition_lag_seconds",
    "byline_partitions_stuck",
    "byline_commits_total",
    "byline_rebalances_total",
    "byline_memory_bytes",
    "byline_redis_requests_total",
    "byline_redis_stored_total",
    "byline_redis_up",
    "byline_events_waiting_for_schema",
    "byline_schema_requests_total",
    "byline_build_info",
}


def accepts(name, package, *arguments, folder=DEPLOY / "prometheus"):
    program = needed(lambda: find_program(name, package))
    run = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "rules", "alerts.yaml"],
        ["check", "config", "prometheus.yaml"],
        ["test", "rules", "alerts.test.yaml"],
    ],
    ids=" ".join,
)
def test_promtool_accepts(arguments):
    accepts("promtool", "prometheus", *arguments)


def test_compose_accepts_the_stage_and_every_mounted_file_exists():
    folder = DEPLOY / "compose"
    text = accepts("docker-compose", "docker-compose", "-f", "compose.yaml", "config", folder=folder)
    services = yaml.safe_load(text)["services"]
    assert {"kafka", "registry", "prometheus", "grafana", "byline", "metadata"} <= set(services)
    for service in services.values():
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            assert Path(source).exists(), source


def test_the_composed_worker_has_a_valid_configuration(byline):
    run = byline("check", "--config", DEPLOY / "compose/byline.yaml")
    assert run.returncode == 0, run.stderr


def test_dashboard_and_alerts_name_only_metrics_that_exist():
    dashboard = json.loads((DEPLOY / "grafana/dashboards/byline.json").read_text())
    named = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in METRICS.findall(target["expr"])
    }
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            named |= set(METRICS.findall(rule["expr"]))
    assert named - DESIGNED == set()
