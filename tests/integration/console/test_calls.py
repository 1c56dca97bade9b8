"""Working calls from the console: dial, control, notes, dispose (contract 5, 6)."""

from __future__ import annotations

from pathlib import Path

import pytest

from screenpop.domain.association import AssociationState
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre

from .desk import Console

pytestmark = pytest.mark.asyncio


async def connected(centre: ContactCentre, maya: LoggedIn) -> str:
    """Wait until Maya talks, and return the call."""
    await centre.until(
        lambda r: any(
            a.state is AssociationState.CONNECTED for a in r.open_associations(maya.session_id)
        ),
        "agent and customer hear each other",
    )
    opened = await centre.core.read(lambda r: r.open_associations(maya.session_id))
    return opened[0].crt_object_id


async def test_dial_with_a_repeated_request_id_is_one_call(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        maya = await console.start_work()
        body = {"phone": "84473 80993", "campaignId": 60, "requestId": "one"}
        first = await console.send("POST", "console/dial", body)
        second = await console.send("POST", "console/dial", body)
        assert first.status_code == 200, first.text
        assert first.json() == second.json()
        assert await connected(centre, maya) == first.json()["crtObjectId"]


async def test_notes_survive_and_go_with_the_disposal(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        maya = await console.start_work()
        await console.send("POST", "console/dial", {"phone": "8447380993", "campaignId": 60})
        call = await connected(centre, maya)
        reply = await console.send("PUT", f"console/calls/{call}/draft", {"notes": "Wants a van"})
        assert reply.status_code == 200, reply.text
        kept = (await console.send("GET", "console/drafts")).json()["drafts"]
        assert [(d["crtObjectId"], d["notes"]) for d in kept] == [(call, "Wants a van")]
        done = {"crtObjectId": call, "dispositionCodeId": 11, "notes": "Wants a van"}
        reply = await console.send("POST", "console/dispose", done)
        assert reply.status_code == 200, reply.text
        assert (await console.send("GET", "console/drafts")).json()["drafts"] == []
        details = (await console.send("GET", f"calls/{call}")).json()
        assert details["dispositions"][0]["notes"] == "Wants a van"
        assert details["dispositions"][0]["disposedByCrm"] is False


async def test_control_and_dispose_and_dial_run_the_use_cases(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        maya = await console.start_work()
        await console.send("POST", "console/dial", {"phone": "8447380993", "campaignId": 60})
        call = await connected(centre, maya)
        for action in ("hold", "resume", "mute", "unmute"):
            reply = await console.send("POST", f"console/calls/{call}/{action}")
            assert reply.status_code == 200, reply.text
        reply = await console.send("POST", f"console/calls/{call}/tones", {"digits": "12#"})
        assert reply.status_code == 200
        target = {"target": {"type": "user", "id": "nobody"}}
        reply = await console.send("POST", f"console/calls/{call}/transfer", target)
        assert (reply.status_code, reply.json()["message"]) == (409, "target.not.available")
        body = {"crtObjectId": call, "dispositionCodeId": 12, "phone": "7905690272"}
        reply = await console.send("POST", "console/dispose-and-dial", body)
        assert reply.status_code == 200, reply.text
        assert reply.json()["disposedCrtObjectId"] == call


async def test_history_tells_the_customers_earlier_calls(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        maya = await console.start_work()
        call = ""
        for number in (1, 2):
            body = {"phone": "8447380993", "campaignId": 60, "requestId": str(number)}
            await console.send("POST", "console/dial", body)
            call = await connected(centre, maya)
            if number == 1:
                done = {"crtObjectId": call, "dispositionCodeId": 11, "notes": "First"}
                await console.send("POST", "console/dispose", done)
        history = (await console.send("GET", f"console/calls/{call}/history")).json()["calls"]
        assert [(one["dispositionCode"], one["notes"]) for one in history] == [("Sale", "First")]


async def test_desk_tells_campaigns_with_their_codes_and_breaks(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        await console.log_in("maya")
        desk = (await console.send("GET", "console/desk")).json()
        assert [c["campaignId"] for c in desk["campaigns"]] == [60, 172, 270]
        codes = desk["campaigns"][0]["dispositionClasses"][1]["dispositionCodes"]
        assert [(c["dispositionCodeId"], c["needsCallbackTime"]) for c in codes] == [
            (21, True),
            (22, False),
        ]
        assert desk["extension"] == "1001"
        assert "Lunch" in desk["breakReasons"]
