"""A contact centre in this process, and the demo as a program."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre
from tests.integration.legacy.demo_server import DemoServer, demo_server


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[ContactCentre]:
    async with contact_centre(tmp_path) as running:
        yield running


@pytest.fixture
async def maya(centre: ContactCentre) -> LoggedIn:
    return await centre.log_in("maya")


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    with demo_server() as running:
        yield running
