"""Contract 6, "Transfer to an agent": both agents' streams, event by event, on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from screenpop.domain.commands import (
    Acting,
    AnswerCall,
    ConferCall,
    ControlCall,
    HangUpCall,
    RejectCall,
    Target,
    TargetType,
    TransferCall,
)
from screenpop.domain.errors import AgentBusyError, TargetNotAvailableError
from screenpop.services import call_control, holding, transferring
from screenpop.settings import Settings
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre
from screenpop.testing.scripted_line import BUSY, RINGS
from screenpop.web.translate import event_to_wire

CALLER, DID = "7905690272", "18005550172"
RAVI = Target(TargetType.USER, "ravi")


class Desk:
    """Maya talks with an inbound caller; Ravi waits."""

    def __init__(self, centre: ContactCentre, maya: LoggedIn, ravi: LoggedIn, call: str) -> None:
        self.centre, self.maya, self.ravi, self.call = centre, maya, ravi, call

    def acting(self, agent: LoggedIn) -> Acting:
        return Acting(agent.session_id, session_suffices=True)

    async def transfer(self, target: Target) -> None:
        command = TransferCall(self.acting(self.maya), self.call, target=target)
        await self.centre.core.run(transferring.transfer, command)

    async def confer(self, target: Target) -> None:
        command = ConferCall(self.acting(self.maya), self.call, target=target)
        await self.centre.core.run(transferring.confer, command)

    async def ringing(self, agent: LoggedIn) -> None:
        """Wait until the agent's telephone rings."""
        await self.centre.until(
            lambda r: any(a.state == "ringing" for a in r.open_associations(agent.session_id)),
            "the telephone rings",
        )

    async def wire(self, agent: LoggedIn) -> list[dict[str, Any]]:
        configuration = self.centre.core.configuration()
        return [event_to_wire(e, configuration) for e in await self.centre.events(agent)]

    async def names(self, agent: LoggedIn) -> list[str]:
        """Return the agent's interaction events, short, since the call reached the agent."""
        return [
            e["name"].removeprefix("interaction")
            for e in await self.wire(agent)
            if e["namespace"] == "interaction"
        ]

    async def states(self, agent: LoggedIn) -> list[str]:
        return [
            e["payload"]["state"] for e in await self.wire(agent) if e["name"] == "stateChanged"
        ]


@pytest.fixture
async def desk(tmp_path: Path, on_store: Callable[[Settings], Settings]) -> AsyncIterator[Desk]:
    async with contact_centre(tmp_path, settings=on_store) as centre:
        maya = await centre.log_in("maya")
        centre.line.place_call(CALLER, DID)
        await centre.until_state(maya, "onCall")
        ravi = await centre.log_in("ravi")
        found = await centre.read(lambda reader: reader.open_associations(maya.session_id))
        yield Desk(centre, maya, ravi, found[0].crt_object_id)


TALKING = ["Initiated", "showCrm", "Ringing", "Connected"]


async def test_blind_transfer_hands_the_caller_to_the_second_agent(desk: Desk) -> None:
    await desk.transfer(RAVI)
    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.centre.until_state(desk.maya, "wrap")

    assert await desk.names(desk.maya) == [
        *TALKING, "Held", "Transferred", "Ended", "WrapStarted",
    ]  # fmt: skip
    assert await desk.names(desk.ravi) == TALKING
    initiated = next(e for e in await desk.wire(desk.ravi) if "Initiated" in e["name"])["payload"]
    first = next(e for e in await desk.wire(desk.maya) if "Initiated" in e["name"])["payload"]
    same = ("interactionId", "crtObjectId", "phone", "customerId", "queueId", "callType")
    assert {k: initiated[k] for k in same} == {k: first[k] for k in same}
    assert initiated["associationType"] == "transfer.association"
    assert initiated["transferredFrom"] == "maya"
    assert initiated["sessionId"] == desk.ravi.session_id
    ended = next(e for e in await desk.wire(desk.maya) if e["name"] == "interactionEnded")
    assert ended["payload"]["reason"] == "transferred"
    told = next(e for e in await desk.wire(desk.maya) if "Transferred" in e["name"])
    assert told["payload"]["target"] == {"type": "user", "id": "ravi"}


