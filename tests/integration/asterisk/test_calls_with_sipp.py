"""Customers who are no part of Asterisk: SIPp calls, and is called (contract 3.5, 6)."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from screenpop.testing.asterisk import SIPP_HOST, Asterisk, asterisk
from tests.asterisk import ROOT
from tests.integration.asterisk import sipp
from tests.integration.asterisk.floor import ANSWERS, CALLER, DID, desk

pytestmark = [pytest.mark.needs("asterisk", "sipp")]

RINGS_BRIEFLY = ('description = "New customers"', "customer_ring_seconds = 3")


@pytest.fixture(scope="module")
def sipp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((SIPP_HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def provider(sipp_port: int) -> Iterator[Asterisk]:
    """An Asterisk whose trunk leads to SIPp."""
    with asterisk(ROOT, trunk_contact=f"{SIPP_HOST}:{sipp_port}") as running:
        yield running


async def test_a_customers_call_is_offered_answered_and_ended_by_its_disposal(
    tmp_path: Path, provider: Asterisk
) -> None:
    calls = sipp.calls(CALLER)
    to = ("-s", DID, f"127.0.0.1:{provider.sip_port}")
    async with desk(tmp_path, provider) as maya, sipp.customer(tmp_path, calls, *to) as customer:
        offered = await maya.reader.until(lambda e: e.name == "interactionInitiated")
        call = offered.payload["crtObjectId"]
        assert offered.payload["phone"] == CALLER
        assert offered.payload["queueName"] == "Support"
        assert offered.payload["callType"] == "inbound.call.dial"
        await maya.reader.until_event("interactionConnected", call)
        assert (await maya.dispose(call))["result"] == "success"
        await maya.reader.until_event("interactionDisposed", call)
        await customer.has_done_its_part()
        assert maya.names(call) == [
            "Initiated", "showCrm", "Ringing", "Connected", "Ended", "Disposed",
        ]  # fmt: skip
        assert (await maya.call(call))["systemDisposition"] == "CONNECTED"
        await maya.no_channel_is_left()


REFUSALS = {
    "486 Busy Here": "BUSY",
    "404 Not Found": "NUMBER_FAILURE",
    "484 Address Incomplete": "NUMBER_TEMP_FAILURE",
    "503 Service Unavailable": "PROVIDER_TEMP_FAILURE",
    "504 Server Time-out": "PROVIDER_FAILURE",
}


async def test_a_refused_dial_ends_with_the_disposition_of_its_sip_status(
    tmp_path: Path, provider: Asterisk, sipp_port: int
) -> None:
    async with desk(tmp_path, provider) as maya:
        for status, outcome in REFUSALS.items():
            refuses = sipp.refuses(status)
            async with sipp.customer(tmp_path, refuses, port=sipp_port) as customer:
                call = (await maya.dial())["crtObjectId"]
                failed = await maya.reader.until_event("interactionFailed", call)
                assert failed.payload["systemDisposition"] == outcome
                await maya.reader.until_event("interactionWrapStarted", call)
                assert maya.names(call) == [
                    "Initiated", "showCrm", "Ringing", "Failed", "Ended", "WrapStarted",
                ]  # fmt: skip
                await customer.has_done_its_part()
                assert (await maya.call(call))["systemDisposition"] == outcome
                assert (await maya.dispose(call))["result"] == "success"
        await maya.no_channel_is_left()


async def test_a_dial_that_nobody_answers_is_given_up_by_us_as_no_answer(
    tmp_path: Path, provider: Asterisk, sipp_port: int
) -> None:
    async with (
        desk(tmp_path, provider, change=RINGS_BRIEFLY) as maya,
        sipp.customer(tmp_path, sipp.never_answers(), port=sipp_port) as customer,
    ):
        call = (await maya.dial())["crtObjectId"]
        failed = await maya.reader.until_event("interactionFailed", call)
        assert failed.payload["systemDisposition"] == "NO_ANSWER"
        await customer.has_done_its_part()
        await maya.no_channel_is_left()


async def test_a_dialled_customer_who_answers_and_hangs_up_was_connected(
    tmp_path: Path, provider: Asterisk, sipp_port: int
) -> None:
    async with (
        desk(tmp_path, provider) as maya,
        sipp.customer(tmp_path, sipp.answers(), port=sipp_port) as customer,
    ):
        call = await maya.connected(ANSWERS)
        ended = await maya.reader.until_event("interactionEnded", call)
        assert ended.payload["systemDisposition"] == "CONNECTED"
        await customer.has_done_its_part()
        assert (await maya.dispose(call))["result"] == "success"
        await maya.reader.until_event("interactionDisposed", call)
        assert maya.names(call) == [
            "Initiated", "showCrm", "Ringing", "Connected", "Ended", "WrapStarted", "Disposed",
        ]  # fmt: skip
        await maya.no_channel_is_left()
