"""Longest wait, overflow number and closed hours of a queue, on each store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from screenpop.domain.call import Call, CallState, LegKind, LegState
from screenpop.domain.commands import Acting, AnswerCall, Target, TargetType, TransferCall
from screenpop.domain.configuration import ClosedHours, Configuration, Weekday
from screenpop.domain.configuration_commands import ChangeConfiguration
from screenpop.domain.errors import TargetNotAvailableError
from screenpop.services import call_control, configuring, transferring
from screenpop.settings import Settings
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre
from screenpop.testing.scripted_line import BUSY, RINGS, ScriptedLine

CALLER, DID, OVERFLOW = "7905690272", "18005550172", "18005550199"
WAIT = 60_000
#: A Saturday evening in Kolkata, which is Saturday noon in UTC.
SATURDAY_EVENING = int(datetime(2026, 11, 21, 18, 0, tzinfo=ZoneInfo("Asia/Kolkata")).timestamp())
EVENING = ClosedHours(17 * 60, 9 * 60)

Run = Callable[..., AbstractAsyncContextManager[ContactCentre]]


def with_queue(**limits: Any) -> Callable[[Configuration], Configuration]:
    """The demo in India, its queue with these limits."""

    def change(configuration: Configuration) -> Configuration:
        (queue,) = configuration.queues
        (centre,) = configuration.contact_centers
        return replace(
            configuration,
            queues=(replace(queue, **limits),),
            contact_centers=(replace(centre, time_zone="Asia/Kolkata"),),
        )

    return change


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(SATURDAY_EVENING * 1000)


@pytest.fixture
def run(tmp_path: Path, clock: ManualClock, on_store: Callable[[Settings], Settings]) -> Run:
    def run(line: ScriptedLine | None = None, **limits: Any) -> Any:
        change = with_queue(**limits)
        return contact_centre(tmp_path, clock=clock, settings=on_store, change=change, line=line)

    return run


async def the_call(centre: ContactCentre, state: CallState) -> Call:
    """Wait until the only call is in this state."""

    def look(reader: Any) -> Call | None:
        found = [call for call, _ in reader.recent_calls(1, None, 10)]
        return found[0] if len(found) == 1 and found[0].call_state is state else None

    return await centre.until(look, f"the call is {state}")


async def overflow_leg(centre: ContactCentre, call: Call) -> Any:
    """Wait until the overflow number is called."""
    return await centre.until(
        lambda r: next((g for g in r.legs(call.crt_object_id) if g.address == OVERFLOW), None),
        "the overflow number is called",
    )


async def what_happened(centre: ContactCentre, call: Call) -> list[str]:
    history = await centre.read(lambda reader: reader.history(call.crt_object_id))
    return [entry.what for entry in history]


async def nothing_lives(centre: ContactCentre, call: Call) -> None:
    """Every leg of the call is over, ours and the line's."""
    await centre.until(
        lambda r: all(leg.state is LegState.ENDED for leg in r.legs(call.crt_object_id)),
        "no leg lives",
    )


async def test_call_that_waits_too_long_talks_to_the_overflow_number(
    run: Run, clock: ManualClock
) -> None:
    async with run(longest_wait=WAIT, overflow_number=OVERFLOW) as centre:
        centre.line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        clock.advance(WAIT)
        call = await the_call(centre, CallState.CONNECTED)
        leg = await overflow_leg(centre, call)
        assert leg.kind is LegKind.PARTY
        assert await what_happened(centre, call) == ["call.queued", "queue.left"]

        centre.line.hang_up(call.customer_leg_id)

        call = await the_call(centre, CallState.ENDED)
        assert call.system_disposition == "CONNECTED"
        assert call.disposed_at == call.ended_at
        await nothing_lives(centre, call)


async def test_call_ends_when_the_overflow_number_hangs_up(run: Run, clock: ManualClock) -> None:
    async with run(longest_wait=WAIT, overflow_number=OVERFLOW) as centre:
        centre.line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        clock.advance(WAIT)
        call = await the_call(centre, CallState.CONNECTED)
        centre.line.hang_up((await overflow_leg(centre, call)).leg_id)
        call = await the_call(centre, CallState.ENDED)
        assert call.system_disposition == "CONNECTED"
        await nothing_lives(centre, call)


