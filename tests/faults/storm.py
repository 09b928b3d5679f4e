"""A storm: kills, stops, rebalances and broker bounces at random, under load, with a judge at the end."""

import random
import time
from collections import Counter

from faults.judge import Judge, Load
from servers.process import ServerFailed
from servers.stage import catalog

KEYS = 200
PARTITIONS = 6
QUIET_S = 60


class Storm:
    """Two workers of one group, brokers of its own, a load and a judge. What happens is drawn from the
    seed; `happened` counts it."""

    def __init__(self, stage, nodes, nginx, decoder, delivery, rate, seed, say):
        self.stage, self.nodes, self.say = stage, nodes, say
        self.delivery = delivery
        self.random = random.Random(seed)
        self.happened = Counter()
        stage.create_topics(partitions=PARTITIONS)
        changes = {"delivery": delivery, "enrich": [catalog(nginx.url)], "http": {"in_flight": 64}}
        self.workers = [stage.worker(**changes) for _ in range(2)]
        self.load = Load(stage.brokers, stage.source, KEYS, rate)
        self.judge = Judge(stage, KEYS, decoder)

    def run(self, seconds):
        for worker in self.workers:
            worker.start()
        self.load.start()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            event = self.random.choice(self.EVENTS)
            self.say(f"{event.__name__:18} {self.load.written} written, {self.judge.distinct()} out")
            event(self)
            self.happened[event.__name__] += 1
            self._watch(self.random.uniform(1, 5))
        written = self.load.finish()
        self._all_up()
        repeats = self.judge.verdict(
            written, QUIET_S, may_repeat=self.delivery == "at_least_once"
        )
        for worker in self.workers:
            assert worker.terminate() == 0, worker.log_text()[-2000:]
        return written, repeats

    def _watch(self, seconds):
        """A worker that ended by itself is started again, as an orchestrator does, and counted."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.1)
            for worker in self.workers:
                if not worker.is_running():
                    # -15: told to end before it could have asked for the signal.
                    if worker.child.returncode not in (0, -9, -15):
                        self.happened["worker_failed"] += 1
                        self.say(f"a worker failed: {worker.log_text().splitlines()[-1]}")
                    worker.launch()

    def _all_up(self):
        for server in [*self.nodes, *self.workers]:
            if not server.is_running():
                server.launch()
        for worker in self.workers:
            worker.wait_ready()

    def _worker(self):
        return self.random.choice(self.workers)

    # --- what may happen

    def kill_worker(self):
        self._worker().kill()

    def end_worker(self):
        worker = self._worker()
        status = worker.terminate()
        assert status == 0, f"SIGTERM ended with {status}: {worker.log_text()[-2000:]}"

    def freeze_worker(self):
        """Longer than its session: the other one takes over, and it wakes up as a zombie."""
        worker = self._worker()
        worker.pause()
        self._watch(self.random.uniform(1, 8))
        worker.resume()

    def rebalance(self):
        """The second one leaves and comes back, three times."""
        for _ in range(3):
            self.workers[1].terminate()
            self._watch(1)

    def kill_broker(self):
        node = self.random.choice(self.nodes)
        node.kill()
        self._watch(self.random.uniform(0, 4))
        self._start(node)

    def bounce_broker(self):
        node = self.random.choice(self.nodes)
        node.signal(15)
        self._watch(1)
        node.stop()
        self._start(node)

    def freeze_broker(self):
        node = self.random.choice(self.nodes)
        node.pause()
        self._watch(self.random.uniform(2, 15))
        node.resume()

    def kill_both(self):
        node = self.random.choice(self.nodes)
        self._worker().kill()
        node.kill()
        self._start(node)

    def _start(self, node):
        try:
            node.start()
        except ServerFailed:  # its port or its lock was not free yet
            node.start()

    EVENTS = (
        kill_worker, kill_worker, end_worker, freeze_worker, rebalance, rebalance,
        kill_broker, bounce_broker, freeze_broker, kill_both,
    )  # fmt: skip
