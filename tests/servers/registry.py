"""Apicurio Registry 3.3.3 on 127.0.0.1, spoken to through its Confluent-compatible API."""

import os

import requests

from . import downloads
from .java import find_java
from .process import Server, free_port

READY_TIMEOUT_S = 2


class Registry(Server):
    """Keeps its schemas in a file, so ids live through a restart."""

    name = "registry"
    start_timeout_s = 90

    def __init__(self, folder):
        super().__init__(folder)
        self.port = free_port()
        self.management_port = free_port()

    @property
    def url(self):
        """What byline's registry.url and Confluent's clients take."""
        return f"http://127.0.0.1:{self.port}/apis/ccompat/v7"

    def command(self):
        jar = downloads.registry_home() / "quarkus-run.jar"
        return [
            find_java(21), "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-jar", str(jar),
        ]  # fmt: skip

    def environment(self):
        return dict(
            os.environ,
            QUARKUS_HTTP_HOST="127.0.0.1",
            QUARKUS_HTTP_PORT=str(self.port),
            QUARKUS_MANAGEMENT_HOST="127.0.0.1",
            QUARKUS_MANAGEMENT_PORT=str(self.management_port),
            APICURIO_DATASOURCE_URL=f"jdbc:h2:file:{self.folder}/schemas",
        )

    def is_ready(self):
        try:
            return requests.get(f"{self.url}/subjects", timeout=READY_TIMEOUT_S).ok
        except requests.RequestException:
            return False

    def subjects(self):
        return self._get("/subjects")

    def schema_by_id(self, schema_id):
        """The schema's text as the registry gives it to any consumer."""
        return self._get(f"/schemas/ids/{schema_id}")["schema"]

    def register(self, subject, schema_text, references=()):
        """The schema's id. Each reference is (type's full name, subject), of its first version."""
        body = {
            "schema": schema_text,
            "references": [
                {"name": name, "subject": other, "version": 1} for name, other in references
            ],
        }
        answer = requests.post(f"{self.url}/subjects/{subject}/versions", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()["id"]

    def require_compatibility(self, subject, level):
        answer = requests.put(
            f"{self.url}/config/{subject}", json={"compatibility": level}, timeout=10
        )
        answer.raise_for_status()

    def _get(self, path):
        answer = requests.get(self.url + path, timeout=10)
        answer.raise_for_status()
        return answer.json()
