"""Contract 5, "Callback time": an agent sees what was promised, and may call before its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ContactCentre, contact_centre

from .desk import Console

pytestmark = pytest.mark.asyncio
MINUTE = 60_000


async def promised(centre: ContactCentre, clock: ManualClock) -> tuple[Console, str]:
    """Maya promises a call in ten minutes; return her console and the callback's id."""
    console = Console(centre)
    maya = await console.start_work()
    await console.send("POST", "console/dial", {"phone": "8447380993", "campaignId": 60})
    await centre.until_state(maya, "onCall")
    opened = await centre.core.read(lambda r: r.open_associations(maya.session_id))
    body = {
        "crtObjectId": opened[0].crt_object_id,
        "dispositionCodeId": 21,
        "callbackTime": clock.now() + 10 * MINUTE,
        "notes": "After lunch",
    }
    reply = await console.send("POST", "console/dispose", body)
    assert reply.status_code == 200, reply.text
    listed = (await console.send("GET", "console/callbacks")).json()["callbacks"]
    shown = [(c["customerName"], c["state"], c["own"], c["notes"]) for c in listed]
    assert shown == [("Asha Verma", "scheduled", True, "After lunch")]
    return console, listed[0]["callbackId"]


async def test_promised_call_is_dialled_now_once_and_leaves_the_list(tmp_path: Path) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock) as centre:
        console, callback_id = await promised(centre, clock)
        path = f"console/callbacks/{callback_id}/dial"
        first = await console.send("POST", path, {"requestId": "now"})
        again = await console.send("POST", path, {"requestId": "now"})
        assert first.status_code == 200, first.text
        assert first.json() == again.json()
        details = (await console.send("GET", f"calls/{first.json()['crtObjectId']}")).json()
        assert (details["callType"], details["phone"]) == ("outbound.callback.dial", "8447380993")
        assert (await console.send("GET", "console/callbacks")).json()["callbacks"] == []
        reply = await console.send("POST", path, {"requestId": "later"})
        assert (reply.status_code, reply.json()["detail"]) == (
            409,
            "This callback was dialled already.",
        )


async def test_missed_callback_is_listed_and_can_still_be_called(tmp_path: Path) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock) as centre:
        console, callback_id = await promised(centre, clock)
        await console.send("POST", "console/logout")
        clock.advance(10 * MINUTE)
        await centre.until(lambda r: r.due_callbacks(1), "the callback is due")
        clock.advance(31 * MINUTE)
        await centre.until(lambda r: not r.due_callbacks(1), "the callback is missed")
        await console.start_work()
        listed = (await console.send("GET", "console/callbacks")).json()["callbacks"]
        assert [one["state"] for one in listed] == ["missed"]
        reply = await console.send("POST", f"console/callbacks/{callback_id}/dial")
        assert reply.status_code == 200, reply.text


async def test_another_agents_callback_is_neither_listed_nor_dialled(tmp_path: Path) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock) as centre:
        _, callback_id = await promised(centre, clock)
        ravi = Console(centre)
        await ravi.log_in("ravi")
        work = {"campaignIds": [172], "selectedCampaignId": 172, "extension": "1002"}
        await ravi.send("POST", "me/work", work)
        assert (await ravi.send("GET", "console/callbacks")).json()["callbacks"] == []
        reply = await ravi.send("POST", f"console/callbacks/{callback_id}/dial")
        assert reply.status_code == 404
