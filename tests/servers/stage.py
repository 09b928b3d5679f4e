"""Where one test plays: topics, a group and a folder that no other test knows, and its workers."""

import re
import uuid

from . import topics
from .worker import Worker, merged

SESSION_TIMEOUT_MS = 3_000  # how long the group waits for a worker that died by kill -9

# KIP-848: the broker has the timeouts, and refuses a client's.
CONSUMER_PROTOCOL = {
    "group.protocol": "consumer",
    "session.timeout.ms": None,
    "heartbeat.interval.ms": None,
}


def catalog(url, required=True):
    """A JSON lookup of each event at an origin such as servers.nginx."""
    return {
        "name": "catalog",
        "type": "json",
        "url": f"{url}/articles/{{event_id}}",
        "required": required,
        "fields": {
            "section": "/section",
            "tags": "/keywords",
            "license": "/license",
            "extra.rank": "/rank",
        },
    }


class Stage:
    def __init__(self, brokers, binary, folder, name):
        short = re.sub(r"[^a-z0-9]+", "-", name.lower())[:40].strip("-")
        self.name = f"{short}-{uuid.uuid4().hex[:8]}"
        self.brokers = brokers
        self.binary = binary
        self.folder = folder
        self.source = f"{self.name}.in"
        self.output = f"{self.name}.out"
        self.dead = f"{self.name}.dead"
        self.workers = []

    def create_topics(self, partitions=1, **settings):
        names = (self.source, self.output, self.dead)
        topics.create(self.brokers, *names, partitions=partitions, **settings)

    def worker(self, **changes):
        """A worker that is not started yet; changes are laid over the plainest configuration:
        no lookups, single-object framing."""
        plain = {
            "kafka": {
                "brokers": self.brokers,
                "group": self.name,
                "topics": [self.source],
                "consumer": {
                    "session.timeout.ms": SESSION_TIMEOUT_MS,
                    "heartbeat.interval.ms": 500,
                },
            },
            "output": {"topic": self.output, "framing": "single_object"},
            "dead_letter": {"topic": self.dead},
            "enrich": [],
        }
        folder = self.folder / f"worker-{len(self.workers)}"
        worker = Worker(folder, self.binary, merged(plain, changes))
        self.workers.append(worker)
        return worker

    def write(self, *records):
        topics.write(self.brokers, self.source, records)

    def outputs(self, count, timeout_s=topics.READ_TIMEOUT_S):
        return topics.read(self.brokers, self.output, count, timeout_s)

    def dead_letters(self, count, timeout_s=topics.READ_TIMEOUT_S):
        return topics.read(self.brokers, self.dead, count, timeout_s)

    def lag(self):
        return topics.lag(self.brokers, self.name, self.source)

    def stop(self):
        for worker in self.workers:
            worker.stop()
