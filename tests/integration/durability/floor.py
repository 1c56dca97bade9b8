"""A configuration with many agents, and agents who never stop working, for the killing test."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from screenpop.demo import world
from screenpop.testing.voice_client import AgentLogin, EventReader, VoiceClient

#: The demo world's hash of the password ``maya``: one for all, for a hash costs time.
MAYA = next(u for u in world.load().configuration.users if u.user_id == "maya").password_hash
ACCOUNT = next(iter(world.load().configuration.accounts)).secret_hash
CAMPAIGN = 60
#: By these codes an event tells which command disposed the call.
DISPOSED_BY_CALL, DISPOSED_BY_DIAL = "Sale", "Resolved"
_NOT_NOW = {"telephony.unavailable", "store.unavailable"}


def configuration(folder: Path, agents: int, speed: float = 20) -> Path:
    """Write a configuration with so many agents, and return its file."""
    users = "\n".join(
        f'[[user]]\nid = "agent{n}"\nname = "Agent {n}"\npassword_hash = "{MAYA}"\n'
        f'campaigns = [{CAMPAIGN}]\nextension = "{2000 + n}"\n'
        for n in range(agents)
    )
    file = folder / "screenpop.toml"
    file.write_text(
        f"""
[server]
data_folder = "data"
credentials = "lenient"
rate_multiplier = 1000
[telephony]
simulator_speed = {speed}
[[contact_center]]
id = 1
name = "Centre"
[[process]]
id = 3
name = "Sales"
[[disposition_plan]]
id = 1
name = "Standard"
[[disposition_plan.class]]
id = 1
name = "Success"
codes = [{{ id = 11, name = "{DISPOSED_BY_CALL}" }}, {{ id = 12, name = "{DISPOSED_BY_DIAL}" }}]
[[campaign]]
id = {CAMPAIGN}
name = "Outbound"
type = "Outbound Voice Campaign"
# However slow the machine, no call is disposed by a time-out that the judges do not expect.
wrap_seconds = 3600
[[api_account]]
id = "demo-api"
secret_hash = "{ACCOUNT}"
{users}
""",
        "utf-8",
    )
    return file


@dataclass(frozen=True)
class Acknowledged:
    """A command that was answered with success."""

    agent: str
    path: str
    request_id: str
    #: The call that it dialled, if it dialled.
    dialled: str | None
    #: The call that it disposed, if it disposed.
    disposed: str | None
    #: The life of the server in which it was answered.
    life: int


@dataclass
class WorkingAgent:
    """One agent's CRM: dials, disposes, and both at once, until told to stop."""

    client: VoiceClient
    login: AgentLogin
    reader: EventReader
    random: random.Random
    life: Callable[[], int]
    acknowledged: list[Acknowledged] = field(default_factory=list)
    #: Refusals other than "not now", with the call they were about.
    refused: list[tuple[str, str | None]] = field(default_factory=list)
    stopping: bool = False
    _number: int = 0

    async def work(self) -> None:
        """Work until ``stopping``, and leave no call open."""
        call: str | None = None
        while call is not None or not self.stopping:
            if call is None:
                call = await self.dial()
                continue
            await self.listen(call)
            if self.stopping or self.random.random() < 0.4:
                await self.dispose(call)
                call = None
            else:
                call = await self.dispose_and_dial(call)

    async def listen(self, call: str) -> None:
        """Dispose at any time: at once, a little later, connected, or over."""
        mood = self.random.random()
        if mood < 0.3:
            await asyncio.sleep(self.random.uniform(0, 0.1))
        elif mood < 0.9:
            await self.reader.until(
                lambda e: (
                    e.name in ("interactionConnected", "interactionEnded")
                    and e.payload["crtObjectId"] == call
                ),
                seconds=120,
            )

    async def dial(self) -> str | None:
        phone = self.phone()
        body = {
            "sessionId": self.login.session_id,
            "shouldAddCustomer": False,
            "campaignId": CAMPAIGN,
            "userCrtObjectId": self.login.seat,
            "searchable": phone,
            "phone": phone,
        }
        reply = await self.command("voice/manualDial", body, None)
        return None if reply is None else str(reply["crtObjectId"])

    async def dispose(self, call: str) -> None:
        body = {
            "sessionId": self.login.session_id,
            "campaignId": CAMPAIGN,
            "userCrtObjectId": self.login.seat,
            "crtObjectId": call,
            "dispositionCodeId": 11,
        }
        await self.command("voice/disposeCall", body, call)

    async def dispose_and_dial(self, call: str) -> str | None:
        body = {
            "campaignContextId": CAMPAIGN,
            "userCrtObjectId": self.login.seat,
            "crtObjectId": call,
            "dispositionCode": DISPOSED_BY_DIAL,
            "phone": self.phone(),
        }
        reply = await self.command("voice/disposeAndManualDial", body, call)
        return None if reply is None else str(reply["crtObjectId"])

    def phone(self) -> str:
        """Somebody who stays, hangs up or gives up soon, is busy, or answers at once.

        What ends by itself while the server is dead would ring again if it were dialled again.
        """
        endings = ["1234", "1234", "0001", "0002", "0003", "0005", "0005", "0006"]
        ending = self.random.choice(endings)
        return f"79{self.random.randrange(10**4):04}{ending}"

    async def command(
        self, path: str, body: dict[str, Any], disposes: str | None
    ) -> dict[str, Any] | None:
        """Send a command until it is answered; a refusal gives ``None``."""
        self._number += 1
        request_id = f"{self.login.user_id}-{self._number}"
        while True:
            reply = await self.client.answered(
                path, {**body, "requestId": request_id}, self.login.session_id
            )
            answer = reply.json()
            if reply.status_code == 200:
                break
            if answer["message"] not in _NOT_NOW:
                self.refused.append((answer["message"], disposes))
                return None
            await asyncio.sleep(0.05)
        dialled = None if path.endswith("disposeCall") else answer["crtObjectId"]
        self.acknowledged.append(
            Acknowledged(self.login.user_id, path, request_id, dialled, disposes, self.life())
        )
        result: dict[str, Any] = answer
        return result


async def eventually(holds: Callable[[], Awaitable[Any]], what: str, seconds: float = 30) -> Any:
    """Wait until something true comes back, and give it."""
    last: object = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    if last := await holds():
                        return last
                except httpx2.TransportError as gone:
                    last = gone
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s until {what}; last seen: {last}") from None
