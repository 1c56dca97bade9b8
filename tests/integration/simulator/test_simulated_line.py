"""The simulated line when servers come, go and fight (design 2.6 to 2.9)."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from screenpop.adapters.telephony.simulator import (
    NoSuchLegError,
    RunningSimulator,
    SimulatorControl,
    SimulatorLine,
    SimulatorUnreachableError,
    WrongLegStateError,
)
from screenpop.ports.telephony import (
    CallOffered,
    DialNumber,
    HangUp,
    LegAnswered,
    LegEnded,
    LegRinging,
    LineDown,
    LineUnavailableError,
    LineUp,
    LiveLeg,
    RingAgent,
)
from screenpop.simulator.protocol import decode_line, encode_fields, encode_line
from screenpop.simulator.state import StateFile
from screenpop.testing.simulator_journal import SimulatorJournal
from tests.contract.telephony.harness import Listener, eventually, up

Start = Callable[..., RunningSimulator]
NewLine = Callable[..., SimulatorLine]

#: A server that dials, never manages to commit a report, and waits to be killed.
CONTROLLER = """
import asyncio, pathlib, sys
from screenpop.adapters.telephony.simulator import SimulatorLine
from screenpop.ports.telephony import DialNumber, LineUnavailableError, LineUp

async def report_to(event):
    if not isinstance(event, LineUp):
        await asyncio.Event().wait()

