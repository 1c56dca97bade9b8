"""Every kind of transfer: both agents' whole streams, in order, on each store (contract 6)."""

from __future__ import annotations

from typing import Any

import pytest

from screenpop.domain.commands import ConferCall, ControlCall, HangUpCall, Target, TargetType
from screenpop.domain.errors import TargetNotAvailableError
from screenpop.services import call_control, holding, transferring
from screenpop.testing.contact_centre import LoggedIn
from screenpop.testing.scripted_line import BUSY, RINGS
from tests.integration.transfers.test_transfers import RAVI, Desk, desk

__all__ = ["desk"]

CONSULT_RAVI = Target(TargetType.USER, "ravi", consult=True)
NUMBER = "5550100"
#: What each agent hears of a call until it talks.
TALKING = "Initiated ~ringing showCrm Ringing Connected ~onCall"
#: What follows when it was given away, and disposed.
GIVEN = "Transferred Ended WrapStarted ~wrap Disposed ~ready"
NOT_TAKEN = "Initiated ~ringing showCrm Ringing Failed Ended Disposed ~ready"


async def stream(desk: Desk, agent: LoggedIn) -> str:
    """Return an agent's events since the first call; a ``~`` stands before a new state."""
    names = []
    for event in await desk.wire(agent):
        if event["namespace"] == "interaction":
            names.append(event["name"].removeprefix("interaction"))
        elif event["name"] == "stateChanged" and names:
            names.append(f"~{event['payload']['state']}")
    return " ".join(names)


async def payloads(desk: Desk, agent: LoggedIn, name: str) -> list[dict[str, Any]]:
    return [e["payload"] for e in await desk.wire(agent) if e["name"] == f"interaction{name}"]


async def dispose(desk: Desk, *agents: LoggedIn) -> None:
    for agent in agents:
        body = agent.dispose(desk.call, campaignId=172)
        reply = await desk.centre.post("voice/disposeCall", body)
        assert reply.status_code == 200, reply.text


async def consulted(desk: Desk) -> None:
    """Wait until the agents talk with each other."""
    await desk.centre.until(
        lambda r: any(
            leg.invitation and leg.answered_at and leg.joined_at is None
            for leg in r.legs(desk.call)
        ),
        "they talk with each other",
    )


async def given(desk: Desk) -> None:
    """Wait until Ravi talks with the caller and Maya wraps up; dispose both."""
    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.centre.until_state(desk.maya, "wrap")
    await dispose(desk, desk.maya, desk.ravi)


async def test_blind_transfer_to_a_user(desk: Desk) -> None:
    await desk.transfer(RAVI)
    await given(desk)
    assert await stream(desk, desk.maya) == f"{TALKING} Held {GIVEN}"
    assert await stream(desk, desk.ravi) == f"{TALKING} Ended Disposed ~ready"


async def test_consult_transfer_to_a_user(desk: Desk) -> None:
    await desk.transfer(CONSULT_RAVI)
    await consulted(desk)
    assert await stream(desk, desk.maya) == f"{TALKING} Held"
    assert await stream(desk, desk.ravi) == "Initiated ~ringing showCrm Ringing"
    await desk.transfer(RAVI)
    await given(desk)
    assert await stream(desk, desk.maya) == f"{TALKING} Held {GIVEN}"
    assert await stream(desk, desk.ravi) == f"{TALKING} Ended Disposed ~ready"


async def test_consult_transfer_to_a_queue_is_with_its_longest_idle_agent(desk: Desk) -> None:
    await desk.transfer(Target(TargetType.QUEUE, "5", consult=True))
    await consulted(desk)
    (initiated,) = await payloads(desk, desk.ravi, "Initiated")
    assert (initiated["transferredFrom"], initiated["queueId"]) == ("maya", 5)
    await desk.transfer(Target(TargetType.QUEUE, "5"))
    await given(desk)
    assert await stream(desk, desk.maya) == f"{TALKING} Held {GIVEN}"
    assert await stream(desk, desk.ravi) == f"{TALKING} Ended Disposed ~ready"
    (told,) = await payloads(desk, desk.maya, "Transferred")
    assert told["target"] == {"type": "user", "id": "ravi"}


async def test_consult_of_a_queue_where_nobody_is_free_changes_nothing(desk: Desk) -> None:
    headers = {"sessionId": desk.ravi.session_id}
    await desk.centre.client.post("/api/v1/me/break", json={"reason": "Lunch"}, headers=headers)
    before = await stream(desk, desk.maya)
    for target in (Target(TargetType.QUEUE, "5", True), Target(TargetType.CAMPAIGN, "60", True)):
        with pytest.raises(TargetNotAvailableError, match="Nobody there is free"):
            await desk.transfer(target)
    assert await stream(desk, desk.maya) == before == TALKING


