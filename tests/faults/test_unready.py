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
def denied(brokers, kind, name, operation):
    """For everybody."""
    admin = AdminClient({"bootstrap.servers": brokers})
    rule = (
        kind, name, ResourcePatternType.LITERAL, "User:ANONYMOUS", "*", operation,
        AclPermissionType.DENY,
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
    with denied(stage.brokers, ResourceType.GROUP, stage.name, AclOperation.READ):
        wait_until(lambda: worker.status("/readyz") == 503, 60, "not ready")
        assert worker.answer("/readyz").strip() == "waiting for the group"
    wait_until(lambda: worker.status("/readyz") == 200, 60, "ready again")


@pytest.mark.parametrize("protocol", [{}, CONSUMER_PROTOCOL], ids=["classic", "consumer"])
def test_a_member_without_a_partition_is_ready(stage, protocol):
    stage.create_topics(partitions=1)
    first = stage.worker(kafka={"consumer": protocol}).start()
    second = stage.worker(kafka={"consumer": protocol}).start()  # waits for it
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


def test_one_of_two_topics_that_may_not_be_seen(stage):
    stage.create_topics()
    other = f"{stage.name}.other"
    topics.create(stage.brokers, other)
    with denied(stage.brokers, ResourceType.TOPIC, other, AclOperation.DESCRIBE):
        worker = stage.worker(kafka={"topics": [stage.source, other]}).launch()
        reason = f"topic {other} may not be read"
        wait_until(lambda: worker.answer("/readyz").strip() == reason, 30, "not ready")
    wait_until(lambda: worker.status("/readyz") == 200, 60, "ready")
