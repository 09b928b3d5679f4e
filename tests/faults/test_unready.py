"""Readiness while the group does not let the worker in, or there is nothing to read."""

import contextlib

import pytest
from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient, ResourcePatternType,
    ResourceType,
)  # fmt: skip
from servers import topics
from servers.process import wait_until
from servers.stage import CONSUMER_PROTOCOL
from servers.topics import Record


@contextlib.contextmanager
def denied(brokers, group):
    """Nobody may read it."""
    admin = AdminClient({"bootstrap.servers": brokers})
    rule = (
        ResourceType.GROUP, group, ResourcePatternType.LITERAL, "User:ANONYMOUS", "*",
        AclOperation.READ, AclPermissionType.DENY,
    )  # fmt: skip
    binding, same = AclBinding(*rule), AclBindingFilter(*rule)
    admin.create_acls([binding])[binding].result(10)
    try:
        yield
    finally:
        admin.delete_acls([same])[same].result(10)


def test_a_group_that_may_not_be_read(stage):
    stage.create_topics(partitions=2)
    worker = stage.worker().start()
    stage.write(Record(b'{"event_id": "e1"}', b"k"))
    stage.outputs(1)
    with denied(stage.brokers, stage.name):
        wait_until(lambda: worker.status("/readyz") == 503, 60, "not ready")
        assert worker.answer("/readyz").strip() == "waiting for the group"
    wait_until(lambda: worker.status("/readyz") == 200, 60, "ready again")


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_member_without_a_partition_is_ready(stage, protocol):
    stage.create_topics(partitions=1)
    consumer = CONSUMER_PROTOCOL if protocol == "consumer" else {}
    first = stage.worker(kafka={"consumer": consumer}).start()
    second = stage.worker(kafka={"consumer": consumer}).start()  # waits for it
    assert (first.status("/readyz"), second.status("/readyz")) == (200, 200)


def test_one_of_two_topics_that_does_not_exist(stage):
    stage.create_topics()
    late = f"{stage.name}.late"
    worker = stage.worker(kafka={"topics": [stage.source, late]}).launch()
    stage.write(Record(b'{"event_id": "e1"}', b"k"))
    stage.outputs(1)  # the other one is read meanwhile
    wait_until(lambda: worker.status("/readyz") == 503, 30, "not ready")
    assert worker.answer("/readyz").strip() == f"topic {late} does not exist"
    topics.create(stage.brokers, late)
    wait_until(lambda: worker.status("/readyz") == 200, 30, "ready")
