"""Every line that the telephony port's contract suite runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from screenpop.ports.telephony import Line
from screenpop.testing.asterisk import Asterisk
from screenpop.testing.relay import Relay
from tests.asterisk import pbx
from tests.contract.telephony.exempt import EXEMPT
from tests.contract.telephony.harness import (
    AsteriskHarness,
    Harness,
    Listener,
    ScriptedHarness,
    SimulatorHarness,
    up,
)

__all__ = ["harness", "line", "listener", "pbx"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the exempt cases out; the head of the run names them (tests/conftest.py)."""
    exempt = [item for item in items if _is_exempt(item)]
    if exempt:
        config.hook.pytest_deselected(items=exempt)
        items[:] = [item for item in items if item not in exempt]


def _is_exempt(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return False
    return item.originalname in EXEMPT.get(str(item.callspec.params.get("harness")), {})


@pytest.fixture(
    params=[
        "scripted",
        "simulator",
        pytest.param("asterisk", marks=pytest.mark.needs("asterisk")),
    ]
)
async def harness(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harness]:
    made: ScriptedHarness | SimulatorHarness | AsteriskHarness
    if request.param == "scripted":
        made = ScriptedHarness()
    elif request.param == "simulator":
        made = SimulatorHarness(tmp_path)
    else:
        running: Asterisk = request.getfixturevalue("pbx")
        relay = Relay("127.0.0.1", running.http_port)
        await relay.open()
        made = AsteriskHarness(running, relay)
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
