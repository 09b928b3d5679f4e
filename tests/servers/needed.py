"""The rule about missing servers: where CI=true their absence fails the run; elsewhere their tests
are skipped, and pytest's summary says why."""

import os

import pytest

from .process import NotInstalled

IN_CI = os.environ.get("CI") == "true"


def needed(make):
    """make(), or the end of the test when it wants what this machine does not have."""
    try:
        return make()
    except NotInstalled as missing:
        if IN_CI:
            pytest.fail(str(missing))
        pytest.skip(f"NOT TESTED: {missing}")
