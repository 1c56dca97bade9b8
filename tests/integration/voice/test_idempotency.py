"""One command, one effect, one reply, however often it is sent (contract 5, "Idempotency")."""

import asyncio
import json
from typing import Any

import pytest

from screenpop.web.limits import RateLimits
from screenpop.web.voice import VoiceSettings
from tests.integration.voice.desk import Agent, Desk, dial, dispose, dispose_and_dial

REPLAYED = "idempotent-replayed"


@pytest.mark.parametrize("rates", [RateLimits()], ids=["contract"])
async def test_a_hundred_parallel_copies_make_one_call_and_a_hundred_equal_replies(
    desk: Desk, maya: Agent
) -> None:
    body = dial(maya, requestId="one")
    replies = await asyncio.gather(
        *(desk.post("voice/manualDial", body, agent=maya) for _ in range(100))
    )
    assert {(reply.status_code, reply.content) for reply in replies} == {(200, replies[0].content)}
    assert sum(REPLAYED not in reply.headers for reply in replies) == 1
    await desk.state(maya, replies[0].json()["crtObjectId"], "connected")
    assert len({leg.leg_id for leg in desk.line.dials}) == 2


@pytest.mark.parametrize("rates", [RateLimits()], ids=["contract"])
async def test_replays_of_a_bound_key_are_never_too_many(desk: Desk, maya: Agent) -> None:
    body = dial(maya, requestId="one")
    for _ in range(300):
        assert (await desk.post("voice/manualDial", body, agent=maya)).status_code == 200
    for _ in range(4):
        reply = await desk.post("voice/manualDial", dial(maya, requestId="two"), agent=maya)
        assert reply.status_code == 512
    reply = await desk.post("voice/manualDial", dial(maya, requestId="three"), agent=maya)
    assert reply.status_code == 429
    assert (await desk.post("voice/manualDial", body, agent=maya)).status_code == 200


async def test_a_copy_is_the_same_command_in_other_clothes(desk: Desk, maya: Agent) -> None:
    body = dial(maya, requestId="one")
    first = await desk.post("voice/manualDial", body, agent=maya)
    other = {
        "PHONE": 8447380993,
        "unknown": [1],
        "campaignid": "60",
        **{k: v for k, v in body.items() if k not in ("phone", "campaignId", "sessionId")},
        "shouldAddCustomer": "false",
        "additionalParams": None,
    }
    copy = await desk.post("voice/manualDial", json.dumps(other, indent=3).encode(), agent=maya)
    assert copy.content == first.content
    assert copy.headers[REPLAYED] == "true"


async def test_a_refusal_binds_nothing(desk: Desk, maya: Agent) -> None:
    crt = await desk.connected(maya)
    again = dial(maya, requestId="later")
    assert (await desk.post("voice/manualDial", again, agent=maya)).status_code == 512
    await desk.post("voice/disposeCall", dispose(maya, crt), agent=maya)
    reply = await desk.post("voice/manualDial", again, agent=maya)
    assert reply.status_code == 200
    assert REPLAYED not in reply.headers


async def test_each_endpoint_and_each_session_has_its_own_keys(
    desk: Desk, maya: Agent, ravi: Agent
) -> None:
    dialled = await desk.post("voice/manualDial", dial(maya, requestId="k"), agent=maya)
    crt = dialled.json()["crtObjectId"]
    disposed = await desk.post("voice/disposeCall", dispose(maya, crt, requestId="k"), agent=maya)
    theirs = await desk.post("voice/manualDial", dial(ravi, requestId="k"), agent=ravi)
    for reply in (dialled, disposed, theirs):
        assert reply.status_code == 200
        assert REPLAYED not in reply.headers


