"""The telephone network goes away and comes back, with the server and without it (design 2.6)."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from screenpop.adapters.telephony.simulator.starter import ensure_simulator
from screenpop.testing.server_process import ServerProcess, server_process
from screenpop.testing.voice_client import AgentLogin, EventReader, VoiceClient
from tests.integration.durability.floor import CAMPAIGN, configuration, eventually

ANSWERS, RINGS_LONG = "7900001234", "7900000002"


class Desk:
    """One agent of a real server, with its events."""

    def __init__(self, server: ServerProcess, client: VoiceClient, agent: AgentLogin) -> None:
        self.server = server
        self.client = client
        self.agent = agent
        self.reader: EventReader = client.reader(agent.session_id, from_seq=0)
        self._number = 0

    async def dial(self, phone: str = ANSWERS) -> Any:
        return await self._post(
            "voice/manualDial",
            sessionId=self.agent.session_id,
            shouldAddCustomer=False,
            campaignId=CAMPAIGN,
            searchable=phone,
            phone=phone,
        )

    async def dispose(self, call: str) -> Any:
        return await self._post(
            "voice/disposeCall",
            sessionId=self.agent.session_id,
            campaignId=CAMPAIGN,
            crtObjectId=call,
            dispositionCodeId=11,
        )

    async def dispose_and_dial(self, call: str) -> Any:
        return await self._post(
            "voice/disposeAndManualDial",
            campaignContextId=CAMPAIGN,
            crtObjectId=call,
            dispositionCode="Sale",
            phone=ANSWERS,
        )

    async def connected(self) -> str:
        """Dial somebody who answers; gives the call once both talk."""
        call: str = (await self.dial())["crtObjectId"]
        await self.reader.until_event("interactionConnected", call)
        return call

    async def call(self, call: str) -> Any:
        return (await self.client.get(f"calls/{call}", self.agent.session_id)).json()

    async def telephony(self, state: str) -> None:
        """Wait until ``/readyz`` says this of the telephony."""

        async def says() -> bool:
            reply = await self.client.ready()
            found: str = reply.json()["parts"]["telephony"]
            assert reply.status_code == (200 if found == "ok" else 503)
            return found == state

        await eventually(says, f"telephony is {state}")

    def names(self, call: str) -> list[str]:
        return [event.name.removeprefix("interaction") for event in self.reader.of_call(call)]

    async def customer(self, call: str) -> str:
        """The customer's leg, as the network names it."""
        legs = (await self.call(call))["legs"]
        return next(str(leg["legId"]) for leg in legs if leg["kind"] == "customer")

    async def _post(self, path: str, **body: Any) -> Any:
        self._number += 1
        body |= {"requestId": f"away-{self._number}", "userCrtObjectId": self.agent.seat}
        return (await self.client.post(path, body, self.agent.session_id)).json()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """Its network is slow enough to be interrupted while a telephone rings (2.5 s)."""
    arguments = ["serve", "--config", str(configuration(tmp_path, 1, speed=4))]
    async with server_process(arguments, tmp_path / "server.log") as server:
        yield server


@pytest.fixture
async def desk(server: ServerProcess, client: VoiceClient) -> AsyncIterator[Desk]:
    desk = Desk(server, client, await client.log_in("agent0", "maya"))
    reading = asyncio.create_task(desk.reader.run())
    await desk.telephony("ok")
    yield desk
    reading.cancel()


async def test_without_a_network_commands_say_so_and_go_on_when_it_is_back(desk: Desk) -> None:
    call = await desk.connected()
    network = desk.server.simulator_pid()
    assert network is not None
    os.kill(network, signal.SIGKILL)
    await desk.telephony("not connected")
    # The named call is still open; nothing is disposed for a dial that cannot be made.
    refused = await desk.dispose_and_dial(call)
    assert (refused["status"], refused["message"]) == (512, "telephony.unavailable")
    assert (await desk.call(call))["state"] == "connected"
    disposed = await desk.dispose(call)
    assert disposed["result"] == "success"
    assert (await desk.dial())["message"] == "telephony.unavailable"

    folder = desk.server.data_folder
    again = await asyncio.to_thread(
        ensure_simulator, folder / "simulator.json", journal=folder / "again.jsonl", speed=4
    )
    await desk.telephony("ok")
    assert await desk.connected() != call
    await asyncio.to_thread(again.stop)


async def test_a_network_that_has_lost_its_calls_ends_ours(desk: Desk) -> None:
    talking = await desk.connected()
    network = desk.server.simulator_pid()
    assert network is not None
    os.kill(network, signal.SIGKILL)
    await desk.telephony("not connected")
    folder = desk.server.data_folder
    again = await asyncio.to_thread(
        ensure_simulator, folder / "simulator.json", journal=folder / "again.jsonl", speed=4
    )
    await desk.reader.until_event("interactionWrapStarted", talking)
    seen = await desk.call(talking)
    assert (seen["callState"], seen["systemDisposition"]) == ("ended", "CONNECTED")
    assert {leg["state"] for leg in seen["legs"]} == {"ended"}
    await asyncio.to_thread(again.stop)


