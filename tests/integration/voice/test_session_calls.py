"""A session's life and its lists, by REST (contract 5)."""

from typing import Any

import pytest

from screenpop.web.limits import RateLimits
from tests.integration.voice.desk import Agent, Desk, dial


async def test_a_login_is_answered_as_the_field_knows_it(desk: Desk) -> None:
    body = {"USERID": "MAYA", "token": "maya", "forceLogin": "true", "requestId": "r"}
    reply = await desk.post("userLogin/login", body, account=None)
    told = reply.json()
    assert (told["requestId"], told["contactCenterId"]) == ("r", 1)
    assert told["userSessionInfo"]["userId"] == "maya"
    assert told["userSessionInfo"]["userType"] == "Executive"
    assert told["userSessionInfo"]["loginTime"] == desk.clock.ms


async def test_the_bare_login_gives_the_bare_session(desk: Desk) -> None:
    reply = await desk.post("session/userLogin", {"userId": "maya", "token": "maya"}, account=None)
    session = reply.json()["sessionId"]
    assert await desk.core.read(lambda reader: reader.find_session(session))


async def test_a_second_login_must_be_forced(desk: Desk, maya: Agent) -> None:
    body: dict[str, Any] = {"userId": "maya", "token": "maya"}
    reply = await desk.post("userLogin/login", body, account=None)
    assert reply.status_code == 512
    assert (reply.json()["message"], reply.json()["code"]) == ("force.login.required", 20201)
    reply = await desk.post("userLogin/login", {**body, "forceLogin": True}, account=None)
    assert reply.status_code == 200


@pytest.mark.parametrize("body", [{"userId": "maya", "token": "x"}, {"userId": "x", "token": "x"}])
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(desk: Desk, body: Any) -> None:
    reply = await desk.post("userLogin/login", body, account=None)
    told = reply.json()
    assert (reply.status_code, told["code"], told["message"]) == (512, 20203, "login.failed")
    assert told["info"] == "The user name or the password is wrong."


async def test_after_five_failures_name_and_address_wait(desk: Desk) -> None:
    wrong = {"userId": "maya", "token": "wrong"}
    for _ in range(5):
        assert (await desk.post("userLogin/login", wrong, account=None)).status_code == 512
    good = {"userId": "maya", "token": "maya"}
    reply = await desk.post("userLogin/login", good, account=None)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")
    other = {"userId": "ravi", "token": "ravi"}
    assert (await desk.post("userLogin/login", other, account=None)).status_code == 200
    desk.clock.ms += 60_000
    assert (await desk.post("userLogin/login", good, account=None)).status_code == 200


@pytest.mark.parametrize("rates", [RateLimits()], ids=["contract"])
async def test_the_eleventh_login_in_a_minute_is_too_many(desk: Desk) -> None:
    body = {"userId": "maya", "token": "maya", "forceLogin": True}
    for _ in range(10):
        assert (await desk.post("userLogin/login", body, account=None)).status_code == 200
    assert (await desk.post("session/userLogin", body, account=None)).status_code == 429


@pytest.mark.parametrize(
    ("body", "details"),
    [({}, ["userId", "token"]), ({"userId": "maya", "token": " "}, ["token"]), (b"{", [])],
    ids=["empty", "blank", "no JSON"],
)
async def test_a_login_without_its_fields_is_invalid_input(
    desk: Desk, body: Any, details: list[str]
) -> None:
    reply = await desk.post("userLogin/login", body, account=None)
    assert (reply.status_code, reply.json()["details"]) == (400, details)


async def test_a_logout_ends_the_session(desk: Desk, maya: Agent) -> None:
    reply = await desk.post("session/userLogout", b"", agent=maya)
    assert reply.json() == {"result": "success", "requestId": None}
    reply = await desk.post("session/userLogout", b"", agent=maya)
    assert reply.json()["message"] == "invalid.session.id"


async def test_an_app_without_session_control_cannot_log_its_agent_out(
    desk: Desk, maya: Agent
) -> None:
    minted = await desk.mint(maya)
    reply = await desk.post("session/userLogout", b"", headers={"sessionid": minted})
    assert reply.json()["message"] == "access.denied"
    reply = await desk.post("session/keepAliveWithPingPush", b"", headers={"sessionid": minted})
    assert reply.status_code == 200


