"""A simulated network for each test, ended with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screenpop.adapters.telephony.simulator import RunningSimulator, ensure_simulator
from screenpop.testing.simulator_journal import SimulatorJournal


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "simulator.json"


@pytest.fixture
def journal(tmp_path: Path) -> SimulatorJournal:
    return SimulatorJournal(tmp_path / "journal.jsonl")


@pytest.fixture
def start(state_file: Path, tmp_path: Path) -> Iterator[Callable[..., RunningSimulator]]:
    """Find or start the network of this test; what was started ends with the test."""
    made: list[RunningSimulator] = []

    def ensure(*, speed: float = 20, survive: bool = False) -> RunningSimulator:
        made.append(
            ensure_simulator(
                state_file, journal=tmp_path / "journal.jsonl", speed=speed, survive=survive
            )
        )
        return made[-1]

    yield ensure
    for simulator in reversed(made):
        simulator.stop()
