import hostile_encodings  # noqa: F401  (its behaviours)
import pytest
from hostile_server import HostileServer


@pytest.fixture
def second_server():
    with HostileServer() as running:
        yield running


@pytest.fixture
def server():
    with HostileServer() as running:
        yield running
