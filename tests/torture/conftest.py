"""The fixtures of tests/e2e."""

from e2e.conftest import kafka, make_stage, nginx, stage  # noqa: F401
