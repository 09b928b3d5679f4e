"""The fixtures of tests/e2e, and brokers of one's own for tests that end or freeze them."""

import os

import pytest

from e2e.conftest import kafka, make_stage, nginx, origin, registry, stage  # noqa: F401
from faults.proxy import Proxy
from servers.kafka import Kafka
from servers.process import free_port


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


@pytest.fixture
def proxied_kafka(tmp_path):
    """Not started; its clients come by the proxy of proxied_stage."""
    with Kafka(tmp_path / "kafka", advertised_port=free_port()) as server:
        yield server


@pytest.fixture
def proxied_stage(proxied_kafka, make_stage):
    """A stage whose brokers are reached through a proxy, and how to make that."""
    port = proxied_kafka.advertised_port
    proxies = []

    def make(client_id):
        proxies.append(Proxy(port, proxied_kafka.port, client_id))
        proxied_kafka.start()
        return make_stage(f"127.0.0.1:{port}"), proxies[0]

    yield make
    for proxy in proxies:
        proxy.close()
