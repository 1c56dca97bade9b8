"""The voice REST in one process: the demo's world on a store in a folder, a scripted line."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
from joserfc.jwk import OKPKey

from screenpop.adapters.bus.memory import MemoryBus
from screenpop.adapters.ids import NodeIds
from screenpop.adapters.store.sqlite.store import SqliteStore
from screenpop.adapters.telephony.outbox import LineOutbox
from screenpop.demo import world
from screenpop.domain.association import Association
from screenpop.domain.configuration import ApiAccount, Configuration, ContactCenter
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction
from screenpop.services import intake, minting, timers
from screenpop.services.core import Core
from screenpop.testing.scripted_line import ScriptedLine
from screenpop.web.account_credentials import AccountCredentials
from screenpop.web.limits import RateLimits, RestLimits
from screenpop.web.login_check import LoginCheck
from screenpop.web.secret_check import HASHER, SecretCheck
from screenpop.web.tokens import AgentTokens
from screenpop.web.voice import VoiceSettings, voice_app

ACCOUNT = "Basic ZGVtby1hcGk6ZGVtby1hcGk="
CRM = "http://127.0.0.1:8701"
KEY = OKPKey.generate_key("Ed25519")
_OTHER_SECRET = HASHER.hash("other")


class Hand:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.ms = 1_800_000_000_000

    def now(self) -> int:
        return self.ms


@dataclass
class Agent:
    """A logged-in agent as a CRM sees it."""

    user_id: str
    session: str
    seat: str
    jwt: str


class Desk:
    """Everything a test drives."""

    def __init__(
        self,
        database: Path,
        check: Callable[[httpx2.Response], Any],
        settings: VoiceSettings,
        rates: RateLimits,
    ) -> None:
        self.clock = Hand()
        self.bus = MemoryBus()
        self._committed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.store = SqliteStore(database, self._publish)
        self.core = Core(self.store, self.clock, NodeIds(1, 0x6955296D))
        self.line = ScriptedLine(self.clock.now)
        self.secrets = SecretCheck(b"k" * 32)
        self.tokens = AgentTokens(KEY, self.clock.now)
        limits = RestLimits(rates, self.clock.now)
        accounts = AccountCredentials(self.core.configuration, self.secrets, self.tokens)
        logins = LoginCheck(self.core.configuration, self.secrets, limits)
        self.app = voice_app(self.core, settings, accounts, logins, self.tokens, limits)
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app),
            base_url="http://localhost",
            event_hooks={"response": [check]},
            headers={"accept": "application/json"},
        )
        self._outbox = asyncio.create_task(LineOutbox(self.core, self.line, self.bus).run())

    async def start(self, configuration: Configuration) -> None:
        self.bus.attach(self._loop)
        await self.configure(configuration)

        async def report(event: Any) -> None:
            await self.core.run(intake.report, event)

        await self.line.start(report)
        await self.until(lambda reader: reader.line_up())

    async def stop(self) -> None:
        await self.http.aclose()
        await self.line.stop()
        self._outbox.cancel()
        await asyncio.wait({self._outbox})
        self.secrets.close()
        self.store.close()

    def _publish(self, hints: Collection[str]) -> None:
        self.bus.publish(hints)
        self._loop.call_soon_threadsafe(self._committed.set)

    async def until(self, holds: Callable[[Reader], Any], seconds: float = 10) -> Any:
        """Wait until something holds in the store, and give it."""
        async with asyncio.timeout(seconds):
            while True:
                self._committed.clear()
                if found := await self.core.read(holds):
                    return found
                await self._committed.wait()

    async def pass_time(self, milliseconds: int) -> None:
        """Let time pass and fire what is due."""
        self.clock.ms += milliseconds
        await self.core.run(timers.fire_due, 100)

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        agent: Agent | None = None,
        account: str | None = ACCOUNT,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        """Post to the voice REST, by default with the account token and the agent's session."""
        sent = dict(headers or {})
        if account is not None:
            sent.setdefault("authorization", account)
        if agent is not None:
            sent.setdefault("sessionid", agent.session)
        given = {"content": body} if isinstance(body, bytes) else {"json": body}
        return await self.http.post(f"/ameyorestapi/{path}", headers=sent, **given)

    async def get(self, path: str, *, agent: Agent | None = None, **query: Any) -> httpx2.Response:
        headers = {"authorization": ACCOUNT} | ({"sessionid": agent.session} if agent else {})
        return await self.http.get(f"/ameyorestapi/{path}", headers=headers, params=query)

    async def login(self, user_id: str = "maya") -> Agent:
        """Log in by REST; the seat is read from the store."""
        reply = await self.post(
            "userLogin/login", {"userId": user_id, "token": user_id, "forceLogin": True}
        )
        assert reply.status_code == 200, reply.text
        info = reply.json()
        session = info["userSessionInfo"]["sessionId"]
        seats = await self.core.read(lambda reader: reader.seats(session))
        policy = info["authenticationState"]["authPolicyVsUserInfo"]["auth.type.passwd"]
        return Agent(user_id, session, seats[0], policy["loginProperties"]["jwt"])

    async def mint(self, agent: Agent) -> str:
        """Give a session id that is minted for the demo's CRM."""
        app = next(iter(self.core.configuration().apps))

        def mint(tx: Transaction, session_id: str, now: int, ids: Draw) -> str:
            session = tx.session(session_id)
            assert session is not None
            minted = minting.ids_for(tx, session, app, now, ids).minted_session_id
            assert minted is not None
            return minted

        return await self.core.run(mint, agent.session)

    async def state(self, agent: Agent, crt_object_id: str, *states: str) -> Association:
        """Wait until the agent's association with a call is in one of these states."""

        def look(reader: Reader) -> Association | None:
            found = reader.association_with(agent.session, crt_object_id)
            return found if found is not None and found.state.value in states else None

        found: Association = await self.until(look)
        return found

    async def open_call(self, agent: Agent) -> Association:
        """Wait until the agent has an open call, and give the association."""

        def look(reader: Reader) -> Association | None:
            found = reader.open_associations(agent.session)
            return found[-1] if found else None

        found: Association = await self.until(look)
        return found

    async def configure(self, configuration: Configuration) -> None:
        """Change the configuration."""
        await self.core.run(_configure, configuration)

    async def connected(self, agent: Agent, phone: str = "8447380993") -> str:
        """Dial a number that answers, and give the call's id once both talk."""
        reply = await self.post("voice/manualDial", dial(agent, phone=phone), agent=agent)
        assert reply.status_code == 200, reply.text
        crt: str = reply.json()["crtObjectId"]
        await self.state(agent, crt, "connected")
        return crt


