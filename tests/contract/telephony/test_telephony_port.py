"""What every line does (``screenpop.ports.telephony``), whichever is underneath."""

from __future__ import annotations

import pytest

from screenpop.ports.telephony import (
    AnswerLeg,
    CallOffered,
    Connect,
    DialNumber,
    DtmfReceived,
    HangUp,
    HoldLeg,
    LegAnswered,
    LegEnded,
    LegIdTakenError,
    LegRinging,
    LegsConnected,
    Line,
    LineDown,
    LineNotUpError,
    LineUnavailableError,
    LineUp,
    LiveLeg,
    MuteLeg,
    ResumeLeg,
    RingAgent,
    SendDtmf,
    UnmuteLeg,
)
from tests.contract.telephony.harness import (
    ANSWERING,
    ENGAGED,
    RINGING,
    Harness,
    Listener,
    eventually,
    taken,
    up,
)


def agent(leg_id: str, *, auto_answer: bool = True) -> RingAgent:
    return RingAgent(leg_id, f"call-of-{leg_id}", "1001", "18005550199", auto_answer)


def customer(leg_id: str, phone: str = ANSWERING) -> DialNumber:
    return DialNumber(leg_id, f"call-of-{leg_id}", phone, "18005550199")


async def connected(line: Line, listener: Listener) -> None:
    """Bring an agent and a customer together in bridge ``b``."""
    await line.perform(agent("a"))
    await line.perform(customer("c"))
    await listener.wait(LegAnswered, "a")
    await listener.wait(LegAnswered, "c")
    await line.perform(Connect("b", ("a", "c")))
    await listener.wait(LegsConnected)


async def test_line_up_is_first_and_lists_no_legs_on_an_idle_line(
    line: Line, listener: Listener
) -> None:
    assert isinstance(listener.events[0], LineUp)
    assert listener.events[0].legs == ()
    assert await line.live_legs() == ()


async def test_a_dialled_number_rings_answers_and_is_connected(
    line: Line, listener: Listener
) -> None:
    await connected(line, listener)
    report = listener.of(LegsConnected)[0]
    assert (report.bridge_id, set(report.legs)) == ("b", {"a", "c"})
    for leg_id in ("a", "c"):
        kinds = [type(e) for e in listener.events if getattr(e, "leg_id", None) == leg_id]
        assert kinds == [LegRinging, LegAnswered]
    assert set(await line.live_legs()) == {LiveLeg("a", "up", "b"), LiveLeg("c", "up", "b")}


async def test_an_extension_that_may_not_answer_itself_rings_until_it_is_answered(
    line: Line, listener: Listener
) -> None:
    await line.perform(agent("a", auto_answer=False))
    await listener.wait(LegRinging, "a")
    assert await line.live_legs() == (LiveLeg("a", "ringing"),)
    await line.perform(AnswerLeg("a"))
    await listener.wait(LegAnswered, "a")


async def test_a_busy_number_ends_with_its_causes_and_without_a_ring(
    line: Line, listener: Listener
) -> None:
    await line.perform(customer("c", ENGAGED))
    end = await listener.wait(LegEnded, "c")
    assert (end.sip, end.q850) == (486, 17)
    assert not listener.of(LegRinging, "c")


async def test_hang_up_ends_a_leg_once_however_often_it_is_asked(
    line: Line, listener: Listener
) -> None:
    await connected(line, listener)
    for _ in range(3):
        await line.perform(HangUp("c", cause=16))
    assert (await listener.wait(LegEnded, "c")).q850 == 16
    await line.perform(customer("later"))
    await listener.wait(LegAnswered, "later")
    assert len(listener.of(LegEnded, "c")) == 1
    assert LiveLeg("a", "up", "b") in await line.live_legs()


