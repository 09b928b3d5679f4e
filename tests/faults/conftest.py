"""The fixtures of tests/e2e, and brokers of one's own for tests that end or freeze them."""

import os

import pytest

from e2e.conftest import kafka, make_stage, nginx, origin, registry, stage  # noqa: F401
from servers.kafka import Kafka


def pytest_collection_modifyitems(config, items):
    """What is marked as long runs with `./dev faults` alone."""
    if os.environ.get("BYLINE_LONG_TESTS"):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def own_kafka(tmp_path):
    with Kafka(tmp_path / "kafka") as server:
        yield server.start()
