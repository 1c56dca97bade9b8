"""Call control over REST, on a real server and the simulated network, with each store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from screenpop.demo import world
from screenpop.domain.configuration import ClosedHours, Configuration
from screenpop.settings import Settings
from screenpop.settings.export import toml_of
from screenpop.testing.server_process import ServerProcess, server_process
from screenpop.testing.voice_client import AgentLogin, EventReader, VoiceClient
from tests.integration.durability.floor import eventually

CALLER, DID, OVERFLOW = "7905690272", "18005550172", "5550177"
#: The queue of the night is always closed.
NIGHT_DID = "18005550188"
SECTIONS = """
[server]
data_folder = "data"

[telephony]
simulator_speed = 10
simulator_survives = false
"""
TALKING = ["Initiated", "showCrm", "Ringing", "Connected"]


def configuration() -> Configuration:
    demo = world.load().configuration
    (queue,) = demo.queues
    night = replace(
        queue,
        queue_id=6,
        name="Night",
        dids=(NIGHT_DID,),
        closed_hours=(ClosedHours(0, 24 * 60),),
        overflow_number=OVERFLOW,
    )
    return replace(demo, queues=(queue, night))


@dataclass
class Agent:
    """An agent's session with its events."""

    login: AgentLogin
    reader: EventReader

    async def names(self, last: str) -> list[str]:
        """Return the agent's interaction events up to the first one called ``last``."""
        await self.reader.until(lambda event: event.name == f"interaction{last}")
        names = [e.name for e in self.reader.events if e.payload.get("associationId")]
        short = [name.removeprefix("interaction") for name in names]
        return short[: short.index(last) + 1]


class Floor:
    """A server, and whoever works on it."""

    def __init__(self, server: ServerProcess, client: VoiceClient, stack: AsyncExitStack) -> None:
        self.server, self.client, self._stack = server, client, stack
        self._requests = 0

    async def agent(self, user_id: str) -> Agent:
        """Log in, and listen."""
        login = await self.client.log_in(user_id)
        reader = self.client.reader(login.session_id, from_seq=0)
        task = asyncio.create_task(reader.run())
        self._stack.callback(task.cancel)
        return Agent(login, reader)

    async def place_call(self, dialled: str = DID) -> str:
        """Let somebody call us; return the leg of the far end."""
        control = self.server.control()
        try:
            return await control.place_call(CALLER, dialled)
        finally:
            await control.close()

    async def hang_up(self, leg_id: str) -> None:
        control = self.server.control()
        try:
            await control.hang_up(leg_id)
        finally:
            await control.close()

    async def post(self, agent: Agent, what: str, **body: Any) -> dict[str, Any]:
        """Post to the voice REST for an agent; it is not refused."""
        self._requests += 1
        ids = {"requestId": f"r-{self._requests}", "userCrtObjectId": agent.login.seat}
        session_id = agent.login.session_id
        body = {"sessionId": session_id, **ids, **body}
        reply = await self.client.post(f"voice/{what}", body, session_id)
        assert reply.status_code == 200, reply.text
        read: dict[str, Any] = reply.json()
        return read

    async def dispose(self, agent: Agent, call: str) -> None:
        await self.post(
            agent, "disposeCall", campaignId=172, crtObjectId=call, dispositionCodeId=12
        )


@pytest.fixture
async def floor(tmp_path: Path, on_store: Callable[[Settings], Settings]) -> AsyncIterator[Floor]:
    file = tmp_path / "screenpop.toml"
    file.write_text(toml_of(configuration()) + SECTIONS, "utf-8")
    environment = {"SCREENPOP_SERVER__DATABASE": on_store(Settings()).database}
    arguments = ["serve", "--config", str(file)]
    async with (
        server_process(arguments, tmp_path / "log", environment) as server,
        VoiceClient(lambda: server.url) as client,
        AsyncExitStack() as stack,
    ):
        yield Floor(server, client, stack)


async def talking(floor: Floor, agent: Agent) -> tuple[str, str]:
    """Let a caller talk with the agent; return the call and the leg of the caller."""
    leg = await floor.place_call()
    event = await agent.reader.until(lambda e: e.name == "interactionConnected")
    return str(event.payload["crtObjectId"]), leg


async def test_held_muted_and_given_to_another_agent(floor: Floor) -> None:
    ravi = await floor.agent("ravi")
    call, caller = await talking(floor, ravi)
    for what in ("hold", "resume", "mute", "unmute"):
        await floor.post(ravi, what)
    await floor.post(ravi, "sendDtmf", digits="12#")
    maya = await floor.agent("maya")
    await floor.post(ravi, "transferToUser", userId="maya")
    assert await maya.names("Connected") == TALKING
    await floor.dispose(ravi, call)
    assert await ravi.names("Disposed") == [
        *TALKING, "Held", "Resumed", "Muted", "Unmuted",
        "Held", "Transferred", "Ended", "WrapStarted", "Disposed",
    ]  # fmt: skip
    await floor.hang_up(caller)
    await maya.reader.until(lambda e: e.name == "interactionWrapStarted")
    await floor.dispose(maya, call)
    assert await maya.names("Disposed") == [*TALKING, "Ended", "WrapStarted", "Disposed"]
    rings = [ring.kind for ring in floor.server.journal.rings()]
    assert rings == ["agent", "agent"]


async def test_given_to_the_queue_and_taken_by_the_next(floor: Floor) -> None:
    ravi = await floor.agent("ravi")
    call, _ = await talking(floor, ravi)
    maya = await floor.agent("maya")
    await floor.post(ravi, "transferToAQ", queueId=5)
    assert await maya.names("Connected") == TALKING
    assert await ravi.names("WrapStarted") == [*TALKING, "Transferred", "Ended", "WrapStarted"]
    await floor.dispose(ravi, call)
    await floor.dispose(maya, call)
    assert await maya.names("Disposed") == [*TALKING, "Ended", "Disposed"]


async def test_conference_with_a_number_goes_on_without_the_agent(floor: Floor) -> None:
    ravi = await floor.agent("ravi")
    call, caller = await talking(floor, ravi)
    await floor.post(ravi, "conferWithPhone", phone="5550166")
    await ravi.reader.until(lambda e: e.name == "interactionConferred")
    await floor.dispose(ravi, call)
    assert await ravi.names("Disposed") == [*TALKING, "Conferred", "Ended", "Disposed"]
    shown = await floor.client.get(f"calls/{call}", ravi.login.session_id)
    assert shown.json()["callState"] == "connected"
    await floor.hang_up(caller)


async def test_call_in_closed_hours_talks_to_the_overflow_number(floor: Floor) -> None:
    ravi = await floor.agent("ravi")
    caller = await floor.place_call(NIGHT_DID)
    await eventually(lambda: together(floor, caller), "the caller talks")
    assert [ring.number for ring in floor.server.journal.rings()] == [OVERFLOW]
    assert not [e for e in ravi.reader.events if e.name.startswith("interaction")]
    await floor.hang_up(caller)
    await eventually(lambda: nothing_lives(floor), "every leg is let go")


async def legs(floor: Floor) -> list[Any]:
    control = floor.server.control()
    try:
        return list(await control.legs())
    finally:
        await control.close()


async def nothing_lives(floor: Floor) -> bool:
    return not await legs(floor)


async def together(floor: Floor, caller: str) -> bool:
    """Tell whether the caller talks with somebody."""
    found = {leg.leg_id: leg for leg in await legs(floor)}
    mine = found[caller].bridge_id
    return mine is not None and sum(leg.bridge_id == mine for leg in found.values()) == 2
