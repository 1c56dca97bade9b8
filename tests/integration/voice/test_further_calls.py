"""The further calls of the suite: hold to addCallback (contract 5)."""

from typing import Any

import httpx2
import pytest

from tests.integration.voice.desk import Agent, Desk, dial, dispose


def key(reply: httpx2.Response) -> int | str:
    return 200 if reply.status_code == 200 else str(reply.json()["message"])


async def further(
    desk: Desk, agent: Agent, name: str, crt: str | None = None, **fields: Any
) -> httpx2.Response:
    body = {"userCrtObjectId": agent.seat, "crtObjectId": crt, **fields}
    return await desk.post(f"voice/{name}", body, agent=agent)


async def test_a_call_is_held_and_resumed_and_muted_and_unmuted(desk: Desk, maya: Agent) -> None:
    crt = await desk.connected(maya)
    for name, state, muted in (
        ("hold", "held", False),
        ("resume", "connected", False),
        ("mute", "connected", True),
        ("unmute", "connected", False),
    ):
        reply = await further(desk, maya, name, crt, requestId=f"{name}-1")
        assert reply.json()["crtObjectId"] == crt
        association = await desk.state(maya, crt, state)
        assert association.muted is muted


async def test_without_a_call_id_the_open_call_is_meant(desk: Desk, maya: Agent) -> None:
    assert key(await further(desk, maya, "hold")) == "no.active.call"
    crt = await desk.connected(maya)
    assert (await further(desk, maya, "hold")).json()["crtObjectId"] == crt
    await desk.state(maya, crt, "held")


async def test_an_interaction_id_is_taken_for_the_call(desk: Desk, maya: Agent) -> None:
    crt = await desk.connected(maya)
    call = await desk.until(lambda reader: reader.call(crt))
    assert key(await further(desk, maya, "hold", call.interaction_id)) == 200


@pytest.mark.parametrize(
    ("digits", "wanted"),
    [
        ("12#a", 200),
        (7, 200),
        ("x", "digits.invalid"),
        ("1" * 33, "digits.invalid"),
        (" ", "InvalidInput"),
    ],
)
async def test_key_tones_are_sent_to_the_customer(
    desk: Desk, maya: Agent, digits: Any, wanted: Any
) -> None:
    crt = await desk.connected(maya)
    assert key(await further(desk, maya, "sendDtmf", crt, digits=digits)) == wanted


async def test_a_call_goes_to_another_agent(desk: Desk, maya: Agent, ravi: Agent) -> None:
    crt = await desk.connected(maya)
    assert key(await further(desk, maya, "transferToUser", crt, userId="RAVI")) == 200
    await desk.state(ravi, crt, "connected")
    await desk.state(maya, crt, "wrap")
    disposed = await desk.post("voice/disposeCall", dispose(ravi, crt), agent=ravi)
    assert disposed.status_code == 200


async def test_a_call_goes_to_a_queue(desk: Desk, maya: Agent) -> None:
    crt = await desk.connected(maya)
    assert key(await further(desk, maya, "transferToAQ", crt, queueId="5")) == 200
    await desk.state(maya, crt, "wrap")


async def test_a_call_goes_to_a_number(desk: Desk, maya: Agent) -> None:
    crt = await desk.connected(maya)
    reply = await further(desk, maya, "transferToPhone", crt, phone="+1 (212) 555-0144")
    assert key(reply) == 200
    await desk.state(maya, crt, "wrap")
    assert getattr(desk.line.dials[-1], "phone", None) == "+12125550144"


@pytest.mark.parametrize(
    ("name", "fields", "wanted"),
    [
        ("transferToUser", {"userId": "nobody"}, "target.not.available"),
        ("transferToUser", {"userId": "maya"}, "target.not.available"),
        ("transferToAQ", {"queueId": 99}, "target.not.available"),
        ("transferToPhone", {"phone": "800FLOWERS"}, "phone.invalid"),
        ("conferWithPhone", {"phone": "+"}, "phone.invalid"),
        ("transferToPhone", {}, "InvalidInput"),
    ],
)
async def test_a_target_that_cannot_take_the_call_is_told(
    desk: Desk, maya: Agent, name: str, fields: dict[str, Any], wanted: str
) -> None:
    crt = await desk.connected(maya)
    assert key(await further(desk, maya, name, crt, **fields)) == wanted
    await desk.state(maya, crt, "connected")


async def test_confer_with_phone_answers_ok_to_the_known_field_client(
    desk: Desk, maya: Agent
) -> None:
    crt = await desk.connected(maya)
    del desk.http.headers["accept"]
    body = {"userCrtObjectId": maya.seat, "crtObjectId": crt, "phone": "12125550144"}
    reply = await desk.post(
        "voice/conferWithPhone", {**body, "requestId": "c"}, agent=maya, account=None
    )
    assert reply.content == b"ok"
    copy = await desk.post("voice/conferWithPhone", {**body, "requestId": "c"}, agent=maya)
    assert (copy.content, copy.headers["idempotent-replayed"]) == (b"ok", "true")


async def test_a_customer_is_dialled_at_the_first_number(desk: Desk, maya: Agent) -> None:
    body = dial(maya, customerId=43800317962753, phone=None, searchable=None)
    reply = await desk.post("voice/manualDialCustomer", body, agent=maya)
    told = reply.json()
    assert (told["phone"], told["customerId"]) == ("7905690272", 43800317962753)


async def test_a_customer_who_is_not_known_has_no_number(desk: Desk, maya: Agent) -> None:
    body = dial(maya, customerId=5, phone=None, searchable=None)
    reply = await desk.post("voice/manualDialCustomer", body, agent=maya)
    assert key(reply) == "phone.invalid"


async def test_a_callback_is_promised_for_the_open_call_or_a_number(
    desk: Desk, maya: Agent
) -> None:
    time = "2030-01-01T00:00:00Z"
    reply = await further(desk, maya, "addCallback", callbackTime=time, phone="1 212 555 0144")
    told = reply.json()
    assert told["phone"] == "12125550144"
    callback = await desk.until(lambda reader: reader.callback(told["callbackId"]))
    assert (callback.due_at, callback.user_id) == (1_893_456_000_000, "maya")
    assert key(await further(desk, maya, "addCallback", callbackTime=time)) == "phone.invalid"
    await desk.connected(maya)
    reply = await further(
        desk, maya, "addCallback", callbackTime=time, selfCallback="false", requestId="c"
    )
    assert reply.json()["phone"] == "8447380993"
    callback = await desk.until(lambda reader: reader.callback(reply.json()["callbackId"]))
    assert callback.user_id is None


async def test_a_callback_does_not_tell_another_agents_number(
    desk: Desk, maya: Agent, ravi: Agent
) -> None:
    theirs = await desk.connected(ravi)
    time = "2030-01-01T00:00:00Z"
    assert (
        key(await further(desk, maya, "addCallback", theirs, callbackTime=time)) == "phone.invalid"
    )


@pytest.mark.parametrize(
    ("time", "wanted"),
    [
        ("2020-01-01 00:00:00", "callback.time.past"),
        ("soon", "InvalidInput"),
        (None, "InvalidInput"),
    ],
    ids=repr,
)
async def test_a_callback_needs_a_time_to_come(
    desk: Desk, maya: Agent, time: Any, wanted: str
) -> None:
    reply = await further(desk, maya, "addCallback", callbackTime=time, phone="1")
    assert key(reply) == wanted
