"""librdkafka's mock brokers, ill as a test tells them (mock_cluster.c says how)."""

import subprocess

PRODUCE, FETCH, LIST_OFFSETS, METADATA, OFFSET_COMMIT, OFFSET_FETCH = 0, 1, 2, 3, 8, 9
FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT, SYNC_GROUP, INIT_PRODUCER_ID = 10, 11, 12, 14, 22
ADD_PARTITIONS, ADD_OFFSETS, END_TXN, TXN_OFFSET_COMMIT = 24, 25, 26, 28


class MockCluster:
    def __init__(self, program, count, partitions, *topics):
        self.ids = range(1, count + 1)
        self._child = subprocess.Popen(
            [program, str(count), *(f"{topic}={partitions}" for topic in topics)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.brokers = self._child.stdout.readline().strip()

    def tell(self, *words):
        self._child.stdin.write(" ".join(map(str, words)) + "\n")
        self._child.stdin.flush()
        return int(self._child.stdout.readline())

    def fail(self, api, code, times=1, late_ms=0):
        """The next answers of each broker to that API; `code` is an error, 0 for none."""
        for broker in self.ids:
            for _ in range(times):
                assert self.tell("fail", broker, api, code, late_ms) == 0

    def refuse(self, topic, partition, api, code):
        """The next time that a request of that API has this partition."""
        assert self.tell("refuse", topic, partition, api, code) == 0

    def left(self, api):
        """How many of those have not been given."""
        return sum(self.tell("left", broker, api) for broker in self.ids)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._child.stdin.close()
        self._child.wait(10)
        self._child.stdout.close()
