"""Contract 6, "Results": what a page is told, as its app may see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from screenpop.domain.app import Scope
from tests.integration.apps.desk import read_events
from tests.integration.sdk.desk import CALLER, FULL, READER, SdkDesk, app, sdk_desk

OUTBOUND = replace(app("outbound"), campaign_ids=frozenset({60}))
REAL = replace(app("real"), options={"original_phone": True})


async def test_context_names_the_session_by_the_apps_own_ids(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        grant = desk.full.grant
        context = await desk.full.call("session.getContext")
        assert context == {
            "scopes": [scope.value for scope in Scope],
            "userId": "maya",
            "userName": "Maya",
            "userType": "Executive",
            "sessionId": grant["sessionId"],
            "userCrtObjectIds": [grant["seats"][desk.maya.seat]],
            "campaigns": [60, 172, 270],
            "contactCenterId": 1,
            "processId": 3,
            "locale": "en-US",
            "appId": "full",
            "frame": None,
            "interactionId": None,
        }
        assert grant["sessionId"] != desk.maya.session_id


async def test_an_app_that_may_not_act_is_told_no_ids(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        context = await desk.pages["reader"].call("session.getContext")
        assert (context["sessionId"], context["userCrtObjectIds"]) == (None, None)
        await desk.offered()
        [call] = await desk.pages["reader"].call("interaction.getAll")
        assert (call["sessionId"], call["userCrtObjectId"]) == (None, None)
        assert call["phone"] == CALLER


async def test_lists_are_those_of_the_rest(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:

        async def rest(path: str) -> Any:
            headers = {"sessionId": desk.maya.session_id}
            return (
                await desk.centre.client.get(f"/ameyorestapi/cc/{path}", headers=headers)
            ).json()

        assert await desk.full.call("configuration.getCampaigns") == await rest(
            "campaigns/getAssigned"
        )
        classes = await rest(
            "dispositionClasses/getDispositionClassesForCampaign?campaignContextId=172"
        )
        name = "configuration.getDispositionCodesWithDispositionClass"
        assert await desk.full.call(name, 172) == classes
        assert await desk.full.call(name, "172") == classes
        codes = await desk.full.call("configuration.getDispositionCodes", 172)
        assert {one["dispositionCodeName"] for one in codes if one["needsCallbackTime"]} == {
            "Callback"
        }
        assert await desk.full.call("configuration.getBreakReasons") == [
            "Break",
            "Lunch",
            "Meeting",
            "Training",
        ]
        assert await desk.full.refused(name) == (400, "InvalidInput")
        assert await desk.full.refused(name, 9) == (404, "requested.resource.not.found")


async def test_no_call_is_null_and_an_empty_list(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        assert await desk.full.call("interaction.getCurrent") is None
        assert await desk.full.call("interaction.getAll") == []


async def test_a_current_call_has_every_field_of_an_event(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        await desk.offered()
        current = await desk.full.call("interaction.getCurrent")
        events = await heard(desk, "full", "showCrm")
        told = next(e["payload"] for e in events if e["name"] == "interactionInitiated")
        assert set(told) - {"transferredFrom"} <= set(current)
        same = set(told) - {"seq", "timestamp", "state", "transferredFrom"}
        assert {name: current[name] for name in same} == {name: told[name] for name in same}
        assert current["seq"] >= told["seq"]


async def heard(desk: SdkDesk, app_id: str, until: str) -> list[dict[str, Any]]:
    token = desk.pages[app_id].grant["token"]
    return await read_events(desk.centre, {"Authorization": f"Bearer {token}"}, until)


async def test_an_app_of_other_campaigns_hears_nothing_of_a_call(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path, OUTBOUND) as desk:
        await desk.full.call("session.setAutoCall", False)
        call = await desk.offered()
        page = desk.pages["outbound"]
        assert await page.call("interaction.getAll") == []
        assert await page.call("interaction.getCurrent", call) is None
        await desk.full.call("interaction.rejectInteraction", call)
        dialled = await desk.full.call(
            "interaction.initiateInteraction", {"phone": "8447380993", "campaignId": 60}
        )
        events = await heard(desk, "outbound", "showCrm")
        calls = {e["payload"]["interactionId"] for e in events if e["namespace"] == "interaction"}
        assert calls == {dialled["interactionId"]}


async def test_numbers_are_masked_but_for_an_app_that_is_granted_the_real_one(
    tmp_path: Path,
) -> None:
    async with sdk_desk(tmp_path, REAL, masked=True) as desk:
        await desk.offered()
        masked = "xxxxxx" + CALLER[-4:]
        for app_id, phone in (("full", masked), ("real", CALLER)):
            [call] = await desk.pages[app_id].call("interaction.getAll")
            assert (call["phone"], call["displayPhone"]) == (phone, masked)
            events = await heard(desk, app_id, "showCrm")
            shown = {
                (e["payload"]["phone"], e["payload"]["displayPhone"])
                for e in events
                if e["namespace"] == "interaction"
            }
            assert shown == {(phone, masked)}
            assert all("originalPhone" not in e["payload"] for e in events if "payload" in e)
        console = await read_events(desk.centre, {"sessionId": desk.maya.session_id}, "showCrm")
        told = [e["payload"] for e in console if e.get("namespace") == "interaction"]
        assert {(p["phone"], p["originalPhone"]) for p in told} == {(masked, CALLER)}


async def test_tokens_are_the_consoles_to_hand_on(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        client = desk.centre.client
        token = {"Authorization": f"Bearer {desk.full.grant['token']}"}
        assert (await client.get("/api/v1/sdk/apps", headers=token)).status_code == 403
        account = {"Authorization": "Basic ZGVtby1hcGk6ZGVtby1hcGk="}
        assert (await client.get("/api/v1/sdk/apps", headers=account)).status_code == 404
        assert (await client.get("/api/v1/sdk/apps")).status_code == 401
        assert desk.pages["reader"].grant["scopes"] == ["interaction:read", "session:read"]
        assert desk.full.grant["origins"] == ["https://crm.test"]
        assert FULL.app_id != READER.app_id
