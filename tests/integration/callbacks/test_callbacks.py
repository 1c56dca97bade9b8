"""Contract 5, "Callback time": kept, dialled when due, shown when missed; on each store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from screenpop.domain.call import CallType
from screenpop.domain.callback import Callback
from screenpop.ports.store import Reader
from screenpop.settings import Settings
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre

MINUTE = 60_000


async def promise(centre: ContactCentre, agent: LoggedIn, clock: ManualClock) -> str:
    """Dial, and dispose with a callback in ten minutes; return the call's id."""
    dialled = await centre.post("voice/manualDial", agent.dial("8447380993"))
    call: str = dialled.json()["crtObjectId"]
    await centre.until_state(agent, "onCall")
    body = agent.dispose(
        call, dispositionCodeId=21, dispositionParams={"callbackTime": clock.now() + 10 * MINUTE}
    )
    reply = await centre.post("voice/disposeCall", body)
    assert reply.status_code == 200, reply.text
    return call


async def only_callback(centre: ContactCentre) -> Callback:
    found = await centre.read(lambda reader: reader.callbacks(1, None))
    assert len(found) == 1
    return found[0]


async def test_callback_is_dialled_for_its_agent_when_it_is_due(
    tmp_path: Path, on_store: Callable[[Settings], Settings]
) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, settings=on_store) as centre:
        maya = await centre.log_in("maya")
        promised_in = await promise(centre, maya, clock)
        callback = await only_callback(centre)
        assert callback.user_id == "maya"
        assert callback.promised_in == promised_in

        clock.advance(10 * MINUTE)

        call = await centre.until(
            lambda r: next(
                (
                    c
                    for c, _ in r.recent_calls(1, None, 10)
                    if c.call_type.value.endswith("callback.dial")
                ),
                None,
            ),
            "the callback is dialled",
        )
        assert call.call_type == "outbound.callback.dial"
        assert call.phone == "8447380993"
        await centre.until_state(maya, "onCall")


async def test_due_callback_waits_for_its_agent_and_is_missed_after_half_an_hour(
    tmp_path: Path, on_store: Callable[[Settings], Settings]
) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, settings=on_store) as centre:
        maya = await centre.log_in("maya")
        await promise(centre, maya, clock)
        reply = await centre.client.post(
            "/api/v1/me/break", json={"reason": "Lunch"}, headers={"sessionId": maya.session_id}
        )
        assert reply.status_code == 200, reply.text

        clock.advance(10 * MINUTE)
        await centre.until(lambda r: r.callbacks(1, None)[0].state == "due", "it is due")
        clock.advance(30 * MINUTE)

        await centre.until(lambda r: r.callbacks(1, None)[0].state == "missed", "it is missed")


async def test_callback_without_a_date_is_kept_from_dispose_and_dial(
    tmp_path: Path, on_store: Callable[[Settings], Settings]
) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, settings=on_store) as centre:
        maya = await centre.log_in("maya")
        dialled = await centre.post("voice/manualDial", maya.dial("8447380993"))
        body = maya.dispose_and_dial(
            dialled.json()["crtObjectId"], "7905690272", dispositionCode="callback"
        )
        reply = await centre.post(
            "voice/disposeAndManualDial", body, {"sessionId": maya.session_id}
        )
        assert reply.status_code == 200, reply.text
        assert (await only_callback(centre)).due_at is None


async def dialled_callback(centre: ContactCentre, agent: LoggedIn) -> str:
    """Wait until the agent talks in a callback; return its number."""

    def look(reader: Reader) -> str | None:
        mine = reader.recent_calls(1, agent.session_id, 10)
        found = [c for c, _ in mine if c.call_type is CallType.CALLBACK]
        return found[0].phone if found else None

    return await centre.until(look, "the callback is dialled")


async def add(centre: ContactCentre, agent: LoggedIn, due: int, **own: bool) -> None:
    body = {
        "userCrtObjectId": agent.seat,
        "sessionId": agent.session_id,
        "campaignId": 172,
        "phone": "7905690272",
        "callbackTime": due,
        **own,
    }
    reply = await centre.post("voice/addCallback", body)
    assert reply.status_code == 200, reply.text


async def test_callback_of_the_campaign_is_dialled_for_any_of_its_agents(
    tmp_path: Path, on_store: Callable[[Settings], Settings]
) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, settings=on_store) as centre:
        maya = await centre.log_in("maya")
        await add(centre, maya, clock.now() + MINUTE, selfCallback=False)
        assert (await only_callback(centre)).user_id is None
        on_break = {"sessionId": maya.session_id}
        await centre.client.post("/api/v1/me/break", json={"reason": "Lunch"}, headers=on_break)
        ravi = await centre.log_in("ravi")

        clock.advance(MINUTE)

        assert await dialled_callback(centre, ravi) == "7905690272"
        await centre.until_state(ravi, "onCall")


async def test_own_callback_waits_for_its_agent_though_another_is_ready(
    tmp_path: Path, on_store: Callable[[Settings], Settings]
) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, settings=on_store) as centre:
        maya = await centre.log_in("maya")
        await add(centre, maya, clock.now() + MINUTE)
        headers = {"sessionId": maya.session_id}
        await centre.client.post("/api/v1/me/break", json={"reason": "Lunch"}, headers=headers)
        ravi = await centre.log_in("ravi")
        clock.advance(MINUTE)
        await centre.until(lambda r: r.callbacks(1, "maya")[0].state == "due", "it is due")
        await centre.until_state(ravi, "ready")

        await centre.client.post("/api/v1/me/ready", json={}, headers=headers)

        assert await dialled_callback(centre, maya) == "7905690272"
        assert not await centre.read(lambda r: r.recent_calls(1, ravi.session_id, 10))