async def test_each_agent_of_a_transfer_disposes_once_and_then_the_call_is_finished(
    desk: Desk,
) -> None:
    await desk.transfer(RAVI)
    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.centre.until_state(desk.maya, "wrap")

    for agent, campaign in ((desk.maya, 172), (desk.ravi, 172)):
        body = agent.dispose(desk.call, campaignId=campaign)
        assert (await desk.centre.post("voice/disposeCall", body)).status_code == 200

    call = await desk.centre.until(
        lambda reader: (c := reader.call(desk.call)) and c.disposed_at and c, "it is disposed"
    )
    assert call.system_disposition == "CONNECTED"


async def test_transfer_to_an_agent_who_rejects_gives_the_caller_back(desk: Desk) -> None:
    desk.centre.line.script("1002", RINGS)
    await desk.transfer(RAVI)
    await desk.ringing(desk.ravi)
    await desk.centre.core.run(call_control.reject, RejectCall(desk.acting(desk.ravi), desk.call))

    assert await desk.names(desk.maya) == [*TALKING, "Held", "Resumed"]
    assert await desk.names(desk.ravi) == [
        "Initiated", "showCrm", "Ringing", "Failed", "Ended", "Disposed",
    ]  # fmt: skip
    resumed = next(e for e in await desk.wire(desk.maya) if "Resumed" in e["name"])
    assert resumed["payload"]["reason"] == "transfer.failed"
    assert (await desk.states(desk.maya))[-1] == "onCall"


async def test_consult_talks_first_and_completes_when_repeated_without_consult(
    desk: Desk,
) -> None:
    await desk.transfer(Target(TargetType.USER, "ravi", consult=True))
    await desk.centre.until(
        lambda r: any(leg.joined_at is None and leg.answered_at and leg.invitation
                      for leg in r.legs(desk.call)), "ravi is consulted",
    )  # fmt: skip
    assert "Connected" not in await desk.names(desk.ravi)

    await desk.transfer(RAVI)

    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.centre.until_state(desk.maya, "wrap")


async def test_consult_taken_back_by_resume_ends_the_consulted_agents_part(desk: Desk) -> None:
    await desk.transfer(Target(TargetType.USER, "ravi", consult=True))
    await desk.centre.until_state(desk.ravi, "ringing")

    await desk.centre.core.run(holding.resume, ControlCall(desk.acting(desk.maya), desk.call))

    await desk.centre.until_state(desk.ravi, "ready")
    assert (await desk.names(desk.ravi))[-3:] == ["Failed", "Ended", "Disposed"]
    assert (await desk.names(desk.maya))[-1] == "Resumed"


async def test_transfer_to_a_number_releases_the_agent_and_keeps_the_call(desk: Desk) -> None:
    await desk.transfer(Target(TargetType.PHONE, "5550100"))
    await desk.centre.until_state(desk.maya, "wrap")

    call = await desk.centre.read(lambda reader: reader.call(desk.call))
    assert call is not None
    assert call.call_state == "connected"
    desk.centre.line.hang_up(call.customer_leg_id)
    over = await desk.centre.until(
        lambda r: (c := r.call(desk.call)) and c.ended_at and c, "the call is over"
    )
    assert over.system_disposition == "CONNECTED"


async def test_transfer_to_a_busy_number_gives_the_caller_back(desk: Desk) -> None:
    desk.centre.line.script("5550101", BUSY)
    await desk.transfer(Target(TargetType.PHONE, "5550101"))
    await desk.centre.line.settled()

    await desk.centre.until(
        lambda r: r.open_associations(desk.maya.session_id)[0].state == "connected", "resumed"
    )
    assert await desk.names(desk.maya) == [*TALKING, "Held", "Resumed"]


async def test_transfer_to_the_queue_releases_the_agent_when_the_call_is_queued(
    desk: Desk,
) -> None:
    await desk.transfer(Target(TargetType.QUEUE, "5"))

    assert (await desk.names(desk.maya))[-4:] == [
        "Connected",
        "Transferred",
        "Ended",
        "WrapStarted",
    ]
    await desk.centre.until_state(desk.ravi, "onCall")
    initiated = next(e for e in await desk.wire(desk.ravi) if "Initiated" in e["name"])["payload"]
    assert initiated["associationType"] == "transfer.association"
    assert initiated["transferredFrom"] == "maya"


