"""Every line that the telephony port's contract suite runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from screenpop.ports.telephony import Line
from tests.contract.telephony.harness import (
    Harness,
    Listener,
    ScriptedHarness,
    SimulatorHarness,
    up,
)


@pytest.fixture(params=["scripted", "simulator"])
async def harness(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harness]:
    made = ScriptedHarness() if request.param == "scripted" else SimulatorHarness(tmp_path)
    yield made
    await made.close()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def line(harness: Harness, listener: Listener) -> Line:
    made = await harness.new_line()
    await up(made, listener)
    return made
