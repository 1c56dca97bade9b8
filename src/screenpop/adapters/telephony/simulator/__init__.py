"""The simulated telephone network as a line (design 2.6 to 2.9)."""

from __future__ import annotations

from screenpop.adapters.telephony.simulator.control import SimulatedLeg, SimulatorControl
from screenpop.adapters.telephony.simulator.errors import (
    FarEndError,
    NoSuchLegError,
    SimulatorClientError,
    SimulatorStartError,
    SimulatorUnreachableError,
    WrongLegStateError,
)
from screenpop.adapters.telephony.simulator.line import SimulatorLine
from screenpop.adapters.telephony.simulator.starter import RunningSimulator, ensure_simulator

__all__ = [
    "FarEndError",
    "NoSuchLegError",
    "RunningSimulator",
    "SimulatedLeg",
    "SimulatorClientError",
    "SimulatorControl",
    "SimulatorLine",
    "SimulatorStartError",
    "SimulatorUnreachableError",
    "WrongLegStateError",
    "ensure_simulator",
]