async def test_every_repeated_command_is_harmless(line: Line, listener: Listener) -> None:
    await connected(line, listener)
    for command in (
        AnswerLeg("a"),
        Connect("b", ("a", "c")),
        HoldLeg("c"),
        MuteLeg("a"),
        SendDtmf("c", "1#"),
        UnmuteLeg("a"),
        ResumeLeg("c"),
    ):
        await line.perform(command)
        await line.perform(command)
    assert set(await line.live_legs()) == {LiveLeg("a", "up", "b"), LiveLeg("c", "up", "b")}
    assert not listener.of(LegEnded)
    assert len(listener.of(LegAnswered)) == 2


async def test_a_command_for_a_leg_that_is_gone_is_a_no_op(line: Line, listener: Listener) -> None:
    await line.perform(agent("a"))
    await listener.wait(LegAnswered, "a")
    for command in (
        AnswerLeg("gone"),
        HangUp("gone"),
        HoldLeg("gone"),
        ResumeLeg("gone"),
        MuteLeg("gone"),
        UnmuteLeg("gone"),
        SendDtmf("gone", "1"),
        Connect("b", ("a", "gone")),
    ):
        await line.perform(command)
    assert await line.live_legs() == (LiveLeg("a", "up"),)
    assert not listener.of(LegsConnected)


async def test_a_leg_id_is_refused_while_its_leg_lives_and_free_afterwards(
    harness: Harness, line: Line, listener: Listener
) -> None:
    await line.perform(customer("c"))
    with pytest.raises(LegIdTakenError):
        await line.perform(customer("c"))
    with pytest.raises(LegIdTakenError):
        await line.perform(agent("c"))
    await listener.wait(LegRinging, "c")
    await line.perform(HangUp("c"))
    await listener.wait(LegEnded, "c")
    await line.perform(customer("c"))
    await listener.wait(LegRinging, "c", times=2)
    assert await harness.dials() == ["c", "c"]


async def test_connect_with_more_legs_and_then_fewer_changes_the_bridge(
    line: Line, listener: Listener
) -> None:
    await connected(line, listener)
    await line.perform(customer("d"))
    await listener.wait(LegAnswered, "d")
    await line.perform(Connect("b", ("a", "c", "d")))
    assert set((await listener.wait(LegsConnected, times=2)).legs) == {"a", "c", "d"}
    await line.perform(Connect("b", ("c", "d")))
    assert set((await listener.wait(LegsConnected, times=3)).legs) == {"c", "d"}
    assert LiveLeg("a", "up") in await line.live_legs()


async def test_connect_waits_for_a_leg_that_still_rings(
    harness: Harness, line: Line, listener: Listener
) -> None:
    await line.perform(customer("c"))
    await listener.wait(LegAnswered, "c")
    await line.perform(agent("a", auto_answer=False))
    await line.perform(Connect("b", ("a", "c")))
    assert not listener.of(LegsConnected)
    await listener.wait(LegRinging, "a")
    await harness.answer("a")
    await listener.wait(LegsConnected)
    assert len(listener.of(LegsConnected)) == 1


async def test_an_inbound_call_is_offered_and_answered_by_being_connected(
    harness: Harness, line: Line, listener: Listener
) -> None:
    leg_id = await harness.place_call("8447380993", "18005550172", {"X-Trunk": "1"})
    offer = await listener.wait(CallOffered)
    assert (offer.leg_id, offer.caller, offer.dialled) == (leg_id, "8447380993", "18005550172")
    assert offer.headers == {"X-Trunk": "1"}
    assert await line.live_legs() == (
        LiveLeg(leg_id, "offered", None, "8447380993", "18005550172"),
    )
    await line.perform(agent("a"))
    await listener.wait(LegAnswered, "a")
    await line.perform(Connect("b", (leg_id, "a")))
    await listener.wait(LegsConnected)
    assert not listener.of(LegAnswered, leg_id)
    assert LiveLeg(leg_id, "up", "b") in await line.live_legs()


