"""What the parties of a call hear: hold, mute, keys, transfers and conferences, with real voice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from screenpop.testing.asterisk import Asterisk
from tests.integration.asterisk.floor import ANSWERS, CALLER, DID, INBOUND, Desk, desk
from tests.integration.durability.floor import eventually

pytestmark = [pytest.mark.needs("asterisk")]


@pytest.fixture
async def maya(tmp_path: Path, pbx: Asterisk) -> AsyncIterator[Desk]:
    async with desk(tmp_path, pbx) as at_work:
        yield at_work


async def hears(maya: Desk, call: str, kind: str) -> bool:
    return await asyncio.to_thread(maya.pbx.hears, await maya.leg(call, kind))


async def test_hold_gives_the_customer_music_and_the_agent_silence_and_mute_the_customer_silence(
    maya: Desk,
) -> None:
    call = await maya.connected()
    assert await hears(maya, call, "customer")
    assert await hears(maya, call, "agent")

    await maya.post("voice/mute", crtObjectId=call)
    await maya.reader.until_event("interactionMuted", call)
    assert not await hears(maya, call, "customer")
    assert await hears(maya, call, "agent")
    await maya.post("voice/unmute", crtObjectId=call)
    await maya.reader.until_event("interactionUnmuted", call)

    await maya.post("voice/hold", crtObjectId=call)
    await maya.reader.until_event("interactionHeld", call)
    assert await hears(maya, call, "customer")
    assert not await hears(maya, call, "agent")
    await maya.post("voice/resume", crtObjectId=call)
    await maya.reader.until_event("interactionResumed", call)
    assert await hears(maya, call, "agent")
    assert (await maya.dispose(call))["result"] == "success"
    await maya.no_channel_is_left()


async def test_keys_reach_the_customer(maya: Desk) -> None:
    call = await maya.connected()
    # The voice flows: Asterisk's far end loses keys before that.
    assert await hears(maya, call, "customer")
    before = len(maya.pbx.keys)
    await asyncio.to_thread(maya.pbx.read_keys, await maya.leg(call, "customer"))
    sent = await maya.post("voice/sendDtmf", crtObjectId=call, digits="4*2")
    assert sent["result"] == "success"

    async def written() -> bool:
        return maya.pbx.keys[before:] == ["4*2"]

    await eventually(written, "the customer has heard the keys")
    assert (await maya.dispose(call))["result"] == "success"


async def test_a_transfer_reaches_the_second_agent_with_the_original_callers_data(
    maya: Desk,
) -> None:
    await asyncio.to_thread(maya.pbx.place_call, CALLER, DID, {})
    offered = await maya.reader.until(lambda e: e.name == "interactionInitiated")
    call = offered.payload["crtObjectId"]
    await maya.reader.until_event("interactionConnected", call)

    ravi = Desk(maya.server, maya.pbx, maya.client, await maya.client.log_in("ravi"))
    reading = asyncio.create_task(ravi.reader.run())
    assert (await maya.post("voice/transferToUser", crtObjectId=call, userId="ravi"))["result"]
    popped = await ravi.reader.until_event("interactionInitiated", call)
    assert popped.payload["associationType"] == "transfer.association"
    assert (popped.payload["phone"], popped.payload["queueName"]) == (CALLER, "Support")
    await ravi.reader.until_event("interactionConnected", call)
    await maya.reader.until_event("interactionWrapStarted", call)
    assert await hears(ravi, call, "customer")
    assert (await ravi.dispose(call, INBOUND))["result"] == "success"
    await maya.no_channel_is_left()
    reading.cancel()


async def test_in_a_conference_everybody_hears_the_others_and_two_go_on_without_the_agent(
    maya: Desk,
) -> None:
    call = await maya.connected()
    confer = await maya.post("voice/conferWithPhone", crtObjectId=call, phone="18005550101")
    assert confer["result"] == "success"
    await maya.reader.until_event("interactionConferred", call)
    legs = {leg["kind"]: leg["legId"] for leg in (await maya.call(call))["legs"]}
    assert set(legs) == {"agent", "customer", "party"}
    for leg in legs.values():
        assert await asyncio.to_thread(maya.pbx.hears, leg)
    assert (await maya.dispose(call))["result"] == "success"

    async def agent_has_left() -> bool:
        alive = {channel.channel_id for channel in await asyncio.to_thread(maya.pbx.channels)}
        return alive.isdisjoint({legs["agent"]}) and {legs["customer"], legs["party"]} <= alive

    await eventually(agent_has_left, "customer and third party go on")
    assert await asyncio.to_thread(maya.pbx.hears, legs["customer"])


async def test_an_extension_that_is_a_telephone_number_is_rung_over_the_trunk(
    tmp_path: Path, pbx: Asterisk
) -> None:
    async with desk(tmp_path, pbx, change=('"1001"', f'"+{ANSWERS}"')) as maya:
        call = await maya.connected()
        assert len(maya.dials) == 2
        assert (await maya.dispose(call))["result"] == "success"
        await maya.no_channel_is_left()


async def test_an_agent_whose_telephone_is_not_there_ends_the_dial_as_attempt_failed(
    tmp_path: Path, pbx: Asterisk
) -> None:
    async with desk(tmp_path, pbx, change=('"1001"', '"nobody"')) as maya:
        call = (await maya.dial())["crtObjectId"]
        failed = await maya.reader.until_event("interactionFailed", call)
        assert failed.payload["reason"] == "agent.leg.failed"
        assert failed.payload["systemDisposition"] == "ATTEMPT_FAILED"
        assert maya.dials == []
