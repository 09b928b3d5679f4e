"""The servers, started once for all tests, and a stage of its own for each test."""

import pytest

from servers.kafka import Kafka
from servers.needed import needed
from servers.nginx import Nginx
from servers.origin import Origin
from servers.registry import Registry
from servers.stage import Stage


@pytest.fixture(scope="session")
def kafka(tmp_path_factory):
    with needed(lambda: Kafka(tmp_path_factory.mktemp("kafka"))) as server:
        yield needed(server.start)


@pytest.fixture(scope="session")
def registry(tmp_path_factory):
    with Registry(tmp_path_factory.mktemp("registry")) as server:
        yield needed(server.start)


@pytest.fixture(scope="session")
def nginx(tmp_path_factory):
    with Nginx(tmp_path_factory.mktemp("nginx")) as server:
        yield needed(server.start)


@pytest.fixture
def origin():
    with Origin() as server:
        yield server


@pytest.fixture
def make_stage(binary, tmp_path, request):
    """Stages on a broker of the test's choice."""
    stages = []

    def make(brokers):
        stages.append(Stage(brokers, binary, tmp_path, request.node.name))
        return stages[-1]

    yield make
    for stage in stages:
        stage.stop()


@pytest.fixture
def stage(kafka, make_stage):
    """A stage on the shared broker; its topics are made by the test."""
    return make_stage(kafka.brokers)
