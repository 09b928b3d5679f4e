"""The fixtures of tests/e2e, and brokers of one's own for tests that end or freeze them."""

import pytest

from e2e.conftest import kafka, make_stage, nginx, origin, registry, stage  # noqa: F401
from servers.kafka import Kafka


@pytest.fixture
def own_kafka(tmp_path):
    with Kafka(tmp_path / "kafka") as server:
        yield server.start()
