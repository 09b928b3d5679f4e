"""byline itself: `byline run` as a server of the tests."""

import copy
from pathlib import Path

import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

from .process import Server, free_port, wait_until

PAGE_BYTES = 4096


def merged(base, changes):
    """A configuration with changes laid over it; a list or a scalar replaces what was there, None
    takes it away."""
    result = copy.deepcopy(base)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        elif value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result


class Worker(Server):
    """Its configuration is a dict of the keys of the YAML file; admin and log are filled in."""

    name = "byline"

    def __init__(self, folder, binary, configuration):
        super().__init__(folder)
        self.binary = binary
        self.admin_port = free_port()
        self.configuration = self.folder / "worker.yaml"
        own = {"admin": {"listen": f"127.0.0.1:{self.admin_port}"}, "log": {"level": "info"}}
        self.configuration.write_text(yaml.safe_dump(merged(own, configuration)))

    @property
    def admin_url(self):
        return f"http://127.0.0.1:{self.admin_port}"

    def command(self):
        return [str(self.binary), "run", "--config", str(self.configuration)]

    def is_ready(self):
        return self.status("/readyz") == 200

    def status(self, path):
        """The status of an admin page; 0 while nothing answers."""
        try:
            return requests.get(self.admin_url + path, timeout=2).status_code
        except requests.RequestException:
            return 0

    def answer(self, path):
        """The text of an admin page; "" while nothing answers."""
        try:
            return requests.get(self.admin_url + path, timeout=2).text
        except requests.RequestException:
            return ""

    def metrics_text(self):
        answer = requests.get(self.admin_url + "/metrics", timeout=5)
        answer.raise_for_status()
        return answer.text

    def metric(self, name, **labels):
        """The sum of a metric's samples that have these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.metrics_text())
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def resident_bytes(self):
        pages = Path(f"/proc/{self.child.pid}/statm").read_text().split()[1]
        return int(pages) * PAGE_BYTES

    def wait_for_log(self, text, timeout_s=20):
        """Waits until the log has a line with the text and returns that line."""

        def line_with_text():
            return next((line for line in self.log_text().splitlines() if text in line), None)

        return wait_until(line_with_text, timeout_s, f"{text!r} in byline's log")
