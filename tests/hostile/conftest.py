import pytest
from hostile_server import HostileServer


@pytest.fixture
def server():
    with HostileServer() as running:
        yield running
