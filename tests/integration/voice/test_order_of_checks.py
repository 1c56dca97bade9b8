"""Path, method, size, rate, credentials, fields, seat, idempotency, state: the first answers."""

import asyncio
import json
from typing import Any

import httpx2
import pytest

from screenpop.web.limits import RateLimits
from screenpop.web.voice import VoiceSettings
from tests.integration.voice.desk import ACCOUNT, Agent, Desk, dial, dispose

UNKNOWN = "Basic ZGVtby1hcGk6d3Jvbmc="
LARGE = b'{"a":"' + b"x" * 300_000 + b'"}'


def answered(reply: httpx2.Response) -> tuple[int, str | None]:
    return reply.status_code, reply.json().get("message")


@pytest.mark.parametrize(
    "path", ["voice/nothing", "voice", "", "voice/manualDial/more", "pushes", "voice/chat"]
)
async def test_an_unknown_path_is_the_envelopes_404_for_every_method(desk: Desk, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        reply = await desk.http.request(method, f"/ameyorestapi/{path}", content=LARGE)
        assert answered(reply) == (404, "requested.resource.not.found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "voice/manualDial", "POST, OPTIONS"),
        ("DELETE", "VOICE/DISPOSECALL/", "POST, OPTIONS"),
        ("PUT", "cc/campaigns/getAssigned", "GET, POST, OPTIONS"),
        ("HEAD", "cc/campaigns/getAssigned", "GET, POST, OPTIONS"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    desk: Desk, method: str, path: str, allow: str
) -> None:
    reply = await desk.http.request(method, f"/ameyorestapi/{path}", content=LARGE)
    assert reply.status_code == 405
    assert reply.headers["allow"] == allow


async def test_size_stands_before_credentials(desk: Desk) -> None:
    reply = await desk.post("voice/manualDial", LARGE, account=None)
    assert answered(reply) == (400, "InvalidInput")


@pytest.mark.parametrize("rates", [RateLimits()], ids=["contract"])
async def test_rate_stands_before_credentials_and_size_before_rate(desk: Desk, maya: Agent) -> None:
    for _ in range(5):
        await desk.post("voice/manualDial", dial(maya), agent=maya)
    reply = await desk.post("voice/manualDial", dial(maya), agent=maya, account=UNKNOWN)
    assert answered(reply) == (429, "too.many.requests")
    assert reply.headers["retry-after"] == "1"
    reply = await desk.post("voice/manualDial", LARGE, agent=maya)
    assert answered(reply) == (400, "InvalidInput")
    desk.clock.ms += 1000
    reply = await desk.post("voice/manualDial", dial(maya), agent=maya)
    assert answered(reply) == (512, "agent.busy")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"phone":1,"phone":2}', b'{"phone":NaN}', b"\xff", b"[" * 100_000],
    ids=["no JSON", "no object", "repeated key", "NaN", "no UTF-8", "deep"],
)
async def test_credentials_stand_before_a_body_that_cannot_be_read(
    desk: Desk, maya: Agent, body: bytes
) -> None:
    refused = await desk.post("voice/manualDial", body, agent=maya, account=UNKNOWN)
    assert answered(refused) == (401, "invalid.authentication.token")
    nobody = await desk.post("voice/manualDial", body)
    assert answered(nobody) == (403, "invalid.session.id")
    known = await desk.post("voice/manualDial", body, agent=maya)
    assert answered(known) == (400, "InvalidInput")


async def test_credentials_stand_before_fields_and_fields_before_the_seat(
    desk: Desk, maya: Agent
) -> None:
    body = dial(maya, phone=None, userCrtObjectId="no seat")
    reply = await desk.post("voice/manualDial", body, agent=maya, account=UNKNOWN)
    assert answered(reply) == (401, "invalid.authentication.token")
    reply = await desk.post("voice/manualDial", body, agent=maya)
    assert answered(reply) == (400, "InvalidInput")
    assert reply.json()["info"] == "parameter expected in input: phone"
    assert reply.json()["details"] == ["phone"]


async def test_the_seat_stands_before_idempotency_and_idempotency_before_state(
    desk: Desk, maya: Agent
) -> None:
    first = dial(maya, requestId="r-1")
    assert (await desk.post("voice/manualDial", first, agent=maya)).status_code == 200
    denied = await desk.post("voice/manualDial", {**first, "campaignId": 5}, agent=maya)
    assert answered(denied) == (403, "access.denied")
    reused = await desk.post("voice/manualDial", {**first, "phone": "1"}, agent=maya)
    assert answered(reused) == (422, "request.id.reused")
    assert reused.json()["requestId"] == "r-1"
    replayed = await desk.post("voice/manualDial", first, agent=maya)
    assert replayed.status_code == 200
    busy = await desk.post("voice/manualDial", {**first, "requestId": "r-2"}, agent=maya)
    assert answered(busy) == (512, "agent.busy")


@pytest.mark.parametrize("settings", [VoiceSettings(lenient=False)], ids=["strict"])
async def test_strict_wants_every_field_of_the_table(desk: Desk, maya: Agent) -> None:
    body = {"campaignId": 60, "userCrtObjectId": maya.seat, "phone": "1"}
    reply = await desk.post("voice/manualDial", body, agent=maya)
    assert answered(reply) == (400, "InvalidInput")
    assert reply.json()["details"] == [
        "sessionId",
        "shouldAddCustomer",
        "requestId",
        "searchable",
    ]


@pytest.mark.parametrize(
    "path", ["/ameyorestapi/VOICE/manualdial", "/AmeyoRestApi/voice/manualDial/"]
)
async def test_paths_are_taken_without_case_and_with_a_trailing_slash(
    desk: Desk, maya: Agent, path: str
) -> None:
    reply = await desk.http.post(
        path, json=dial(maya), headers={"authorization": ACCOUNT, "sessionid": maya.session}
    )
    assert reply.status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""], ids=repr)
async def test_the_content_type_is_not_looked_at(desk: Desk, maya: Agent, kind: str) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(dial(maya)).encode()
    reply = await desk.post("voice/manualDial", body, agent=maya, headers={"content-type": kind})
    assert reply.status_code == 200


async def test_nothing_else_is_open(desk: Desk) -> None:
    body: Any = {}
    for path in ("session/userLogout", "session/keepAliveWithPingPush", "session/refreshToken"):
        assert (await desk.post(path, body, account=None)).status_code == 401
    for path in ("cc/campaigns/getAssigned", "cc/dispositionCodes/getByCampaign"):
        assert (await desk.http.get(f"/ameyorestapi/{path}")).status_code == 401
    replies = await asyncio.gather(*(desk.post("voice/hangup", body, account=None) for _ in "ab"))
    assert {reply.status_code for reply in replies} == {401}


async def test_a_call_that_was_never_this_agents_is_answered_as_an_unknown_one(
    desk: Desk, maya: Agent, ravi: Agent
) -> None:
    theirs = await desk.connected(ravi)
    for crt in (theirs, "d1-6955296d-vce-999", "nonsense"):
        reply = await desk.post("voice/disposeCall", dispose(maya, crt), agent=maya)
        assert answered(reply) == (403, "access.denied")
