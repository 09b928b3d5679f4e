"""Prometheus, scraping one worker once a second with the project's own rules loaded."""

import requests
import yaml

from .process import Server, find_program, free_port


class Prometheus(Server):
    name = "prometheus"

    def __init__(self, folder, target, rules=()):
        super().__init__(folder)
        self.port = free_port()
        (self.folder / "prometheus.yaml").write_text(
            yaml.safe_dump(
                {
                    "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                    "rule_files": [str(path) for path in rules],
                    "scrape_configs": [
                        {"job_name": "byline", "static_configs": [{"targets": [target]}]}
                    ],
                }
            )
        )

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def command(self):
        return [
            find_program("prometheus", "prometheus"),
            "--config.file=prometheus.yaml",
            f"--storage.tsdb.path={self.folder}/data",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]

    def is_ready(self):
        try:
            return requests.get(f"{self.url}/-/ready", timeout=2).ok
        except requests.RequestException:
            return False

    def query(self, expression):
        """The instant query's series: a list of {metric, value}."""
        return self._get("query", query=expression)["result"]

    def targets(self):
        return self._get("targets")["activeTargets"]

    def _get(self, path, **parameters):
        answer = requests.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=10)
        body = answer.json()
        assert body["status"] == "success", f"{path} {parameters}: {body.get('error')}"
        return body["data"]
