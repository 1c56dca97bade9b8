"""A call that goes to another queue or campaign stays what it was for those who gave it away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from screenpop.domain.commands import (
    Acting,
    ConferCall,
    ControlCall,
    Target,
    TargetType,
    TransferCall,
)
from screenpop.domain.configuration import (
    Configuration,
    DispositionClass,
    DispositionCode,
    DispositionPlan,
)
from screenpop.domain.errors import TargetNotAvailableError
from screenpop.services import holding, transferring
from screenpop.settings import Settings
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre
from screenpop.web.translate import event_to_wire, snapshot

PHONE = "8447380993"
QUEUE = Target(TargetType.QUEUE, "5")
#: The plan of the campaign 172: no code of it is in that of the campaign 60.
SUPPORT = DispositionPlan(
    9, 1, "Support only", (DispositionClass(9, "Support"),), (DispositionCode(91, "Solved", 9),)
)
WRAP = {60: 7_000, 172: 9_000, 270: 30_000}


def two_plans(configuration: Configuration) -> Configuration:
    """Each campaign its own wrap time, Support its own codes; Ravi works in two campaigns."""
    campaigns = [
        replace(
            campaign,
            wrap_time=WRAP[campaign.campaign_id],
            plan_id=9 if campaign.campaign_id == 172 else campaign.plan_id,
        )
        for campaign in configuration.campaigns
    ]
    users = [
        replace(user, campaign_ids=(172, 60) if user.user_id == "ravi" else (60, 270))
        for user in configuration.users
    ]
    return replace(
        configuration,
        campaigns=tuple(campaigns),
        users=tuple(users),
        plans=(*configuration.plans, SUPPORT),
    )


class Desk:
    """Maya talks in the campaign 60 with somebody whom she dialled."""

    def __init__(self, centre: ContactCentre, maya: LoggedIn, ravi: LoggedIn, call: str) -> None:
        self.centre, self.maya, self.ravi, self.call = centre, maya, ravi, call

    async def transfer(self, agent: LoggedIn, target: Target) -> None:
        acting = Acting(agent.session_id, session_suffices=True)
        command = TransferCall(acting, self.call, target=target)
        await self.centre.core.run(transferring.transfer, command)

    async def told(self, agent: LoggedIn) -> list[dict[str, Any]]:
        configuration = self.centre.core.configuration()
        wire = [event_to_wire(e, configuration) for e in await self.centre.events(agent)]
        return [e for e in wire if e["namespace"] == "interaction"]

    async def dispose(self, agent: LoggedIn, code: int, campaign: int) -> Any:
        body = agent.dispose(self.call, dispositionCodeId=code, campaignId=campaign)
        return await self.centre.post("voice/disposeCall", body)

    async def snapshot(self, agent: LoggedIn) -> dict[str, Any]:
        def look(reader: Any) -> dict[str, Any]:
            session = reader.session(agent.session_id)
            return snapshot(reader, session, f"session:{agent.session_id}")

        return await self.centre.read(look)


@pytest.fixture
async def desk(tmp_path: Path, on_store: Callable[[Settings], Settings]) -> AsyncIterator[Desk]:
    async with contact_centre(tmp_path, settings=on_store, change=two_plans) as centre:
        maya = await centre.log_in("maya")
        dialled = await centre.post("voice/manualDial", maya.dial(PHONE))
        await centre.until_state(maya, "onCall")
        ravi = await centre.log_in("ravi")
        yield Desk(centre, maya, ravi, dialled.json()["crtObjectId"])


OF_SIXTY = {
    "campaignId": 60,
    "queueId": None,
    "queueName": None,
    "callType": "outbound.manual.dial",
}


def of_the_call(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in OF_SIXTY}


async def test_giver_in_wrap_disposes_by_its_own_campaigns_codes_while_the_recipient_talks(
    desk: Desk,
) -> None:
    await desk.transfer(desk.maya, QUEUE)
    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.centre.until_state(desk.maya, "wrap")

    refused = await desk.dispose(desk.maya, 91, 60)
    assert (refused.status_code, refused.json()["message"]) == (512, "disposition.code.not.found")
    done = await desk.dispose(desk.maya, 11, 60)
    assert (done.status_code, done.json()["campaignId"]) == (200, 60)

    refused = await desk.dispose(desk.ravi, 11, 172)
    assert (refused.status_code, refused.json()["message"]) == (512, "disposition.code.not.found")
    done = await desk.dispose(desk.ravi, 91, 172)
    assert (done.status_code, done.json()["campaignId"]) == (200, 172)


async def test_every_event_of_the_giver_is_of_its_campaign_and_of_the_recipient_of_the_other(
    desk: Desk,
) -> None:
    await desk.transfer(desk.maya, QUEUE)
    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.dispose(desk.maya, 11, 60)

    given = await desk.told(desk.maya)
    assert [e["name"] for e in given][-4:] == [
        "interactionTransferred", "interactionEnded", "interactionWrapStarted",
        "interactionDisposed",
    ]  # fmt: skip
    assert all(of_the_call(e["payload"]) == OF_SIXTY for e in given)
    wrap = next(e["payload"] for e in given if e["name"] == "interactionWrapStarted")
    assert wrap["wrapTimeLeft"] == WRAP[60]
    taken = await desk.told(desk.ravi)
    of_support = {**OF_SIXTY, "campaignId": 172, "queueId": 5, "queueName": "Support"}
    assert all(of_the_call(e["payload"]) == of_support for e in taken)
    assert taken[0]["payload"]["interactionId"] == given[0]["payload"]["interactionId"]


async def test_snapshot_and_list_of_calls_show_each_agent_its_own_campaign(desk: Desk) -> None:
    await desk.transfer(desk.maya, QUEUE)
    await desk.centre.until_state(desk.ravi, "onCall")

    (mine,) = (await desk.snapshot(desk.maya))["interactions"]
    assert (mine["state"], of_the_call(mine)) == ("wrap", OF_SIXTY)
    (his,) = (await desk.snapshot(desk.ravi))["interactions"]
    assert (his["campaignId"], his["queueId"]) == (172, 5)
    for agent, campaign in ((desk.maya, 60), (desk.ravi, 172)):
        calls = await desk.centre.client.get(
            "/api/v1/calls", headers={"sessionId": agent.session_id}
        )
        assert [call["campaignId"] for call in calls.json()] == [campaign]


async def test_call_given_to_a_campaign_says_so_to_the_recipient_only(desk: Desk) -> None:
    acting = Acting(desk.ravi.session_id, session_suffices=True)
    await desk.transfer(desk.maya, Target(TargetType.CAMPAIGN, "172"))
    await desk.centre.until_state(desk.ravi, "onCall")
    taken = (await desk.told(desk.ravi))[0]["payload"]
    assert taken["callType"] == "transferred.to.campaign.dial"
    assert taken["associationType"] == "transfer.to.campaign.association"
    assert (taken["campaignId"], taken["queueId"]) == (172, None)
    (mine,) = (await desk.snapshot(desk.maya))["interactions"]
    assert of_the_call(mine) == OF_SIXTY
    await desk.centre.core.run(holding.hold, ControlCall(acting, desk.call))


async def test_who_gave_the_call_away_earlier_keeps_the_first_campaign_too(desk: Desk) -> None:
    await desk.transfer(desk.maya, Target(TargetType.USER, "ravi"))
    await desk.centre.until_state(desk.ravi, "onCall")
    await desk.centre.until_state(desk.maya, "wrap")
    await desk.transfer(desk.ravi, Target(TargetType.CAMPAIGN, "270"))
    await desk.centre.until_state(desk.ravi, "wrap")

    for agent in (desk.maya, desk.ravi):
        (mine,) = (await desk.snapshot(agent))["interactions"]
        assert of_the_call(mine) == OF_SIXTY
        assert (await desk.dispose(agent, 11, 60)).status_code == 200
    call = await desk.centre.read(lambda reader: reader.call(desk.call))
    assert call is not None
    assert call.campaign_id == 270


async def test_conference_cannot_be_given_to_a_queue(desk: Desk) -> None:
    acting = Acting(desk.maya.session_id, session_suffices=True)
    joined = ConferCall(acting, desk.call, target=Target(TargetType.PHONE, "5550100"))
    await desk.centre.core.run(transferring.confer, joined)
    await desk.centre.until(
        lambda r: any(e.what == "Conferred" for e in r.history(desk.call)), "somebody joined"
    )
    with pytest.raises(TargetNotAvailableError, match="Others are in this call"):
        await desk.transfer(desk.maya, QUEUE)
    await desk.centre.until_state(desk.maya, "onCall")


async def test_other_department_knows_the_caller_by_its_own_record(
    tmp_path: Path, on_store: Callable[[Settings], Settings]
) -> None:
    """Customers are per process; the giver's part keeps the customer it was about."""

    def two_departments(configuration: Configuration) -> Configuration:
        sales = configuration.processes[0]
        support = replace(sales, process_id=4, name="Support")
        campaigns = [
            replace(c, process_id=4) if c.campaign_id == 172 else c
            for c in two_plans(configuration).campaigns
        ]
        users = [
            replace(user, process_id=4, campaign_ids=(172,))
            if user.user_id == "ravi"
            else replace(user, campaign_ids=(60, 270))
            for user in configuration.users
        ]
        return replace(
            two_plans(configuration),
            processes=(sales, support),
            campaigns=tuple(campaigns),
            users=tuple(users),
        )

    async with contact_centre(tmp_path, settings=on_store, change=two_departments) as centre:
        maya = await centre.log_in("maya")
        dialled = await centre.post("voice/manualDial", maya.dial(PHONE))
        await centre.until_state(maya, "onCall")
        ravi = await centre.log_in("ravi")
        desk = Desk(centre, maya, ravi, dialled.json()["crtObjectId"])
        await desk.transfer(maya, QUEUE)
        await centre.until_state(ravi, "onCall")
        (mine,) = (await desk.snapshot(maya))["interactions"]
        (his,) = (await desk.snapshot(ravi))["interactions"]
        assert (mine["processId"], his["processId"]) == (3, 4)
        assert mine["customerId"] > 0
        assert his["customerId"] == -1