async def test_call_that_waits_too_long_ends_where_there_is_no_overflow_number(
    run: Run, clock: ManualClock
) -> None:
    async with run(longest_wait=WAIT) as centre:
        centre.line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        clock.advance(WAIT - 1)
        assert (await the_call(centre, CallState.QUEUED)).queued_at is not None
        clock.advance(1)
        call = await the_call(centre, CallState.ENDED)
        assert call.system_disposition == "CALL_HANGUP"
        assert call.disposed_at == call.ended_at
        await nothing_lives(centre, call)


@pytest.mark.parametrize("unreached", [BUSY, RINGS])
async def test_call_ends_when_the_overflow_number_is_not_reached(
    run: Run, clock: ManualClock, unreached: Any
) -> None:
    line = ScriptedLine(clock.now)
    line.script(OVERFLOW, unreached)
    async with run(line, longest_wait=WAIT, overflow_number=OVERFLOW) as centre:
        line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        clock.advance(WAIT)
        if unreached is RINGS:
            call = await the_call(centre, CallState.RINGING)
            assert (await overflow_leg(centre, call)).state is not LegState.ENDED
            clock.advance(30_000)
        call = await the_call(centre, CallState.ENDED)
        assert call.system_disposition == "CALL_HANGUP"
        assert (await what_happened(centre, call))[-1] == "overflow.failed"
        await nothing_lives(centre, call)


async def test_caller_who_gives_up_while_the_overflow_number_rings_is_a_dropped_call(
    run: Run, clock: ManualClock
) -> None:
    line = ScriptedLine(clock.now)
    line.script(OVERFLOW, RINGS)
    async with run(line, longest_wait=WAIT, overflow_number=OVERFLOW) as centre:
        line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        clock.advance(WAIT)
        call = await the_call(centre, CallState.RINGING)
        await overflow_leg(centre, call)
        line.hang_up(call.customer_leg_id)
        call = await the_call(centre, CallState.ENDED)
        assert call.system_disposition == "CALL_DROP"
        await nothing_lives(centre, call)


async def test_offered_call_is_left_to_its_agent_and_leaves_when_nobody_answers(
    run: Run, clock: ManualClock
) -> None:
    line = ScriptedLine(clock.now)
    line.script("1002", RINGS)
    async with run(line, longest_wait=WAIT, overflow_number=OVERFLOW) as centre:
        line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        clock.advance(WAIT - 10)
        ravi = await centre.log_in("ravi")
        await centre.until_state(ravi, "ringing")
        clock.advance(10)
        await centre.until(lambda r: _waits(r) == [], "the wait was looked at")
        await centre.until_state(ravi, "ringing")
        clock.advance(20_000)
        await centre.until_state(ravi, "break")
        call = await the_call(centre, CallState.CONNECTED)
        await overflow_leg(centre, call)


def _waits(reader: Any) -> list[str]:
    return [t.subject for t in reader.due_timers(2**60, 100) if t.kind == "queue wait"]


async def test_agent_who_is_free_in_time_gets_the_call_and_keeps_it(
    run: Run, clock: ManualClock
) -> None:
    async with run(longest_wait=WAIT, overflow_number=OVERFLOW) as centre:
        centre.line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        ravi = await centre.log_in("ravi")
        await centre.until_state(ravi, "onCall")
        clock.advance(WAIT)
        await centre.until(lambda r: _waits(r) == [], "the wait was looked at")
        call = await the_call(centre, CallState.CONNECTED)
        legs = await centre.read(lambda r: r.legs(call.crt_object_id))
        assert OVERFLOW not in [leg.address for leg in legs]


async def test_limit_set_while_a_call_waits_counts_for_it(run: Run, clock: ManualClock) -> None:
    async with run() as centre:
        centre.line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        limited = ChangeConfiguration(with_queue(longest_wait=WAIT))
        await centre.core.run(configuring.change, limited)
        clock.advance(WAIT)
        call = await the_call(centre, CallState.ENDED)
        assert call.system_disposition == "CALL_HANGUP"


async def test_call_in_closed_hours_ends_at_once_and_rings_no_agent(run: Run) -> None:
    async with run(closed_hours=(EVENING,)) as centre:
        ravi = await centre.log_in("ravi")
        centre.line.place_call(CALLER, DID)
        call = await the_call(centre, CallState.ENDED)
        assert call.system_disposition == "CALL_HANGUP"
        assert await what_happened(centre, call) == ["call.queued", "queue.left"]
        assert not await centre.read(lambda r: r.associations(call.crt_object_id))
        await nothing_lives(centre, call)
        await centre.until_state(ravi, "ready")