async def test_an_inbound_call_can_be_answered_before_an_agent_is_found(
    harness: Harness, line: Line, listener: Listener
) -> None:
    leg_id = await harness.place_call("8447380993", "18005550172", {})
    await listener.wait(CallOffered)
    await line.perform(AnswerLeg(leg_id))
    await listener.wait(LegAnswered, leg_id)
    assert await line.live_legs() == (LiveLeg(leg_id, "up"),)


async def test_the_far_ends_hang_up_and_keys_are_reported(
    harness: Harness, line: Line, listener: Listener
) -> None:
    await connected(line, listener)
    await harness.send_dtmf("c", "42#")
    # A line may report each key by itself.
    await eventually(lambda: "".join(e.digits for e in listener.of(DtmfReceived, "c")) == "42#")
    await harness.hang_up("c")
    assert (await listener.wait(LegEnded, "c")).q850 == 16
    assert await line.live_legs() == (LiveLeg("a", "up", "b"),)


async def test_answer_leg_does_not_answer_for_a_customer(line: Line, listener: Listener) -> None:
    await line.perform(customer("c", RINGING))
    await listener.wait(LegRinging, "c")
    await line.perform(AnswerLeg("c"))
    assert await line.live_legs() == (LiveLeg("c", "ringing"),)


async def test_a_report_that_is_not_taken_is_told_again_in_its_place(
    harness: Harness, line: Line, listener: Listener
) -> None:
    listener.failures = 2
    leg_id = await harness.place_call("8447380993", "18005550172", {})
    await harness.hang_up(leg_id)
    await listener.wait(LegEnded, leg_id)
    assert [type(event) for event in listener.events] == [LineUp, CallOffered, LegEnded]


async def test_a_lost_line_says_so_refuses_and_tells_the_rest_before_it_is_up_again(
    harness: Harness, line: Line, listener: Listener
) -> None:
    """The end of a leg that ended meanwhile comes before the list that lacks it."""
    await connected(line, listener)
    await harness.lose_connection()
    await listener.wait(LineDown)
    with pytest.raises(LineUnavailableError):
        await line.perform(HoldLeg("c"))
    with pytest.raises(LineUnavailableError):
        await line.live_legs()
    await harness.hang_up("c")
    assert not listener.of(LegEnded)
    await harness.restore_connection()
    found = await listener.wait(LineUp, times=2)
    assert found.legs == (LiveLeg("a", "up", "b"),)
    last = [type(event) for event in listener.events[-3:]]
    assert last == [LineDown, LegEnded, LineUp]
    await taken(line)


async def test_nothing_is_performed_before_line_up_has_been_taken(harness: Harness) -> None:
    """A dial that overtook the list of live legs would look as if it had been lost."""
    line = await harness.new_line()
    refused: list[bool] = []

    async def report_to(event: object) -> None:
        if isinstance(event, LineUp):
            with pytest.raises(LineNotUpError):
                await line.perform(customer("c"))
            refused.append(True)

    with pytest.raises(LineNotUpError):
        await line.perform(customer("c"))
    await line.start(report_to)
    await taken(line)
    assert refused == [True]
    assert await harness.dials() == []


async def test_a_stopped_line_performs_nothing_and_its_calls_go_on(
    harness: Harness, line: Line, listener: Listener
) -> None:
    await connected(line, listener)
    await line.stop()
    with pytest.raises(LineUnavailableError):
        await line.perform(HangUp("c"))
    assert not listener.of(LineDown)
    after = Listener()
    again = await harness.new_line()
    await up(again, after)
    assert set(after.of(LineUp)[0].legs) == {LiveLeg("a", "up", "b"), LiveLeg("c", "up", "b")}
    assert [type(event) for event in after.events] == [LineUp]


async def test_the_times_of_reports_are_epoch_milliseconds_and_never_go_back(
    line: Line, listener: Listener
) -> None:
    await connected(line, listener)
    times = [event.at for event in listener.events]
    assert times == sorted(times)
    assert times[0] > 1_600_000_000_000