async def test_a_network_that_stands_still_is_noticed_by_a_dial_that_rings_at_most_once(
    desk: Desk,
) -> None:
    network = desk.server.simulator_pid()
    assert network is not None
    os.kill(network, signal.SIGSTOP)
    try:
        dialled = await desk.dial()
        assert dialled["result"] == "success"
        call = dialled["crtObjectId"]
        await desk.telephony("not connected")
        assert (await desk.dispose_and_dial(call))["message"] == "telephony.unavailable"
    finally:
        os.kill(network, signal.SIGCONT)
    await desk.telephony("ok")
    # Either the network took the dial up when it went on, or it never heard of it.
    fate = await desk.reader.until(
        lambda e: (
            e.name in ("interactionConnected", "interactionEnded")
            and e.payload["crtObjectId"] == call
        )
    )
    rings = [(ring.call_id, ring.kind) for ring in desk.server.journal.rings()]
    assert len(rings) == len(set(rings))
    if fate.name == "interactionConnected":
        assert rings == [(call, "agent"), (call, "customer")]
        assert (await desk.dispose(call))["result"] == "success"
    else:
        assert rings == []
        assert fate.payload["systemDisposition"] == "ATTEMPT_FAILED"
        await desk.reader.until_event("interactionDisposed", call)
        assert desk.names(call)[-3:] == ["Failed", "Ended", "Disposed"]
    await eventually(lambda: no_leg_is_left(desk), "no leg is left")
    assert await desk.connected()


async def no_leg_is_left(desk: Desk) -> bool:
    control = desk.server.control()
    try:
        return not await control.legs()
    finally:
        await control.close()


async def test_a_call_outlives_the_killed_server_and_can_be_disposed(desk: Desk) -> None:
    call = await desk.connected()
    await desk.server.kill()
    await desk.server.start()
    await desk.telephony("ok")
    assert (await desk.call(call))["state"] == "connected"
    assert (await desk.dispose(call))["result"] == "success"
    assert desk.names(call).count("Connected") == 1
    await eventually(lambda: no_leg_is_left(desk), "both legs are let go")
    assert len(desk.server.journal.rings()) == 2


async def test_a_dial_on_its_way_at_the_kill_is_never_sent_again(desk: Desk) -> None:
    """The network takes it up when the server is dead, and the far end has hung up since."""
    network = desk.server.simulator_pid()
    assert network is not None
    os.kill(network, signal.SIGSTOP)
    call = (await desk.dial())["crtObjectId"]
    database = desk.server.data_folder / "screenpop.db"

    async def attempted() -> bool:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            rows = opened.execute("select state from line_rows where crt_object_id = ?", (call,))
            return [row[0] for row in rows] == ["attempted"]

    await eventually(attempted, "the dial is written down as attempted")
    await desk.server.kill()
    os.kill(network, signal.SIGCONT)
    control = desk.server.control()
    # Listed behind the dial, which had been sent before if it was sent at all.
    for leg in await control.legs():
        await control.hang_up(leg.leg_id)
    await control.close()
    await desk.server.start()
    ended = await desk.reader.until_event("interactionEnded", call)
    assert ended.payload["systemDisposition"] == "ATTEMPT_FAILED"
    assert len(desk.server.journal.rings()) <= 1
    assert await desk.connected() != call
    assert len(desk.server.journal.rings()) <= 3


async def test_what_the_line_did_while_the_server_was_dead_is_caught_up(desk: Desk) -> None:
    """The customer hangs up meanwhile: the call is wrapped, as if we had heard it."""
    call = await desk.connected()
    leg = await desk.customer(call)
    control = desk.server.control()
    await desk.server.kill()
    await control.hang_up(leg)
    await control.close()
    await desk.server.start()
    await desk.reader.until_event("interactionWrapStarted", call)
    assert (await desk.call(call))["systemDisposition"] == "CONNECTED"
    assert (await desk.dispose(call))["result"] == "success"


async def test_a_dial_answered_while_the_server_was_dead_is_connected_after_it(
    desk: Desk,
) -> None:
    dialled = (await desk.dial(RINGS_LONG))["crtObjectId"]
    await desk.reader.until_event("interactionRinging", dialled)
    leg = await desk.customer(dialled)
    control = desk.server.control()
    await desk.server.kill()
    await control.answer(leg)
    await control.close()
    await desk.server.start()
    await desk.reader.until_event("interactionConnected", dialled)
    assert len(desk.server.journal.rings()) == 2
    assert (await desk.dispose(dialled))["result"] == "success"