async def main():
    line = SimulatorLine(pathlib.Path(sys.argv[1]))
    await line.start(report_to)
    for leg_id, phone in (("lives", "18005550100"), ("ends", "18005550005")):
        while True:
            try:
                await line.perform(DialNumber(leg_id, "call", phone, "1"))
                break
            except LineUnavailableError:
                await asyncio.sleep(0.01)
    print("dialled", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def control(state_file: Path) -> AsyncIterator[SimulatorControl]:
    made = SimulatorControl(state_file)
    yield made
    await made.close()


@pytest.fixture
async def new_line(state_file: Path) -> AsyncIterator[NewLine]:
    lines: list[SimulatorLine] = []

    def make(superseded_wait: float = 60) -> SimulatorLine:
        lines.append(SimulatorLine(state_file, answer_seconds=1, superseded_wait=superseded_wait))
        return lines[-1]

    yield make
    for line in lines:
        await line.stop()


async def test_calls_outlive_a_killed_server_and_the_next_one_is_told_everything(
    start: Start,
    state_file: Path,
    journal: SimulatorJournal,
    new_line: NewLine,
) -> None:
    """One leg lives on, one ends while nobody controls the network; neither rings twice."""
    start(speed=5, survive=True)
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CONTROLLER, str(state_file), stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    assert await server.stdout.readline() == b"dialled\n"
    server.kill()
    await server.communicate()
    await eventually(lambda: any(end.leg_id == "ends" for end in journal.ends()))
    listener = Listener()
    await up(new_line(), listener)
    assert isinstance(listener.events[-1], LineUp)
    assert listener.events[-1].legs == (LiveLeg("lives", "up"),)
    for leg_id, kinds in {
        "lives": [LegRinging, LegAnswered],
        "ends": [LegRinging, LegAnswered, LegEnded],
    }.items():
        told = [type(e) for e in listener.events if getattr(e, "leg_id", None) == leg_id]
        assert told == kinds
    assert sorted(ring.leg_id for ring in journal.rings()) == ["ends", "lives"]


async def test_what_was_acknowledged_is_not_told_again(start: Start, new_line: NewLine) -> None:
    start()
    first, listener = new_line(), Listener()
    await up(first, listener)
    await first.perform(DialNumber("c", "call", "18005550006", "1"))
    await listener.wait(LegAnswered, "c")
    await first.perform(HangUp("gone"))  # answered after the acknowledgement has been read
    await first.stop()
    after = Listener()
    await up(new_line(), after)
    assert [type(event) for event in after.events] == [LineUp]


async def test_the_newer_controller_wins_and_the_older_is_told_and_waits(
    start: Start, new_line: NewLine
) -> None:
    start(speed=2)
    older, older_heard = new_line(), Listener()
    await up(older, older_heard)
    newer, newer_heard = new_line(), Listener()
    await up(newer, newer_heard)
    down = await older_heard.wait(LineDown)
    assert "another server" in down.reason
    with pytest.raises(LineUnavailableError):
        await older.perform(HangUp("c"))
    await newer.perform(DialNumber("c", "call", "18005550100", "1"))
    await newer_heard.wait(LegAnswered, "c")  # half a second later, and nobody has come back
    assert [type(event) for event in older_heard.events] == [LineUp, LineDown]
    assert not newer_heard.of(LineDown)


async def test_what_the_older_controller_sent_is_in_the_newer_ones_list_or_never_rings(
    start: Start, state_file: Path, journal: SimulatorJournal
) -> None:
    """A dial that came after the list was made would ring for a call that was given up."""
    simulator = start()
    state = StateFile.read(state_file)
    assert state is not None

    async def controller() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(simulator.host, simulator.port)
        writer.write(encode_line({"hello": 1, "role": "controller", "token": state.token}))
        return reader, writer

    async def listed(reader: asyncio.StreamReader) -> set[str]:
        while "up" not in (message := decode_line(await reader.readline())):
            pass
        return {leg["leg_id"] for leg in message["up"]["legs"]}

    for attempt in range(20):
        older_reader, older = await controller()
        await listed(older_reader)
        os.kill(simulator.pid, signal.SIGSTOP)
        newer_reader, newer = await controller()
        leg_id = f"leg-{attempt}"
        command = encode_fields(DialNumber(leg_id, "call", "18005550002", "1"))
        older.write(encode_line({"id": 1, "command": command}))
        os.kill(simulator.pid, signal.SIGCONT)
        found = await listed(newer_reader)
        await older_reader.read()  # to the end: whatever it had sent has been dealt with
        assert (leg_id in found) == (leg_id in {ring.leg_id for ring in journal.rings()})
        for writer in (older, newer):
            writer.close()


async def test_a_superseded_line_tries_again_after_its_wait(
    start: Start, new_line: NewLine
) -> None:
    start()
    older, listener = new_line(superseded_wait=0.1), Listener()
    await up(older, listener)
    newer = new_line()
    await up(newer, Listener())
    await listener.wait(LineUp, times=2)
    assert [type(event) for event in listener.events] == [LineUp, LineDown, LineUp]


async def test_a_network_that_does_not_answer_is_unavailable_and_found_again_when_it_does(
    start: Start, new_line: NewLine, journal: SimulatorJournal
) -> None:
    """Nobody can tell whether the dial was performed: the list after it tells."""
    simulator = start()
    line, listener = new_line(), Listener()
    await up(line, listener)
    os.kill(simulator.pid, signal.SIGSTOP)
    try:
        with pytest.raises(LineUnavailableError, match="no answer within 1 s"):
            await line.perform(DialNumber("c", "call", "18005550100", "1"))
        await listener.wait(LineDown)
    finally:
        os.kill(simulator.pid, signal.SIGCONT)
    found = await listener.wait(LineUp, times=2)
    assert [ring.leg_id for ring in journal.rings()] == [leg.leg_id for leg in found.legs]


async def test_a_network_that_was_killed_is_found_when_it_is_started_again(
    start: Start, new_line: NewLine
) -> None:
    simulator = start()
    line, listener = new_line(), Listener()
    await up(line, listener)
    await line.perform(RingAgent("a", "call", "1001", "1", auto_answer=True))
    await listener.wait(LegAnswered, "a")
    os.kill(simulator.pid, signal.SIGKILL)
    await listener.wait(LineDown)
    await asyncio.to_thread(start)
    assert (await listener.wait(LineUp, times=2)).legs == ()


async def test_far_ends_act_with_and_without_a_controller(
    start: Start,
    control: SimulatorControl,
    journal: SimulatorJournal,
    new_line: NewLine,
) -> None:
    start()
    leg_id = await control.place_call("8447380993", "18005550172", {"X-Trunk": "1"})
    (leg,) = await control.legs()
    assert (leg.leg_id, leg.state, leg.number, leg.dialled) == (
        leg_id,
        "offered",
        "8447380993",
        "18005550172",
    )
    listener = Listener()
    line = new_line()
    await up(line, listener)
    assert [type(event) for event in listener.events] == [CallOffered, LineUp]
    await line.perform(RingAgent("a", "call", "1001", "1", auto_answer=False))
    await control.answer("a")
    await control.answer("a")
    await listener.wait(LegAnswered, "a")
    await control.send_dtmf("a", "9")
    await control.hang_up(leg_id)
    assert (await listener.wait(LegEnded, leg_id)).q850 == 16
    with pytest.raises(NoSuchLegError, match=leg_id):
        await control.hang_up(leg_id)
    second = await control.place_call("1", "2")
    with pytest.raises(WrongLegStateError):
        await control.answer(second)
    assert [entry.leg_id for entry in journal.offers()] == [leg_id, second]
    assert [(ring.leg_id, ring.kind, ring.number) for ring in journal.rings("agent")] == [
        ("a", "agent", "1001")
    ]
    assert journal.rings("customer") == ()


async def test_control_reconnects_and_says_when_there_is_no_network(
    start: Start, control: SimulatorControl
) -> None:
    with pytest.raises(SimulatorUnreachableError, match="no state file"):
        await control.legs()
    first = start()
    assert await control.legs() == ()
    await asyncio.to_thread(first.stop)
    with pytest.raises(SimulatorUnreachableError):
        await control.legs()
    await asyncio.to_thread(start)
    assert await control.legs() == ()
