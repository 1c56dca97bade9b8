"""Connections, Asterisk and screenpop go away and come back; calls do not mind, or end rightly."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from screenpop.testing.asterisk import Asterisk, asterisk
from screenpop.testing.relay import Relay
from tests.asterisk import ROOT
from tests.integration.asterisk.floor import ANSWERS, CALLER, DID, RINGS, Desk, desk
from tests.integration.durability.floor import eventually

pytestmark = [pytest.mark.needs("asterisk")]


@pytest.fixture
async def relay(pbx: Asterisk) -> AsyncIterator[Relay]:
    """What stands between the server and Asterisk, and can be cut."""
    made = Relay("127.0.0.1", pbx.http_port)
    await made.open()
    yield made
    await made.cut()


@pytest.fixture
async def maya(tmp_path: Path, pbx: Asterisk, relay: Relay) -> AsyncIterator[Desk]:
    async with desk(tmp_path, pbx, url=relay.url) as at_work:
        yield at_work


async def test_a_lost_connection_refuses_commands_and_keeps_the_call(
    maya: Desk, relay: Relay
) -> None:
    call = await maya.connected()
    await relay.cut()
    await maya.telephony("not connected")
    refused = await maya.post(
        "voice/disposeAndManualDial",
        campaignContextId=60,
        crtObjectId=call,
        dispositionCode="Sale",
        phone=ANSWERS,
    )
    assert (refused["status"], refused["message"]) == (512, "telephony.unavailable")
    assert (await maya.call(call))["state"] == "connected"
    await relay.open()
    await maya.telephony("ok")
    assert (await maya.call(call))["state"] == "connected"
    assert len(maya.dials) == 2
    assert (await maya.dispose(call))["result"] == "success"
    await maya.no_channel_is_left()


async def test_a_customer_who_left_during_a_lost_connection_was_connected(
    maya: Desk, relay: Relay
) -> None:
    call = await maya.connected()
    customer = await maya.leg(call, "customer")
    await relay.cut()
    await maya.telephony("not connected")
    await asyncio.to_thread(maya.pbx.hang_up, customer)
    assert maya.names(call)[-1] == "Connected"
    await relay.open()
    ended = await maya.reader.until_event("interactionEnded", call)
    assert ended.payload["systemDisposition"] == "CONNECTED"
    await maya.no_channel_is_left()


async def test_a_dial_whose_end_nobody_saw_is_not_connected_and_not_sent_again(
    maya: Desk, relay: Relay
) -> None:
    call = (await maya.dial(RINGS))["crtObjectId"]
    await maya.reader.until_event("interactionRinging", call)
    customer = await maya.leg(call, "customer")
    await relay.cut()
    await maya.telephony("not connected")
    await asyncio.to_thread(maya.pbx.hang_up, customer)
    await relay.open()
    failed = await maya.reader.until_event("interactionFailed", call)
    assert failed.payload["systemDisposition"] == "FAILED"
    assert len(maya.dials) == 2
    await maya.no_channel_is_left()


async def test_a_call_outlives_the_killed_server_and_can_be_disposed(maya: Desk) -> None:
    call = await maya.connected()
    await maya.server.kill()
    await maya.server.start()
    await maya.telephony("ok")
    assert (await maya.call(call))["state"] == "connected"
    assert (await maya.dispose(call))["result"] == "success"
    await maya.reader.until_event("interactionDisposed", call)
    assert maya.names(call).count("Connected") == 1
    assert len(maya.dials) == 2
    await maya.no_channel_is_left()


async def test_a_held_call_is_found_held_by_the_next_server_and_resumed(maya: Desk) -> None:
    call = await maya.connected()
    assert (await maya.post("voice/hold", crtObjectId=call))["result"] == "success"
    await maya.reader.until_event("interactionHeld", call)
    customer = await maya.leg(call, "customer")

    async def hears(kind: str) -> bool:
        said = await asyncio.to_thread(maya.pbx.bridge_kind, customer)
        return said == kind

    await eventually(lambda: hears("holding"), "the customer hears music")
    await maya.server.kill()
    await maya.server.start()
    await maya.telephony("ok")
    assert await hears("holding")
    assert (await maya.post("voice/resume", crtObjectId=call))["result"] == "success"
    await eventually(lambda: hears("mixing"), "the customer hears the agent")
    assert (await maya.dispose(call))["result"] == "success"
    await maya.no_channel_is_left()


async def test_a_customer_who_answers_a_dead_server_is_connected_by_the_next(maya: Desk) -> None:
    call = (await maya.dial(RINGS))["crtObjectId"]
    await maya.reader.until_event("interactionRinging", call)
    customer = await maya.leg(call, "customer")
    await maya.server.kill()
    await asyncio.to_thread(maya.pbx.answer, customer)
    await maya.server.start()
    await maya.reader.until_event("interactionConnected", call)
    assert len(maya.dials) == 2
    assert (await maya.dispose(call))["result"] == "success"
    await maya.no_channel_is_left()


async def test_a_caller_waits_for_a_dead_server_and_is_offered_by_the_next(maya: Desk) -> None:
    await maya.server.kill()
    leg = await asyncio.to_thread(maya.pbx.place_call, CALLER, DID, {})

    async def waits() -> bool:
        return "Wait" in await asyncio.to_thread(maya.pbx.cli, "core show channels concise")

    await eventually(waits, "the caller waits in the dialplan")
    await maya.server.start()
    offered = await maya.reader.until(lambda e: e.name == "interactionInitiated")
    call = offered.payload["crtObjectId"]
    assert offered.payload["phone"] == CALLER
    assert await maya.leg(call, "customer") == leg
    await maya.reader.until_event("interactionConnected", call)
    assert (await maya.dispose(call))["result"] == "success"
    await maya.no_channel_is_left()


async def test_a_killed_asterisk_ends_its_calls_and_serves_again_when_restarted(
    tmp_path: Path,
) -> None:
    with asterisk(ROOT) as own:
        async with desk(tmp_path, own) as maya:
            call = await maya.connected()
            own.kill()
            await maya.telephony("not connected")
            assert (await maya.dial())["message"] in ("telephony.unavailable", "agent.busy")
            own.start()
            await maya.telephony("ok")
            ended = await maya.reader.until_event("interactionEnded", call)
            assert ended.payload["systemDisposition"] == "CONNECTED"
            assert (await maya.dispose(call))["result"] == "success"
            again = await maya.connected()
            assert (await maya.dispose(again))["result"] == "success"
            await maya.no_channel_is_left()


async def test_a_caller_whom_nobody_takes_reaches_the_fallback_number(tmp_path: Path) -> None:
    with asterisk(ROOT, away=1, fallback=ANSWERS) as own:
        before = len(own.journal)
        await asyncio.to_thread(own.place_call, CALLER, DID, {})

        async def called() -> bool:
            return len(own.journal) > before

        await eventually(called, "the fallback number is called")
