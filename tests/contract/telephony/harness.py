"""What the telephony port's contract suite needs of a line besides the port."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from screenpop.adapters.telephony.asterisk import AsteriskLine
from screenpop.adapters.telephony.simulator import (
    RunningSimulator,
    SimulatorControl,
    SimulatorLine,
    ensure_simulator,
)
from screenpop.ports.telephony import (
    AnswerLeg,
    HangUp,
    Line,
    LineEvent,
    LineUnavailableError,
    LineUp,
)
from screenpop.testing.asterisk import Asterisk
from screenpop.testing.relay import Relay
from screenpop.testing.scripted_line import BUSY, RINGS, ScriptedLine
from screenpop.testing.simulator_journal import SimulatorJournal

E = TypeVar("E", bound=LineEvent)

#: A number that answers, one that rings for long, one that is busy.
ANSWERING = "18005550100"
RINGING = "18005550002"
ENGAGED = "18005550001"

#: A command that is a no-op.
NOTHING = HangUp("a leg that never was")


async def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came to hold"
        await asyncio.sleep(0.002)


class Listener:
    """Takes reports as the intake would, and keeps them."""

    def __init__(self) -> None:
        self.events: list[LineEvent] = []
        #: How many of the next reports it fails to take.
        self.failures = 0

    async def __call__(self, event: LineEvent) -> None:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.events.append(event)

    def of(self, kind: type[E], leg_id: str | None = None) -> list[E]:
        """Return the reports of a kind, of one leg if named."""
        return [
            event
            for event in self.events
            if isinstance(event, kind) and leg_id in (None, getattr(event, "leg_id", None))
        ]

    async def wait(self, kind: type[E], leg_id: str | None = None, times: int = 1) -> E:
        """Wait for a report and return it."""
        await eventually(lambda: len(self.of(kind, leg_id)) >= times)
        return self.of(kind, leg_id)[times - 1]


class Harness(Protocol):
    """A line with its far ends."""

    async def new_line(self) -> Line:
        """Return a line to the same network, not started."""

    async def place_call(self, caller: str, dialled: str, headers: Mapping[str, str]) -> str:
        """Let a caller call us."""

    async def hang_up(self, leg_id: str) -> None:
        """Let a far end hang up."""

    async def answer(self, leg_id: str) -> None:
        """Let a far end that rings pick up."""

    async def send_dtmf(self, leg_id: str, digits: str) -> None:
        """Let a far end press keys."""

    async def lose_connection(self) -> None:
        """Cut the newest line off; it does not come back until told."""

    async def restore_connection(self) -> None:
        """Let it come back."""

    async def dials(self) -> list[str]:
        """Return the leg ids of every dial that reached the network."""


async def up(line: Line, listener: Listener) -> None:
    """Start a line and wait until it performs."""
    await line.start(listener)
    await listener.wait(LineUp)
    await taken(line)


async def taken(line: Line) -> None:
    """Wait until the line has seen that ``LineUp`` was taken."""

    async def attempt() -> bool:
        try:
            await line.perform(NOTHING)
        except LineUnavailableError:
            return False
        return True

    deadline = time.monotonic() + 30
    while not await attempt():
        assert time.monotonic() < deadline, "the line never came up"
        await asyncio.sleep(0.002)


class ScriptedHarness:
    """The scripted line: one object is network and line."""

    def __init__(self) -> None:
        self.line = ScriptedLine(now=lambda: time.time_ns() // 1_000_000)
        self.line.script(RINGING, RINGS)
        self.line.script(ENGAGED, BUSY)

    async def new_line(self) -> Line:
        return self.line

    async def place_call(self, caller: str, dialled: str, headers: Mapping[str, str]) -> str:
        return self.line.place_call(caller, dialled, headers)

    async def hang_up(self, leg_id: str) -> None:
        self.line.hang_up(leg_id)

    async def answer(self, leg_id: str) -> None:
        await self.line.perform(AnswerLeg(leg_id))

    async def send_dtmf(self, leg_id: str, digits: str) -> None:
        self.line.send_dtmf(leg_id, digits)

    async def lose_connection(self) -> None:
        self.line.go_down()

    async def restore_connection(self) -> None:
        self.line.come_up()

    async def dials(self) -> list[str]:
        return [dial.leg_id for dial in self.line.dials]

    async def close(self) -> None:
        await self.line.stop()


class SimulatorHarness:
    """The simulated network, ten times as fast as a real one."""

    def __init__(self, folder: Path) -> None:
        self.state_file = folder / "simulator.json"
        self.hidden = folder / "hidden.json"
        self.journal = SimulatorJournal(folder / "journal.jsonl")
        self.network: RunningSimulator = ensure_simulator(
            self.state_file, journal=folder / "journal.jsonl", speed=10
        )
        self.control = SimulatorControl(self.state_file)
        self.lines: list[SimulatorLine] = []

    async def new_line(self) -> Line:
        self.lines.append(SimulatorLine(self.state_file))
        return self.lines[-1]

    async def place_call(self, caller: str, dialled: str, headers: Mapping[str, str]) -> str:
        return await self.control.place_call(caller, dialled, headers)

    async def hang_up(self, leg_id: str) -> None:
        await self.control.hang_up(leg_id)

    async def answer(self, leg_id: str) -> None:
        await self.control.answer(leg_id)

    async def send_dtmf(self, leg_id: str, digits: str) -> None:
        await self.control.send_dtmf(leg_id, digits)

    async def lose_connection(self) -> None:
        await self.control.legs()  # the far ends keep their connection
        self.state_file.rename(self.hidden)
        connection = self.lines[-1]._connection
        assert connection is not None
        connection._writer.transport.abort()

    async def restore_connection(self) -> None:
        self.hidden.rename(self.state_file)

    async def dials(self) -> list[str]:
        return [entry.leg_id for entry in self.journal.dials()]

    async def close(self) -> None:
        for line in self.lines:
            await line.stop()
        await self.control.close()
        self.network.stop()


class AsteriskHarness:
    """A real Asterisk whose trunk and telephones lead back into it."""

    def __init__(self, pbx: Asterisk, relay: Relay) -> None:
        """The lines reach ``pbx`` through ``relay``, which can be cut."""
        self.pbx = pbx
        self.relay = relay
        self.lines: list[AsteriskLine] = []
        self.dialled_before = len(pbx.journal)

    async def new_line(self) -> Line:
        account = replace(self.pbx.account, url=self.relay.url)
        self.lines.append(AsteriskLine(account, "trunk"))
        return self.lines[-1]

    async def place_call(self, caller: str, dialled: str, headers: Mapping[str, str]) -> str:
        return await asyncio.to_thread(self.pbx.place_call, caller, dialled, headers)

    async def hang_up(self, leg_id: str) -> None:
        await asyncio.to_thread(self.pbx.hang_up, leg_id)

    async def answer(self, leg_id: str) -> None:
        await asyncio.to_thread(self.pbx.answer, leg_id)

    async def send_dtmf(self, leg_id: str, digits: str) -> None:
        await asyncio.to_thread(self.pbx.send_dtmf, leg_id, digits)

    async def lose_connection(self) -> None:
        await self.relay.cut()

    async def restore_connection(self) -> None:
        await self.relay.open()

    async def dials(self) -> list[str]:
        return self.pbx.journal[self.dialled_before :]

    async def close(self) -> None:
        for line in self.lines:
            await line.stop()
        await self.relay.cut()
        await asyncio.to_thread(self.pbx.end_all_calls)
