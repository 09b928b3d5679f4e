"""Apache Kafka 4.3.1 on 127.0.0.1: KRaft, each node broker and controller at once."""

import os
import shutil
import subprocess
import tempfile
import weakref

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from . import downloads
from .java import find_java
from .process import Server, free_port

CLUSTER_ID = "byline-tests-cluster-w"  # 22 characters of base64url, as Kafka wants
SMALL_JVM = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]

PROPERTIES = """\
process.roles=broker,controller
node.id={node_id}
controller.quorum.voters={voters}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{advertised_port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
metadata.log.dir={metadata}
auto.create.topics.enable=false
default.replication.factor={replicas}
offsets.topic.replication.factor={replicas}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={replicas}
min.insync.replicas={in_sync}
transaction.state.log.min.isr={in_sync}
transaction.state.log.num.partitions=4
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
share.coordinator.state.topic.replication.factor={replicas}
share.coordinator.state.topic.min.isr={in_sync}
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
group.consumer.min.session.timeout.ms=1000
group.consumer.session.timeout.ms=3000
group.consumer.min.heartbeat.interval.ms=500
group.consumer.heartbeat.interval.ms=500
message.max.bytes=33554432
replica.fetch.max.bytes=33554432
"""

# Of a node that is alone: controllers that have no leader yet would not let each other vote.
AUTHORIZER = """\
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
"""

LOG4J = """\
<Configuration status="WARN">
  <Appenders><Console name="out"><PatternLayout pattern="%d %p %m (%c)%n%ex"/></Console></Appenders>
  <Loggers><Root level="INFO"><AppenderRef ref="out"/></Root></Loggers>
</Configuration>
"""


class Kafka(Server):
    """One node. `voters` maps node ids to controller ports where there are several; clients are told to
    come to `advertised_port` where there is a proxy. `settings` are properties of the broker beside ours."""

    name = "kafka"
    start_timeout_s = 180  # beside a load on a busy machine

    def __init__(self, folder, node_id=1, voters=None, advertised_port=None, settings=None):
        super().__init__(folder)
        self.settings = settings or {}
        self.port = free_port()
        self.advertised_port = advertised_port or self.port
        self.voters = voters or {node_id: free_port()}
        self.node_id = node_id
        self.properties = self.folder / "server.properties"
        # A controller waits for the disk with every record of its log: on a busy one for seconds, in
        # which it takes its own broker for dead. So that log, of a few megabytes, is in memory.
        in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.metadata = tempfile.mkdtemp(prefix="byline-kafka-", dir=in_memory)
        weakref.finalize(self, shutil.rmtree, self.metadata, ignore_errors=True)
        self._write_configuration()
        self._format_storage()

    @property
    def brokers(self):
        return f"127.0.0.1:{self.port}"

    def command(self):
        return [*self._java(), "kafka.Kafka", str(self.properties)]

    def is_ready(self):
        """A node is ready when it is a broker that the cluster's controller knows."""
        client = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
        try:
            return self.node_id in client.list_topics(timeout=1).brokers
        except KafkaException:
            return False

    def _java(self):
        log4j = self.folder / "log4j2.xml"
        jars = downloads.kafka_jars()
        return [
            find_java(17), *SMALL_JVM, f"-Dlog4j2.configurationFile={log4j}", "-cp", f"{jars}/*",
        ]  # fmt: skip

    def _write_configuration(self):
        (self.folder / "log4j2.xml").write_text(LOG4J)
        self.properties.write_text(
            ("" if len(self.voters) > 1 else AUTHORIZER)
            + PROPERTIES.format(
                node_id=self.node_id,
                voters=",".join(f"{id}@127.0.0.1:{port}" for id, port in self.voters.items()),
                port=self.port,
                advertised_port=self.advertised_port,
                controller_port=self.voters[self.node_id],
                folder=self.folder,
                metadata=self.metadata,
                replicas=len(self.voters),
                in_sync=len(self.voters) // 2 + 1,
            )
            + "".join(f"{name}={value}\n" for name, value in self.settings.items())
        )

    def _format_storage(self):
        subprocess.run(
            [
                *self._java(), "kafka.tools.StorageTool", "format",
                "--cluster-id", CLUSTER_ID, "--config", str(self.properties),
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip


class KafkaCluster:
    """Several nodes, for tests that move a leader or lose a broker."""

    def __init__(self, folder, size=3):
        voters = {node_id: free_port() for node_id in range(1, size + 1)}
        self.nodes = [Kafka(folder / f"kafka-{node_id}", node_id, voters) for node_id in voters]

    @property
    def brokers(self):
        return ",".join(node.brokers for node in self.nodes)

    def start(self):
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait_ready()
        return self

    def stop(self):
        """Without the orderly way out, for which the last nodes would miss a quorum."""
        for node in self.nodes:
            if node.is_running():
                node.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
