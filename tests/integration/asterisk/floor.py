"""The demo's contact centre on a real Asterisk: a server as a process, and an agent at work."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from screenpop.demo import world
from screenpop.testing.asterisk import Asterisk
from screenpop.testing.server_process import ServerProcess, server_process
from screenpop.testing.voice_client import AgentLogin, EventReader, VoiceClient
from tests.integration.durability.floor import eventually

#: Numbers of the far end: one that answers, one that rings until it is answered.
ANSWERS, RINGS = "18005550100", "18005550002"
CALLER, DID = "8447380993", "18005550172"
OUTBOUND, INBOUND = 60, 172
WORLD = Path(world.__file__).with_name("world.toml")


def configuration(
    folder: Path, pbx: Asterisk, url: str = "", change: tuple[str, str] = ("", "")
) -> Path:
    """Write the demo's world with Asterisk as its line; agents have telephones 1001 and 1002.

    ``change`` is a text of that world, and what is to stand in its place.
    """
    centre = WORLD.read_text("utf-8")
    if change[0]:
        centre = centre.replace(*change)
    file = folder / "screenpop.toml"
    file.write_text(
        f"""
[server]
data_folder = "data"
credentials = "lenient"
rate_multiplier = 1000
[telephony]
kind = "asterisk"
url = "{url or pbx.url}"
user = "{pbx.user}"
secret = "{pbx.secret}"
{centre}
""",
        "utf-8",
    )
    return file


class Desk:
    """One agent of a real server, with its events."""

    def __init__(
        self, server: ServerProcess, pbx: Asterisk, client: VoiceClient, agent: AgentLogin
    ) -> None:
        self.server = server
        self.pbx = pbx
        self.client = client
        self.agent = agent
        self.reader: EventReader = client.reader(agent.session_id, from_seq=0)
        self.dialled_before = len(pbx.journal)
        self._number = 0

    @property
    def dials(self) -> list[str]:
        """The legs whose telephones rang since, by what the far end wrote down."""
        return self.pbx.journal[self.dialled_before :]

    async def dial(self, phone: str = ANSWERS) -> Any:
        return await self.post(
            "voice/manualDial",
            sessionId=self.agent.session_id,
            shouldAddCustomer=False,
            campaignId=OUTBOUND,
            searchable=phone,
            phone=phone,
        )

    async def dispose(self, call: str, campaign: int = OUTBOUND) -> Any:
        return await self.post(
            "voice/disposeCall",
            sessionId=self.agent.session_id,
            campaignId=campaign,
            crtObjectId=call,
            dispositionCodeId=11,
        )

    async def connected(self, phone: str = ANSWERS) -> str:
        """Dial somebody who answers; gives the call once both talk."""
        call: str = (await self.dial(phone))["crtObjectId"]
        await self.reader.until_event("interactionConnected", call)
        return call

    async def call(self, call: str) -> Any:
        return (await self.client.get(f"calls/{call}", self.agent.session_id)).json()

    async def leg(self, call: str, kind: str) -> str:
        """The id of a call's leg of a kind, ``agent`` or ``customer``."""
        legs = (await self.call(call))["legs"]
        return next(str(leg["legId"]) for leg in legs if leg["kind"] == kind)

    async def telephony(self, state: str) -> None:
        """Wait until ``/readyz`` says this of the telephony."""

        async def says() -> bool:
            found: str = (await self.client.ready()).json()["parts"]["telephony"]
            return found == state

        await eventually(says, f"telephony is {state}")

    def names(self, call: str) -> list[str]:
        return [event.name.removeprefix("interaction") for event in self.reader.of_call(call)]

    async def no_channel_is_left(self) -> None:
        async def none() -> bool:
            return not await asyncio.to_thread(self.pbx.channels)

        await eventually(none, "no channel is left")

    async def post(self, path: str, **body: Any) -> Any:
        self._number += 1
        body |= {"requestId": f"asterisk-{self._number}", "userCrtObjectId": self.agent.seat}
        return (await self.client.post(path, body, self.agent.session_id)).json()


@contextlib.asynccontextmanager
async def desk(
    folder: Path,
    pbx: Asterisk,
    agent: str = "maya",
    *,
    url: str = "",
    change: tuple[str, str] = ("", ""),
) -> AsyncIterator[Desk]:
    """Run a server on ``pbx``, reached at ``url``, with one agent at work; leaves ``pbx`` idle."""
    file = configuration(folder, pbx, url, change)
    async with server_process(["serve", "--config", str(file)], folder / "server.log") as server:
        where: Callable[[], str] = lambda: server.url  # noqa: E731  # it changes with each start
        async with VoiceClient(where) as client:
            seat = Desk(server, pbx, client, await client.log_in(agent))
            reading = asyncio.create_task(seat.reader.run())
            await seat.telephony("ok")
            try:
                yield seat
            finally:
                reading.cancel()
    await asyncio.to_thread(pbx.end_all_calls)
