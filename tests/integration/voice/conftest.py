"""A desk for every test, and two agents who are logged in."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture
async def desk(
    tmp_path: Path,
    contract: Any,
    settings: VoiceSettings,
    rates: RateLimits,
    present: Configuration,
) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, contract.check, settings, rates)
    await desk.start(present)
    yield desk
    await desk.stop()


@pytest.fixture
async def maya(desk: Desk) -> Agent:
    return await desk.login("maya")


@pytest.fixture
async def ravi(desk: Desk) -> Agent:
    return await desk.login("ravi")