async def test_consult_that_is_taken_back(desk: Desk) -> None:
    await desk.transfer(CONSULT_RAVI)
    await consulted(desk)
    control = ControlCall(desk.acting(desk.maya), desk.call)
    await desk.centre.core.run(holding.resume, control)
    await desk.centre.until_state(desk.ravi, "ready")
    assert await stream(desk, desk.maya) == f"{TALKING} Held Resumed"
    assert await stream(desk, desk.ravi) == NOT_TAKEN
    (resumed,) = await payloads(desk, desk.maya, "Resumed")
    assert resumed["reason"] == "transfer.cancelled"


async def test_transfer_to_a_user_whose_telephone_is_busy(desk: Desk) -> None:
    desk.centre.line.script("1002", BUSY)
    await desk.transfer(RAVI)
    await desk.centre.until_state(desk.ravi, "ready")
    await desk.centre.until(
        lambda r: any(e.what == "Resumed" for e in r.history(desk.call)), "maya has the caller"
    )
    assert await stream(desk, desk.maya) == f"{TALKING} Held Resumed"
    taken = await stream(desk, desk.ravi)
    assert taken == NOT_TAKEN.replace(" Ringing", "")


@pytest.mark.parametrize("consult", [False, True])
async def test_transfer_to_a_number(desk: Desk, consult: bool) -> None:
    await desk.transfer(Target(TargetType.PHONE, NUMBER, consult))
    if consult:
        await consulted(desk)
        assert await stream(desk, desk.maya) == f"{TALKING} Held"
        await desk.transfer(Target(TargetType.PHONE, NUMBER))
    await desk.centre.until_state(desk.maya, "wrap")
    await dispose(desk, desk.maya)
    assert await stream(desk, desk.maya) == f"{TALKING} Held {GIVEN}"
    assert await stream(desk, desk.ravi) == ""
    (told,) = await payloads(desk, desk.maya, "Transferred")
    assert told["target"] == {"type": "phone", "id": NUMBER}


async def test_transfer_to_the_queue(desk: Desk) -> None:
    await desk.transfer(Target(TargetType.QUEUE, "5"))
    await given(desk)
    assert await stream(desk, desk.maya) == f"{TALKING} {GIVEN}"
    assert await stream(desk, desk.ravi) == f"{TALKING} Ended Disposed ~ready"


async def test_conference_with_a_user_whom_the_caller_outlasts(desk: Desk) -> None:
    acting = desk.acting(desk.maya)
    await desk.confer(RAVI)
    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.centre.until(
        lambda r: any(e.what == "Conferred" for e in r.history(desk.call)), "maya is told"
    )
    await desk.centre.core.run(call_control.hang_up, HangUpCall(acting, desk.call))
    await dispose(desk, desk.maya, desk.ravi)
    assert await stream(desk, desk.maya) == (
        f"{TALKING} Conferred Ended WrapStarted ~wrap Disposed ~ready"
    )
    assert await stream(desk, desk.ravi) == f"{TALKING} Ended Disposed ~ready"
    (initiated,) = await payloads(desk, desk.ravi, "Initiated")
    assert initiated["associationType"] == "confer.association"


async def test_conference_with_a_number(desk: Desk) -> None:
    target = Target(TargetType.PHONE, NUMBER)
    command = ConferCall(desk.acting(desk.maya), desk.call, target=target)
    await desk.centre.core.run(transferring.confer, command)
    await desk.centre.until(
        lambda r: any(e.what == "Conferred" for e in r.history(desk.call)), "maya is told"
    )
    await dispose(desk, desk.maya)
    assert await stream(desk, desk.maya) == f"{TALKING} Conferred Ended Disposed ~ready"
    (told,) = await payloads(desk, desk.maya, "Conferred")
    assert told["target"] == {"type": "phone", "id": NUMBER}


async def test_caller_who_leaves_while_the_second_telephone_rings(desk: Desk) -> None:
    desk.centre.line.script("1002", RINGS)
    await desk.transfer(RAVI)
    await desk.ringing(desk.ravi)
    call = await desk.centre.read(lambda reader: reader.call(desk.call))
    assert call is not None
    desk.centre.line.hang_up(call.customer_leg_id)
    await desk.centre.until_state(desk.maya, "wrap")
    await dispose(desk, desk.maya)
    assert await stream(desk, desk.maya) == (
        f"{TALKING} Held Ended WrapStarted ~wrap Disposed ~ready"
    )
    assert await stream(desk, desk.ravi) == NOT_TAKEN
