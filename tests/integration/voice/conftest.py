"""A desk for every test, and two agents who are logged in."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from screenpop.adapters.store.sqlite.store import SqliteStore
from screenpop.domain.configuration import Configuration
from screenpop.web.limits import RateLimits
from screenpop.web.voice import VoiceSettings
from tests.integration.voice.desk import Agent, Desk, configuration


@pytest.fixture
def settings() -> VoiceSettings:
    return VoiceSettings(lenient=True)


@pytest.fixture
def rates() -> RateLimits:
    return RateLimits().times(100)


@pytest.fixture
def present() -> Configuration:
    return configuration()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nothing but its schema, to be copied: migrations take their time."""
    database = tmp_path_factory.mktemp("migrated") / "screenpop.db"
    SqliteStore(database).close()
    return database


@pytest.fixture
async def desk(
    tmp_path: Path,
    migrated: Path,
    contract: Any,
    settings: VoiceSettings,
    rates: RateLimits,
    present: Configuration,
) -> AsyncIterator[Desk]:
    database = tmp_path / "screenpop.db"
    shutil.copyfile(migrated, database)
    desk = Desk(database, contract.check, settings, rates)
    await desk.start(present)
    yield desk
    await desk.stop()


@pytest.fixture
async def maya(desk: Desk) -> Agent:
    return await desk.login("maya")


@pytest.fixture
async def ravi(desk: Desk) -> Agent:
    return await desk.login("ravi")
