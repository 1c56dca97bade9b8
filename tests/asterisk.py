"""An Asterisk for all tests of a worker; import what you need."""

from collections.abc import Iterator

import pytest

from screenpop.testing.asterisk import Asterisk, asterisk
from scripts.test_tools import known_tools

#: The system in which it is installed.
ROOT = known_tools()["asterisk"].root


@pytest.fixture(scope="session")
def pbx() -> Iterator[Asterisk]:
    """An Asterisk whose trunk and telephones lead to the far end, for tests that leave it idle."""
    with asterisk(ROOT) as running:
        yield running