async def test_a_replay_does_not_look_at_what_became_of_the_call(desk: Desk, maya: Agent) -> None:
    crt = await desk.connected(maya)
    body = dispose(maya, crt, requestId="d")
    first = await desk.post("voice/disposeCall", body, agent=maya)
    for _ in range(3):
        copy = await desk.post("voice/disposeCall", body, agent=maya)
        assert (copy.status_code, copy.content) == (200, first.content)
    reply = await desk.post("voice/disposeCall", dispose(maya, crt), agent=maya)
    assert reply.json()["message"] == "call.already.disposed"


async def test_a_replay_needs_a_session_that_may_still_act(desk: Desk, maya: Agent) -> None:
    body = dial(maya, requestId="one")
    await desk.post("voice/manualDial", body, agent=maya)
    await desk.login("maya")
    reply = await desk.post("voice/manualDial", body, agent=maya)
    assert reply.json()["message"] == "invalid.session.id"


@pytest.mark.parametrize("key", ["0", 0, "", None], ids=repr)
async def test_without_a_key_nothing_is_bound(desk: Desk, maya: Agent, key: object) -> None:
    body = dial(maya, requestId=key)
    first = await desk.post("voice/manualDial", body, agent=maya)
    assert first.status_code == 200
    second = await desk.post("voice/manualDial", body, agent=maya)
    assert second.json()["message"] == "agent.busy"


async def test_a_double_click_dials_once(desk: Desk, maya: Agent) -> None:
    replies = await asyncio.gather(
        *(
            desk.post("voice/manualDial", dial(maya, requestId=key), agent=maya)
            for key in ("a", "b")
        )
    )
    assert sorted(reply.status_code for reply in replies) == [200, 512]


@pytest.mark.parametrize(
    ("authorization", "accept", "ok"),
    [
        (False, "*/*", True),
        (False, None, True),
        (True, "*/*", False),
        (False, "application/json", False),
    ],
)
async def test_the_known_field_client_is_answered_ok_and_again_ok(
    desk: Desk, maya: Agent, authorization: bool, accept: str | None, ok: bool
) -> None:
    crt = await desk.connected(maya)
    body = dispose_and_dial(maya, crt, requestId="k")
    del desk.http.headers["accept"]
    headers = {} if accept is None else {"accept": accept}
    account: Any = {} if authorization else {"account": None}
    replies = [
        await desk.post("voice/disposeAndManualDial", body, agent=maya, headers=headers, **account)
        for _ in "ab"
    ]
    for reply in replies:
        assert reply.status_code == 200
        assert (reply.content == b"ok") is ok
        assert reply.headers["content-type"].startswith("text/plain" if ok else "application/json")
    # The form is the first reply's, whatever the copy asks for.
    copy = await desk.post("voice/disposeAndManualDial", body, agent=maya)
    assert copy.content == replies[0].content
    assert copy.headers[REPLAYED] == "true"


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (VoiceSettings(lenient=True, dispose_and_dial_form="ok"), "text/plain"),
        (VoiceSettings(lenient=True, dispose_and_dial_form="json"), "application/json"),
    ],
    ids=["ok", "json"],
)
async def test_an_installation_can_fix_the_form(desk: Desk, maya: Agent, kind: str) -> None:
    for authorization in (True, False):
        crt = await desk.connected(maya)
        account: Any = {} if authorization else {"account": None}
        body = dispose_and_dial(maya, crt)
        reply = await desk.post("voice/disposeAndManualDial", body, agent=maya, **account)
        assert reply.headers["content-type"].startswith(kind)
        crt = (await desk.open_call(maya)).crt_object_id
        await desk.post("voice/disposeCall", dispose(maya, crt), agent=maya)


async def test_a_refusal_is_an_envelope_even_for_the_client_that_wants_ok(
    desk: Desk, maya: Agent
) -> None:
    del desk.http.headers["accept"]
    body = dispose_and_dial(maya, "unknown")
    reply = await desk.post("voice/disposeAndManualDial", body, agent=maya, account=None)
    assert reply.json()["message"] == "access.denied"
