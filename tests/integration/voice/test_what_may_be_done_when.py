"""The contract's table: what an agent may do in which state, by REST (contract 5)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from screenpop.domain.configuration import Configuration
from screenpop.testing.scripted_line import RINGS, SILENT
from tests.integration.voice.desk import (
    Agent,
    Desk,
    configuration,
    dial,
    dispose,
    dispose_and_dial,
)

GO = 200


def key(reply: httpx2.Response) -> int | str:
    return GO if reply.status_code == GO else str(reply.json()["message"])


async def without_a_call(desk: Desk, agent: Agent) -> str:
    crt = await desk.connected(agent)
    await desk.post("voice/disposeCall", dispose(agent, crt), agent=agent)
    return crt


async def offered(desk: Desk, agent: Agent) -> str:
    desk.line.script("1001", RINGS)
    desk.line.place_call("12125550100", "18005550172")
    crt = (await desk.open_call(agent)).crt_object_id
    await desk.state(agent, crt, "ringing")
    return crt


async def dialling(desk: Desk, agent: Agent) -> str:
    desk.line.script("8447380993", RINGS)
    reply = await desk.post("voice/manualDial", dial(agent), agent=agent)
    crt: str = reply.json()["crtObjectId"]
    await desk.state(agent, crt, "ringing")
    return crt


async def connected(desk: Desk, agent: Agent) -> str:
    return await desk.connected(agent)


async def wrap(desk: Desk, agent: Agent) -> str:
    crt = await desk.connected(agent)
    reply = await desk.post(
        "voice/hangup", {"userCrtObjectId": agent.seat, "crtObjectId": crt}, agent=agent
    )
    assert reply.status_code == GO
    await desk.state(agent, crt, "wrap")
    return crt


async def wrapped_out(desk: Desk, agent: Agent) -> str:
    crt = await wrap(desk, agent)
    await desk.pass_time(30_000)
    await desk.state(agent, crt, "disposed")
    return crt


async def line_down(desk: Desk, agent: Agent) -> str:
    crt = await wrap(desk, agent)
    desk.line.go_down()
    await desk.until(lambda reader: not reader.line_up())
    return crt


STATES: list[tuple[Callable[[Desk, Agent], Any], Any, Any, Any]] = [
    (without_a_call, GO, "call.already.disposed", "call.already.disposed"),
    (offered, "agent.busy", "call.not.answered", "call.not.answered"),
    (dialling, "agent.busy", GO, GO),
    (connected, "agent.busy", GO, GO),
    (wrap, "call.not.disposed", GO, GO),
    (wrapped_out, GO, "call.already.disposed", "call.already.disposed"),
    (line_down, "telephony.unavailable", GO, "telephony.unavailable"),
]
CASES = [
    pytest.param(state, command, wanted, id=f"{command} {state.__name__.replace('_', ' ')}")
    for state, *row in STATES
    for command, wanted in zip(
        ("manualDial", "disposeCall", "disposeAndManualDial"), row, strict=True
    )
]


@pytest.mark.parametrize(("state", "command", "wanted"), CASES)
async def test_the_table_holds(
    desk: Desk, maya: Agent, state: Any, command: str, wanted: int | str
) -> None:
    crt = await state(desk, maya)
    bodies = {
        "manualDial": dial(maya, phone="7905690272"),
        "disposeCall": dispose(maya, crt),
        "disposeAndManualDial": dispose_and_dial(maya, crt),
    }
    before = await desk.state(
        maya, crt, "initiated", "ringing", "connected", "held", "wrap", "disposed"
    )
    reply = await desk.post(f"voice/{command}", bodies[command], agent=maya)
    if (state, command) == (line_down, "manualDial"):
        # Both are true of this agent; either is told.
        assert key(reply) in ("telephony.unavailable", "call.not.disposed")
    else:
        assert key(reply) == wanted
    if wanted != GO:
        assert await desk.state(maya, crt, before.state.value) == before


async def test_an_agent_without_a_call_who_names_none_has_none(desk: Desk, maya: Agent) -> None:
    reply = await desk.post("voice/hangup", {"userCrtObjectId": maya.seat}, agent=maya)
    assert key(reply) == "no.active.call"


async def test_cancelling_a_dial_ends_it_as_our_own_hangup(desk: Desk, maya: Agent) -> None:
    crt = await dialling(desk, maya)
    await desk.post("voice/disposeCall", dispose(maya, crt), agent=maya)
    call = await desk.until(lambda reader: reader.call(crt))
    assert call.system_disposition.value == "CALL_HANGUP"


@pytest.mark.parametrize(
    "present",
    [
        replace(
            configuration(),
            campaigns=tuple(
                replace(c, disable_disposition_on_active_call=True)
                for c in configuration().campaigns
            ),
        )
    ],
    ids=["disposal forbidden while up"],
)
async def test_a_campaign_may_forbid_disposing_a_call_that_is_up(
    desk: Desk, maya: Agent, present: Configuration
) -> None:
    crt = await desk.connected(maya)
    for command, body in (
        ("disposeCall", dispose(maya, crt)),
        ("disposeAndManualDial", dispose_and_dial(maya, crt)),
    ):
        reply = await desk.post(f"voice/{command}", body, agent=maya)
        assert key(reply) == "disposition.disabled.on.active.call"


@pytest.mark.parametrize(
    "present",
    [
        replace(
            configuration(),
            campaigns=tuple(
                replace(c, manual_dial_allowed=c.campaign_id == 172)
                for c in configuration().campaigns
            ),
        )
    ],
    ids=["dial in 172 only"],
)
async def test_of_a_list_of_campaigns_the_first_that_may_dial_is_meant(
    desk: Desk, maya: Agent, present: Configuration
) -> None:
    refused = await desk.post("voice/manualDial", dial(maya, campaignId="60"), agent=maya)
    assert key(refused) == "manual.dial.not.allowed"
    reply = await desk.post("voice/manualDial", dial(maya, campaignId="60,172,270"), agent=maya)
    assert reply.json()["campaignId"] == 172


@pytest.mark.parametrize("phone", ["800FLOWERS", "+", "9" * 33], ids=repr)
async def test_a_phone_that_cannot_be_dialled_is_told_last(
    desk: Desk, maya: Agent, phone: str
) -> None:
    reply = await desk.post("voice/manualDial", dial(maya, phone=phone), agent=maya)
    assert key(reply) == "phone.invalid"
    crt = await desk.connected(maya)
    body = dispose_and_dial(maya, crt, phone=phone)
    reply = await desk.post("voice/disposeAndManualDial", body, agent=maya)
    assert key(reply) == "phone.invalid"
    await desk.state(maya, crt, "connected")


async def test_a_phone_is_dialled_without_its_separators(desk: Desk, maya: Agent) -> None:
    desk.line.script("1001", SILENT)
    reply = await desk.post("voice/manualDial", dial(maya, phone="+1 (800) 555-0199"), agent=maya)
    assert reply.json()["phone"] == "+18005550199"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"dispositionCodeId": 99}, "disposition.code.not.found"),
        ({"dispositionCodeId": 21}, "callback.time.required"),
        (
            {"dispositionCodeId": 21, "dispositionParams": {"callbackTime": "2020-01-01 00:00:00"}},
            "callback.time.past",
        ),
        ({"dispositionCodeId": 21, "dispositionParams": {"callbackTime": "soon"}}, "InvalidInput"),
        (
            {
                "dispositionCodeId": "21",
                "dispositionParams": {"callBackTime": 1_900_000_000_000, "isSelfCallBack": "false"},
            },
            GO,
        ),
        ({"dispositionParams": {"callbackTime": "soon"}}, GO),
    ],
    ids=["unknown code", "no time", "past", "unreadable", "good", "ignored"],
)
async def test_a_callback_code_needs_a_time_that_can_be_read_and_is_to_come(
    desk: Desk, maya: Agent, change: dict[str, Any], wanted: int | str
) -> None:
    crt = await desk.connected(maya)
    reply = await desk.post("voice/disposeCall", dispose(maya, crt, **change), agent=maya)
    assert key(reply) == wanted
    if wanted == GO and "dispositionCodeId" in change:
        disposed = await desk.state(maya, crt, "disposed")
        assert disposed.disposition is not None
        assert disposed.disposition.callback_time == 1_900_000_000_000
        assert not disposed.disposition.self_callback


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        (None, GO),
        ({"callbackTime": "2027-06-01T10:00:00+05:30"}, GO),
        ({"callbackTime": "2020-06-01T10:00:00+05:30"}, "callback.time.past"),
        ({"callbackTime": "soon"}, "InvalidInput"),
    ],
    ids=["without a time", "with a time", "past", "unreadable"],
)
async def test_dispose_and_manual_dial_takes_a_callback_without_a_date(
    desk: Desk, maya: Agent, params: Any, wanted: int | str
) -> None:
    crt = await desk.connected(maya)
    body = dispose_and_dial(maya, crt, dispositionCode=" callback ", additionalParams=params)
    reply = await desk.post("voice/disposeAndManualDial", body, agent=maya)
    assert key(reply) == wanted


async def test_a_local_callback_time_is_of_the_contact_centres_zone(
    desk: Desk, maya: Agent
) -> None:
    centers = (
        replace(configuration().contact_centers[0], time_zone="Asia/Kolkata"),
        configuration().contact_centers[1],
    )
    await desk.configure(replace(configuration(), contact_centers=centers))
    crt = await desk.connected(maya)
    body = dispose(
        maya,
        crt,
        dispositionCodeId=21,
        dispositionParams={"callbackTime": "2030-01-01 05:30:00"},
    )
    assert key(await desk.post("voice/disposeCall", body, agent=maya)) == GO
    disposed = await desk.state(maya, crt, "disposed")
    assert disposed.disposition is not None
    assert disposed.disposition.callback_time == 1_893_456_000_000


async def test_should_add_customer_makes_one_from_the_record(desk: Desk, maya: Agent) -> None:
    record = {"Phone1": 12125550123, "NAME": "Ada", "unknown": {"a": 1}}
    body = dial(maya, phone="12125550123", shouldAddCustomer=True, customerRecord=record)
    made = (await desk.post("voice/manualDial", body, agent=maya)).json()["customerId"]
    assert made > 0
    customer = await desk.until(lambda reader: reader.customer(3, made))
    assert customer.columns == {"phone1": "12125550123", "name": "Ada"}