async def test_conference_keeps_all_three_and_each_agent_leaves_alone(desk: Desk) -> None:
    await desk.confer(RAVI)
    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.centre.until(
        lambda r: any(e.what == "Conferred" for e in r.history(desk.call)), "maya is told"
    )

    await desk.centre.core.run(call_control.hang_up, HangUpCall(desk.acting(desk.maya), desk.call))

    assert await desk.names(desk.maya) == [*TALKING, "Conferred", "Ended", "WrapStarted"]
    assert (await desk.states(desk.ravi))[-1] == "onCall"
    body = desk.ravi.dispose(desk.call, campaignId=172)
    assert (await desk.centre.post("voice/disposeCall", body)).status_code == 200
    call = await desk.centre.read(lambda reader: reader.call(desk.call))
    assert call is not None
    assert call.call_state == "ended"


async def test_agent_who_hangs_up_during_a_blind_transfer_does_not_stop_it(desk: Desk) -> None:
    desk.centre.line.script("1002", RINGS)
    await desk.transfer(RAVI)
    await desk.centre.until_state(desk.ravi, "ringing")

    await desk.centre.core.run(call_control.hang_up, HangUpCall(desk.acting(desk.maya), desk.call))

    assert (await desk.names(desk.maya))[-3:] == ["Transferred", "Ended", "WrapStarted"]
    await desk.centre.core.run(call_control.answer, AnswerCall(desk.acting(desk.ravi), desk.call))
    await desk.centre.until_state(desk.ravi, "onCall")


async def test_caller_who_hangs_up_during_a_transfer_frees_both_agents(desk: Desk) -> None:
    desk.centre.line.script("1002", RINGS)
    await desk.transfer(RAVI)
    await desk.centre.until_state(desk.ravi, "ringing")
    call = await desk.centre.read(lambda reader: reader.call(desk.call))
    assert call is not None

    desk.centre.line.hang_up(call.customer_leg_id)

    await desk.centre.until_state(desk.maya, "wrap")
    await desk.centre.until_state(desk.ravi, "ready")
    failed = next(e for e in await desk.wire(desk.ravi) if e["name"] == "interactionFailed")
    assert failed["payload"]["reason"] == "caller.gave.up"


async def test_transfer_to_someone_absent_or_busy_is_refused_and_changes_nothing(
    desk: Desk,
) -> None:
    before = await desk.names(desk.maya)
    for target in ("sam", "nobody", "maya"):
        with pytest.raises(TargetNotAvailableError):
            await desk.transfer(Target(TargetType.USER, target))
    assert await desk.names(desk.maya) == before

    desk.centre.line.script("1002", RINGS)
    await desk.transfer(RAVI)
    with pytest.raises(AgentBusyError):
        await desk.transfer(Target(TargetType.PHONE, "5550100"))


async def test_hold_and_mute_are_told_once_however_often_they_are_asked(desk: Desk) -> None:
    control = ControlCall(desk.acting(desk.maya), desk.call)
    for use_case in (holding.hold, holding.hold, holding.mute, holding.mute,
                     holding.unmute, holding.resume, holding.resume):  # fmt: skip
        await desk.centre.core.run(use_case, control)

    assert await desk.names(desk.maya) == [*TALKING, "Held", "Muted", "Unmuted", "Resumed"]


@pytest.mark.parametrize("consult", [False, True])
async def test_recipient_who_lets_a_transfer_ring_out_is_set_on_break(
    tmp_path: Path, on_store: Callable[[Settings], Settings], consult: bool
) -> None:
    """Like an offer that nobody answers, and the giver has the caller again."""
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, settings=on_store) as centre:
        maya = await centre.log_in("maya")
        centre.line.place_call(CALLER, DID)
        await centre.until_state(maya, "onCall")
        ravi = await centre.log_in("ravi")
        found = await centre.read(lambda reader: reader.open_associations(maya.session_id))
        desk = Desk(centre, maya, ravi, found[0].crt_object_id)
        centre.line.script("1002", RINGS)
        await desk.transfer(Target(TargetType.USER, "ravi", consult=consult))
        await desk.ringing(ravi)

        clock.advance(20_000)

        await centre.until_state(ravi, "break")
        session = await centre.read(lambda reader: reader.session(ravi.session_id))
        assert session is not None
        assert session.break_reason == "Missed call"
        failed = next(e for e in await desk.wire(ravi) if e["name"] == "interactionFailed")
        assert failed["payload"]["reason"] == "agent.no.answer"
        assert (await desk.names(ravi))[-3:] == ["Failed", "Ended", "Disposed"]
        assert (await desk.states(ravi))[-2:] == ["ringing", "break"]
        assert await desk.names(maya) == [*TALKING, "Held", "Resumed"]
        assert (await desk.states(maya))[-1] == "onCall"
