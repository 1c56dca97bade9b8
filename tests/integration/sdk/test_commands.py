"""Contract 6: what a page asks for happens, once, and is told as the contract says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.integration.sdk.desk import CALLER, SdkDesk, sdk_desk


async def count_open(desk: SdkDesk) -> int:
    return len(await desk.full.call("interaction.getAll"))


async def test_a_dial_answers_as_the_rest_does_with_the_apps_own_seat(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        dialled = await desk.full.call(
            "interaction.initiateInteraction",
            {"phone": "844 738-0993", "additionalParams": {"order": 4711}},
            request_id="order-4711",
        )
        seat = desk.full.grant["seats"][desk.maya.seat]
        assert dialled.pop("crtObjectId").startswith("d1-")
        assert dialled.pop("interactionId").startswith("d1-")
        assert isinstance(dialled.pop("customerId"), int)
        assert dialled == {
            "result": "success",
            "requestId": "order-4711",
            "userCrtObjectId": seat,
            "campaignId": 60,
            "phone": "8447380993",
        }


async def test_a_repeat_is_answered_again_and_another_command_is_refused(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        dial, name = {"phone": CALLER, "campaignId": "270"}, "interaction.initiateInteraction"
        first = await desk.full.send(name, dial, request_id="r")
        again = await desk.full.send(name, {"campaignId": 270, "phone": CALLER}, request_id="r")
        assert again.json() == first.json()
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        assert await count_open(desk) == 1
        refused = await desk.full.refused(name, {"phone": "1"}, request_id="r")
        assert refused == (422, "request.id.reused")


async def test_an_offered_call_is_answered_held_muted_ended_and_disposed(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        await desk.full.call("session.setAutoCall", False)
        call = await desk.connected()
        steps = [
            ("holdInteraction", [], "held"),
            ("resumeInteraction", [], "connected"),
            ("muteInteraction", [], "connected"),
            ("unmuteInteraction", [], "connected"),
            ("sendDtmf", ["12#"], "connected"),
            ("endInteraction", [], "wrap"),
        ]
        for method, further, state in steps:
            told = await desk.full.call(f"interaction.{method}", call, *further)
            assert told == {"interactionId": call}, method
            found = await desk.reaches(call, state)
            assert found["muted"] is (method == "muteInteraction")
        disposal = {"dispositionCode": " resolved ", "notes": "Two boxes."}
        assert await desk.full.call("interaction.disposeInteraction", disposal) == {
            "interactionId": call
        }
        association = await desk.centre.read(
            lambda r: r.association_with(desk.maya.session_id, call_id(r, call))
        )
        assert association is not None
        assert association.disposition is not None
        assert association.disposition.by_crm
        assert association.disposition.notes == "Two boxes."
        assert await desk.full.refused(
            "interaction.disposeInteraction", {**disposal, "interactionId": call}
        ) == (512, "call.already.disposed")
        assert await desk.full.refused("interaction.disposeInteraction", disposal) == (
            512,
            "no.active.call",
        )


def call_id(reader: Any, any_id: str) -> str:
    call = reader.call(any_id)
    assert call is not None
    return str(call.crt_object_id)


async def test_a_rejected_call_goes_and_a_repeat_is_answered_the_same(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        await desk.full.call("session.setAutoCall", False)
        call = await desk.offered()
        told = [
            await desk.full.call("interaction.rejectInteraction", call, request_id="no")
            for _ in range(2)
        ]
        assert told == [{"interactionId": call}] * 2
        await desk.reaches(call, "disposed")


async def test_dispose_and_dial_is_both_in_the_old_calls_campaign(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        call = await desk.connected()
        old = await desk.full.call("interaction.getCurrent")
        reply = await desk.full.call(
            "interaction.disposeAndDial",
            {"dispositionCodeId": "11", "phone": "8447380993", "interactionId": call},
        )
        assert reply["disposedCrtObjectId"] == old["crtObjectId"]
        assert (reply["campaignId"], reply["phone"]) == (172, "8447380993")
        [one] = await desk.full.call("interaction.getAll")
        assert one["interactionId"] == reply["interactionId"] != call


async def test_a_disposal_that_names_no_call_is_ambiguous_where_several_are_open(
    tmp_path: Path,
) -> None:
    async with sdk_desk(tmp_path) as desk:
        await desk.full.call("interaction.initiateInteraction", {"phone": "8447380993"})
        [mine] = await desk.centre.read(lambda r: r.open_associations(desk.maya.session_id))
        await desk.reaches(
            (await desk.full.call("interaction.getCurrent"))["interactionId"],
            "ringing",
            "connected",
        )
        await desk.centre.core.run(_another_stay, mine)
        disposal = {"dispositionCode": "Sale"}
        refused = await desk.full.refused("interaction.disposeInteraction", disposal)
        assert refused == (512, "interaction.ambiguous")


def _another_stay(tx: Any, mine: Any, now: int, ids: Any) -> None:
    """A second open call of the same agent, as a consultation on a later day may make one."""
    from dataclasses import replace

    call = tx.call(mine.crt_object_id)
    other = replace(
        call,
        crt_object_id=ids.crt_object_id(),
        interaction_id=ids.interaction_id(),
        call_id=ids.call_id(),
    )
    tx.add_call(other)
    tx.add_association(
        replace(
            mine,
            association_id=ids.association_id(),
            crt_object_id=other.crt_object_id,
            leg_id=ids.leg_id(),
        )
    )


async def test_a_callback_needs_a_time_that_can_be_read_and_is_to_come(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        await desk.connected()
        name, code = "interaction.disposeInteraction", {"dispositionCode": "Callback"}
        assert await desk.full.refused(name, code) == (512, "callback.time.required")
        assert await desk.full.refused(name, {**code, "callbackTime": "soon"}) == (
            400,
            "InvalidInput",
        )
        assert await desk.full.refused(name, {**code, "callbackTime": 1}) == (
            512,
            "callback.time.past",
        )
        await desk.full.call(name, {**code, "callbackTime": "2099-01-02 03:04:05"})


async def test_a_call_is_transferred_and_conferred_with_whom_a_target_names(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        call = await desk.connected()
        await desk.centre.log_in("ravi")
        for target in ({}, {"type": "moon", "id": 1}, {"type": "user"}, None):
            refused = await desk.full.refused("interaction.transferInteraction", call, target)
            assert refused == (400, "InvalidInput")
        nobody = {"type": "user", "id": "nobody"}
        assert await desk.full.refused("interaction.transferInteraction", call, nobody) == (
            512,
            "target.not.available",
        )
        told = await desk.full.call(
            "interaction.conferInteraction", call, {"type": "phone", "id": "18005550100"}
        )
        assert told == {"interactionId": call}


async def test_presence_and_auto_call_change_once_for_each_request(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        assert await desk.full.call("session.setBreak", "Lunch", request_id="1") == {
            "interactionId": None
        }
        state = await desk.full.call("session.getState")
        assert state == {"state": "break", "ready": False, "breakReason": "Lunch", "autoCall": True}
        await desk.full.call("session.setReady", request_id="2")
        await desk.full.call("session.setBreak", "Lunch", request_id="1")
        await desk.full.call("session.setAutoCall", "false")
        state = await desk.full.call("session.getState")
        assert state == {"state": "ready", "ready": True, "breakReason": None, "autoCall": False}
        assert await desk.full.refused("session.setBreak", "Nap") == (400, "InvalidInput")
        assert await desk.full.refused("session.setBreak") == (400, "InvalidInput")


async def test_another_agents_call_and_an_unknown_one_are_answered_alike(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        ravi = await desk.centre.log_in("ravi")
        body = ravi.dial("8447380993", campaignId=172)
        theirs = (await desk.centre.post("voice/manualDial", body)).json()["interactionId"]
        for call in (theirs, "d1-0-int-1"):
            refused = await desk.full.refused("interaction.endInteraction", call)
            assert refused == (403, "access.denied")
            assert await desk.full.call("interaction.getCurrent", call) is None