async def test_a_pinging_session_lives_until_it_is_silent_for_ninety_seconds(
    desk: Desk, maya: Agent
) -> None:
    for _ in range(3):
        reply = await desk.get("session/keepAliveWithPingPush", agent=maya)
        assert reply.status_code == 200
        await desk.pass_time(80_000)
    await desk.pass_time(10_001)
    reply = await desk.get("session/keepAliveWithPingPush", agent=maya)
    assert reply.json()["message"] == "invalid.session.id"


async def test_a_session_that_only_used_rest_lives_by_its_commands(desk: Desk, maya: Agent) -> None:
    await desk.pass_time(7 * 3_600_000)
    await desk.post("voice/manualDial", dial(maya, phone="800FLOWERS"), agent=maya)
    await desk.core.flush_seen()
    await desk.pass_time(4 * 3_600_000)
    assert (await desk.get("cc/campaigns/getAssigned", agent=maya)).status_code == 200
    await desk.pass_time(1 * 3_600_000)
    assert (await desk.get("cc/campaigns/getAssigned", agent=maya)).status_code == 403


async def test_a_refreshed_token_stands_for_the_asking_session(
    desk: Desk, maya: Agent, ravi: Agent
) -> None:
    desk.clock.ms += 60_000
    token = (await desk.post("session/refreshToken", b"", agent=maya)).json()["jwtToken"]
    assert token != maya.jwt
    reply = await desk.post(
        "voice/manualDial", dial(maya, sessionId="-"), account=f"Bearer {token}"
    )
    assert reply.status_code == 200
    reply = await desk.post("session/refreshToken", b"", agent=ravi, account=f"Bearer {token}")
    assert reply.json()["message"] == "access.denied"


async def test_a_refreshed_token_of_an_app_keeps_the_apps_scopes(desk: Desk, maya: Agent) -> None:
    minted = await desk.mint(maya)
    reply = await desk.post("session/refreshToken", b"", headers={"sessionid": minted})
    token = reply.json()["jwtToken"]
    reply = await desk.post("session/userLogout", b"", account=f"Bearer {token}")
    assert reply.json()["message"] == "access.denied"


async def test_the_assigned_campaigns_are_the_agents(desk: Desk, maya: Agent, ravi: Agent) -> None:
    mine = (await desk.get("cc/campaigns/getAssigned", agent=maya)).json()
    assert [entry["campaignId"] for entry in mine] == [60, 172, 270]
    assert mine[0] == {
        "campaignId": 60,
        "campaignName": "Outbound Sales",
        "campaignType": "Outbound Voice Campaign",
        "description": "New customers",
        "processId": 3,
        "contactCenterId": 1,
    }
    theirs = (await desk.post("cc/campaigns/getAssigned", {}, agent=ravi)).json()
    assert [entry["campaignId"] for entry in theirs] == [172]


async def test_disposition_codes_are_listed_flat_and_by_class(desk: Desk, maya: Agent) -> None:
    flat = await desk.get("cc/dispositionCodes/getByCampaign", agent=maya, campaignId=60)
    assert flat.json()[0] == {
        "dispositionCodeId": 11,
        "dispositionCodeName": "Sale",
        "dispositionClassId": 1,
    }
    path = "cc/dispositionClasses/getDispositionClassesForCampaign"
    classes = (await desk.get(path, agent=maya, campaignContextId=60)).json()
    assert [group["dispositionClassName"] for group in classes] == [
        "Success",
        "Follow up",
        "No contact",
    ]
    assert [code for group in classes for code in group["dispositionCodes"]] == flat.json()
    assert (await desk.get(path, agent=maya, CAMPAIGNID=60)).json() == classes


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({}, 400, "InvalidInput"),
        ({"campaignId": ""}, 400, "InvalidInput"),
        ({"campaignId": "sixty"}, 404, "requested.resource.not.found"),
        ({"campaignId": "9999"}, 404, "requested.resource.not.found"),
        ({"campaignId": "60"}, 403, "access.denied"),
        ({"campaignId": "\x00"}, 400, "InvalidInput"),
    ],
    ids=repr,
)
async def test_a_list_of_a_campaign_that_is_not_there_or_not_the_agents_is_refused(
    desk: Desk, ravi: Agent, query: dict[str, str], status: int, message: str
) -> None:
    reply = await desk.get("cc/dispositionCodes/getByCampaign", agent=ravi, **query)
    assert (reply.status_code, reply.json()["message"]) == (status, message)