def dial(agent: Agent, **changes: Any) -> dict[str, Any]:
    """Give the guide's body of manualDial."""
    return {
        "sessionId": ACCOUNT,
        "shouldAddCustomer": False,
        "campaignId": 172 if agent.user_id == "ravi" else 60,
        "requestId": "0",
        "userCrtObjectId": agent.seat,
        "searchable": changes.get("phone", "8447380993"),
        "contextVsContextAdditionalData": {},
        "additionalParams": {},
        "selectedSearchables": [],
        "phone": "8447380993",
        **changes,
    }


def dispose(agent: Agent, crt_object_id: str, **changes: Any) -> dict[str, Any]:
    """Give the guide's body of disposeCall."""
    return {
        "sessionId": ACCOUNT,
        "campaignId": 172 if agent.user_id == "ravi" else 60,
        "userCrtObjectId": agent.seat,
        "crtObjectId": crt_object_id,
        "dispositionCodeId": 11,
        "dispositionParams": {},
        "requestId": "0",
        "notes": "",
        **changes,
    }


def dispose_and_dial(agent: Agent, crt_object_id: str, **changes: Any) -> dict[str, Any]:
    """Give the guide's body of disposeAndManualDial."""
    return {
        "campaignContextId": 270,
        "userCrtObjectId": agent.seat + "-uce-7905690272@2",
        "crtObjectId": crt_object_id,
        "dispositionCode": "sale",
        "phone": "7905690272",
        "customerId": "43800317962753",
        "requestId": "0",
        "additionalParams": None,
        "notes": "",
        **changes,
    }


def _configure(tx: Transaction, configuration: Configuration, now: int, ids: Draw) -> None:
    tx.save_configuration(configuration)
    for customer in world.load().customers:
        tx.add_customer(customer)


def configuration() -> Configuration:
    """Give the demo's world with a second contact centre that has an account only."""
    base = world.load(CRM).configuration
    return replace(
        base,
        contact_centers=(*base.contact_centers, ContactCenter(2, "Another")),
        accounts=(*base.accounts, ApiAccount("other", 2, _OTHER_SECRET)),
    )