async def test_call_in_closed_hours_goes_to_the_overflow_number(run: Run) -> None:
    async with run(closed_hours=(EVENING,), overflow_number=OVERFLOW) as centre:
        await centre.log_in("ravi")
        centre.line.place_call(CALLER, DID)
        call = await the_call(centre, CallState.CONNECTED)
        assert (await overflow_leg(centre, call)).joined_at is not None
        assert not await centre.read(lambda r: r.associations(call.crt_object_id))


async def test_closed_hours_are_those_of_the_contact_centres_clocks(run: Run) -> None:
    """It is noon in UTC, and evening in Kolkata."""
    noon = ClosedHours(12 * 60, 13 * 60)
    sunday = ClosedHours(0, 24 * 60, (Weekday.SUNDAY,))
    async with run(closed_hours=(noon, sunday)) as centre:
        ravi = await centre.log_in("ravi")
        centre.line.place_call(CALLER, DID)
        await centre.until_state(ravi, "onCall")


async def _talking(centre: ContactCentre) -> tuple[LoggedIn, Call]:
    maya = await centre.log_in("maya")
    await centre.post("voice/manualDial", maya.dial("8447380993"))
    await centre.until_state(maya, "onCall")
    return maya, await the_call(centre, CallState.CONNECTED)


def _to_queue(maya: LoggedIn, call: Call) -> TransferCall:
    acting = Acting(maya.session_id, session_suffices=True)
    return TransferCall(acting, call.crt_object_id, target=Target(TargetType.QUEUE, "5"))


async def test_call_given_to_a_closed_queue_stays_unless_there_is_an_overflow_number(
    run: Run,
) -> None:
    async with run(closed_hours=(EVENING,)) as centre:
        maya, call = await _talking(centre)
        with pytest.raises(TargetNotAvailableError, match="closed"):
            await centre.core.run(transferring.transfer, _to_queue(maya, call))
        await centre.until_state(maya, "onCall")

        numbered = with_queue(closed_hours=(EVENING,), overflow_number=OVERFLOW)
        await centre.core.run(configuring.change, ChangeConfiguration(numbered))
        await centre.core.run(transferring.transfer, _to_queue(maya, call))
        await centre.until_state(maya, "wrap")
        leg = await overflow_leg(centre, call)
        await centre.until(lambda r: (g := r.leg(leg.leg_id)) and g.joined_at, "they talk")


async def test_wait_begins_anew_for_a_call_that_an_agent_gave_to_the_queue(
    run: Run, clock: ManualClock
) -> None:
    async with run(longest_wait=20_000) as centre:
        maya, call = await _talking(centre)
        clock.advance(WAIT)
        await centre.core.run(transferring.transfer, _to_queue(maya, call))
        await centre.until_state(maya, "wrap")
        assert (await the_call(centre, CallState.QUEUED)).ended_at is None
        clock.advance(20_000)
        over = await the_call(centre, CallState.ENDED)
        assert over.system_disposition == "CONNECTED"
        assert over.disposed_at is None
        reply = await centre.post("voice/disposeCall", maya.dispose(call.crt_object_id))
        assert reply.status_code == 200
        assert (await the_call(centre, CallState.ENDED)).disposed_at is not None


async def test_wait_that_ran_out_while_the_server_was_away_counts_when_it_is_back(
    run: Run, clock: ManualClock
) -> None:
    line = ScriptedLine(clock.now)
    async with run(line, longest_wait=WAIT) as centre:
        line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
    clock.advance(WAIT)
    async with run(line, longest_wait=WAIT) as centre:
        call = await the_call(centre, CallState.ENDED)
        assert call.system_disposition == "CALL_HANGUP"
        await nothing_lives(centre, call)


async def test_agent_can_still_answer_an_offer_after_the_longest_wait(
    run: Run, clock: ManualClock
) -> None:
    line = ScriptedLine(clock.now)
    line.script("1002", RINGS)
    async with run(line, longest_wait=WAIT) as centre:
        line.place_call(CALLER, DID)
        await the_call(centre, CallState.QUEUED)
        clock.advance(WAIT - 10)
        ravi = await centre.log_in("ravi")
        await centre.until_state(ravi, "ringing")
        clock.advance(100)
        acting = Acting(ravi.session_id, session_suffices=True)
        await centre.core.run(call_control.answer, AnswerCall(acting, None))
        await centre.until_state(ravi, "onCall")
