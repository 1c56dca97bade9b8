"""The guide's three curl samples, as they stand there, against the demo (contract 5, 8).

Only the address, the account token and the session, seat and call ids are put in.  The body's
``sessionId`` keeps the guide's own token, which differs from the header's there as well.
"""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from screenpop.testing.server_process import ServerProcess, server_process
from screenpop.testing.voice_client import AgentLogin, EventReader, VoiceClient

pytestmark = pytest.mark.needs("curl")

TOKEN = "ZGVtby1hcGk6ZGVtby1hcGk="
MANUAL_DIAL = """
curl --location 'HOST/ameyorestapi/voice/manualDial' \\
--header 'Authorization: Basic TOKEN' \\
--header 'Content-Type: application/json' \\
--header 'sessionId: SESSION' \\
--data-raw '{
    "sessionId": "Basic c2FjaGluX2FkbWluX2F6dXJlOnNhY2hpbl9hZG1pbl9henVyZQ==",
    "shouldAddCustomer": false,
    "campaignId": 60,
    "requestId": "manual-dialf09f77ef-ce66-498a-9bf5-a160b7ad7f48",
    "userCrtObjectId": "SEAT",
    "searchable": "8447380993",
    "contextVsContextAdditionalData": {},
    "additionalParams": {},
    "selectedSearchables": [],
    "phone": "8447380993"
}'
"""
DISPOSE_CALL = """
curl --location 'HOST/ameyorestapi/voice/disposeCall' \\
--header 'Authorization: Basic TOKEN' \\
--header 'Content-Type: application/json' \\
--header 'sessionId: SESSION' \\
--header 'Cookie: metadata=e3a3f5a5-71fd-407f-91d7-6556534ead65' \\
--data-raw '{
    "sessionId": "Basic c2FjaGluX2FkbWluX2F6dXJlOnNhY2hpbl9hZG1pbl9henVyZQ==",
    "campaignId": 60,
    "userCrtObjectId": "SEAT",
    "crtObjectId": "CALL",
    "dispositionCodeId": 11,
    "dispositionParams": {},
    "requestId": "dispose-call-d0996013-d2a7-41d9-b157-58e254f6d5af",
    "notes": ""
}'
"""
DISPOSE_AND_MANUAL_DIAL = """
curl --location 'HOST/ameyorestapi/voice/disposeAndManualDial' \\
--header 'Authorization: TOKEN' \\
--header 'Content-Type: application/json' \\
--header 'sessionId: SEAT' \\
--data-raw '{
    "campaignContextId": 270,
    "userCrtObjectId": "SEAT-uce-7905690272@2",
    "crtObjectId": "CALL",
    "dispositionCode": "sale",
    "phone": "7905690272",
    "customerId": "43800317962753",
    "requestId": "15da9c76-4a95-44a2-9972-915b953eabc1",
    "additionalParams": null,
    "notes": ""
}'
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """The demo."""
    arguments = ["demo", "--data", str(tmp_path / "data")]
    async with server_process(arguments, tmp_path / "server.log") as server:
        yield server


async def curl(sample: str, server: ServerProcess, maya: AgentLogin, call: str = "") -> Any:
    """Run a sample in a shell and give the reply."""
    script = (
        sample.strip()
        .replace("HOST", server.url)
        .replace("TOKEN", TOKEN)
        .replace("SESSION", maya.session_id)
        .replace("SEAT", maya.seat)
        .replace("CALL", call)
    )
    flags = "curl --silent --show-error --noproxy '*' "
    done = await asyncio.to_thread(
        subprocess.run,
        ["sh", "-c", script.replace("curl ", flags, 1)],
        capture_output=True,
        check=True,
        timeout=30,
    )
    reply = json.loads(done.stdout)
    assert reply["result"] == "success", reply
    return reply


async def call(client: VoiceClient, maya: AgentLogin, crt_object_id: str) -> Any:
    return (await client.get(f"calls/{crt_object_id}", maya.session_id)).json()


def names(reader: EventReader, crt_object_id: str) -> list[str]:
    return [event.name for event in reader.of_call(crt_object_id)]


async def test_each_sample_does_what_the_guide_says(
    server: ServerProcess, client: VoiceClient
) -> None:
    maya = await client.log_in("maya")
    reader = client.reader(maya.session_id)
    reading = asyncio.create_task(reader.run())

    # "Initiates an outbound manual call directly from the agent desktop."
    reply = await curl(MANUAL_DIAL, server, maya)
    first = reply["crtObjectId"]
    assert reply["requestId"] == "manual-dialf09f77ef-ce66-498a-9bf5-a160b7ad7f48"
    assert (reply["phone"], reply["campaignId"], reply["customerId"]) == ("8447380993", 60, 1001)
    await reader.until_event("interactionConnected", first)
    seen = await call(client, maya, first)
    assert (seen["state"], seen["phone"]) == ("connected", "8447380993")
    rung = [(ring.kind, ring.number) for ring in server.journal.rings()]
    assert rung == [("agent", "1001"), ("customer", "8447380993")]

    # "Disposes of an active call without initiating a subsequent action."
    reply = await curl(DISPOSE_CALL, server, maya, first)
    assert (reply["dispositionCodeId"], reply["dispositionCode"]) == (11, "Sale")
    disposed = await reader.until_event("interactionDisposed", first)
    assert disposed.payload["dispositionCodeId"] == 11
    seen = await call(client, maya, first)
    assert (seen["state"], seen["systemDisposition"]) == ("disposed", "CONNECTED")
    assert [one["dispositionCode"] for one in seen["dispositions"]] == ["Sale"]
    assert names(reader, first) == [
        "interactionInitiated",
        "showCrm",
        "interactionRinging",
        "interactionConnected",
        "interactionEnded",
        "interactionDisposed",
    ]
    assert len(server.journal.rings()) == 2

    # "Disposes of the currently active call and immediately triggers a new manual dial."
    again = MANUAL_DIAL.replace("manual-dialf09f77ef", "another")
    second = (await curl(again, server, maya))["crtObjectId"]
    await reader.until_event("interactionConnected", second)
    reply = await curl(DISPOSE_AND_MANUAL_DIAL, server, maya, second)
    third = reply["crtObjectId"]
    assert reply["disposedCrtObjectId"] == second
    assert (reply["phone"], reply["campaignId"]) == ("7905690272", 270)
    assert reply["customerId"] == 43800317962753
    await reader.until_event("interactionConnected", third)
    disposed = await reader.until_event("interactionDisposed", second)
    initiated = await reader.until_event("interactionInitiated", third)
    assert initiated.seq == disposed.seq + 1
    assert (await call(client, maya, second))["dispositions"][0]["dispositionCode"] == "Sale"
    assert (await call(client, maya, third))["state"] == "connected"
    assert server.journal.rings("customer")[-1].number == "7905690272"
    reading.cancel()
