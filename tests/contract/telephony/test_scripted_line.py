"""What the scripted line does beyond the port: scripts, evidence, availability."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from screenpop.ports.telephony import (
    CallOffered,
    DialNumber,
    LegAnswered,
    LegEnded,
    LegRinging,
    LineDown,
    LineEvent,
    LineUnavailableError,
    LineUp,
    RingAgent,
)
from screenpop.testing.scripted_line import (
    ANSWERS,
    BUSY,
    CARRIER_FAILURE,
    NO_ANSWER,
    RINGS,
    SILENT,
    UNALLOCATED,
    Outcome,
    ScriptedLine,
)
from tests.contract.telephony.harness import NOTHING, Listener, up


@pytest.fixture
async def scripted(listener: Listener) -> AsyncIterator[ScriptedLine]:
    line = ScriptedLine(now=lambda: 7)
    await up(line, listener)
    line.commands.clear()
    yield line
    await line.stop()


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (ANSWERS, [LegRinging("c", 7), LegAnswered("c", 7)]),
        (RINGS, [LegRinging("c", 7)]),
        (SILENT, []),
        (BUSY, [LegEnded("c", 7, 486, 17)]),
        (NO_ANSWER, [LegRinging("c", 7), LegEnded("c", 7, 480, 19)]),
        (UNALLOCATED, [LegEnded("c", 7, 404, 1)]),
        (CARRIER_FAILURE, [LegEnded("c", 7, 503, 34)]),
    ],
)
async def test_a_number_does_what_it_was_told(
    scripted: ScriptedLine, listener: Listener, outcome: Outcome, expected: list[LineEvent]
) -> None:
    scripted.script("555", outcome)
    await scripted.perform(DialNumber("c", "call", "555", "1"))
    await scripted.settled()
    assert listener.events[1:] == expected


async def test_an_extension_can_be_scripted_too(scripted: ScriptedLine, listener: Listener) -> None:
    scripted.script("1001", BUSY)
    await scripted.perform(RingAgent("a", "call", "1001", "1", auto_answer=True))
    await scripted.settled()
    assert listener.events[1:] == [LegEnded("a", 7, 486, 17)]


async def test_commands_and_dials_are_kept_as_evidence(scripted: ScriptedLine) -> None:
    dial = DialNumber("c", "call", "555", "1")
    await scripted.perform(dial)
    await scripted.perform(NOTHING)
    assert scripted.commands == [dial, NOTHING]
    assert scripted.dials == [dial]


async def test_a_line_that_is_away_from_the_start_comes_up_when_told(listener: Listener) -> None:
    line = ScriptedLine()
    line.go_down()
    line.place_call("1", "2")
    await line.start(listener)
    with pytest.raises(LineUnavailableError):
        await line.perform(NOTHING)
    assert listener.events == []
    line.come_up()
    await line.settled()
    assert [type(event) for event in listener.events] == [CallOffered, LineUp]
    await line.perform(NOTHING)
    await line.stop()


async def test_a_line_that_goes_and_comes_at_once_says_both_and_performs_only_then() -> None:
    line = ScriptedLine()
    told: list[type[LineEvent]] = []

    async def report_to(event: LineEvent) -> None:
        with pytest.raises(LineUnavailableError):
            await line.perform(NOTHING)
        told.append(type(event))

    await line.start(report_to)
    line.go_down()
    line.come_up()
    await line.settled()
    assert told == [LineUp, LineDown, LineUp]
    await line.perform(NOTHING)
    await line.stop()
