"""A whole contact centre in one process: a real store, a scripted line, no network.

For tests of programs that talk to screenpop, and for our own::

    async with contact_centre(folder) as centre:
        maya = await centre.log_in("maya")
        reply = await centre.post("voice/manualDial", maya.dial("8447380993"))
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx2

from screenpop.adapters.crm.http import CrmHttp
from screenpop.bootstrap import Node
from screenpop.demo import world as demo
from screenpop.domain.configuration import Configuration
from screenpop.ports.clock import Clock
from screenpop.ports.store import Reader, StoredEvent
from screenpop.services.core import Core
from screenpop.settings import Settings
from screenpop.testing.scripted_line import ScriptedLine

__all__ = ["RESPONSE_JUDGES", "ContactCentre", "LoggedIn", "contact_centre"]

T = TypeVar("T")

#: Called with every response that a client of :func:`contact_centre` gets.  A test suite puts its
#: own judges here, such as a check against the OpenAPI document.
RESPONSE_JUDGES: list[Callable[[httpx2.Response], Awaitable[None]]] = []

#: The demo's account token (contract 8).
ACCOUNT_TOKEN = "Basic ZGVtby1hcGk6ZGVtby1hcGk="  # noqa: S105  # it is public
BASE_URL = "http://contact-centre.test"
_WAIT_SECONDS = 30.0
_requests = count(1)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An agent's session, with bodies of the guide's calls made for it."""

    session_id: str
    seat: str

    def dial(self, phone: str, **changes: object) -> dict[str, Any]:
        """Return a body of manualDial with a fresh requestId."""
        return {
            "sessionId": self.session_id,
            "shouldAddCustomer": False,
            "campaignId": 60,
            "requestId": f"test-dial-{next(_requests)}",
            "userCrtObjectId": self.seat,
            "searchable": phone,
            "phone": phone,
            **changes,
        }

    def dispose(self, crt_object_id: str, **changes: object) -> dict[str, Any]:
        """Return a body of disposeCall with a fresh requestId."""
        return {
            "sessionId": self.session_id,
            "campaignId": 60,
            "userCrtObjectId": self.seat,
            "crtObjectId": crt_object_id,
            "dispositionCodeId": 11,
            "requestId": f"test-dispose-{next(_requests)}",
            **changes,
        }

    def dispose_and_dial(self, crt_object_id: str, phone: str, **changes: object) -> dict[str, Any]:
        """Return a body of disposeAndManualDial with a fresh requestId."""
        return {
            "campaignContextId": 60,
            "userCrtObjectId": self.seat,
            "crtObjectId": crt_object_id,
            "dispositionCode": "Sale",
            "phone": phone,
            "requestId": f"test-next-{next(_requests)}",
            **changes,
        }


class ContactCentre:
    """A running node with its line at the test's hand."""

    def __init__(self, node: Node, line: ScriptedLine, client: httpx2.AsyncClient) -> None:
        """Use :func:`contact_centre` to make one."""
        self.node = node
        self.line = line
        #: Talks to the node as the outside does.
        self.client = client

    @property
    def core(self) -> Core:
        """The way into the use cases."""
        return self.node.core

    async def log_in(self, user_id: str, *, force: bool = False) -> LoggedIn:
        """Log in as ``userLogin/login`` does; the demo's passwords are the names."""
        reply = await self.client.post(
            "/ameyorestapi/userLogin/login",
            json={"userId": user_id, "token": user_id, "forceLogin": force},
        )
        reply.raise_for_status()
        session_id: str = reply.json()["userSessionInfo"]["sessionId"]
        seats = await self.read(lambda reader: reader.seats(session_id))
        return LoggedIn(session_id, seats[0])

    async def post(
        self, path: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """Post to the voice REST with the account token, and the body's session as header."""
        sent = {"Authorization": ACCOUNT_TOKEN, **(headers or {})}
        session = body.get("sessionId")
        if isinstance(session, str):
            sent.setdefault("sessionId", session)
        return await self.client.post(f"/ameyorestapi/{path}", json=body, headers=sent)

    async def read(self, look_up: Callable[[Reader], T]) -> T:
        """Run a look-up on the node's store."""
        return await self.core.read(look_up)

    async def events(self, agent: LoggedIn) -> list[StoredEvent]:
        """Return every event of an agent's session."""
        stream = f"session:{agent.session_id}"
        return await self.read(lambda reader: reader.events_after(stream, 0, 100_000))

    async def until(
        self, look_up: Callable[[Reader], T | Literal[0, False] | None], what: str = "it is so"
    ) -> T:
        """Wait until a look-up gives something true, and return it.

        :raises TimeoutError: it did not within half a minute.
        """
        deadline = asyncio.get_running_loop().time() + _WAIT_SECONDS
        while True:
            found = await self.read(look_up)
            if found:
                return found
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"waited {_WAIT_SECONDS} s until {what}")
            await asyncio.sleep(0.005)

    async def until_state(self, agent: LoggedIn, state: str) -> None:
        """Wait until the agent's state is ``state`` (contract 6, "State of an agent")."""

        def reached(reader: Reader) -> bool:
            session = reader.session(agent.session_id)
            return session is not None and session.state.value == state

        await self.until(reached, f"the agent is {state}")


@asynccontextmanager
async def contact_centre(
    folder: Path,
    *,
    clock: Clock | None = None,
    line: ScriptedLine | None = None,
    crm_http: CrmHttp | None = None,
    change: Callable[[Configuration], Configuration] = lambda configuration: configuration,
    settings: Callable[[Settings], Settings] = lambda settings: settings,
) -> AsyncIterator[ContactCentre]:
    """Run the demo's world in this process, on a scripted line.

    ``folder`` keeps its data: the same folder again is a restart.  ``change`` and ``settings``
    may alter the demo's configuration and settings, ``crm_http`` how CRMs are asked.
    """
    world = demo.load()
    node = Node(
        settings(replace(world.settings, data_folder=folder)),
        folder,
        [BASE_URL],
        clock=clock,
        crm_http=crm_http,
    )
    line = line or ScriptedLine(node.clock.now)
    try:
        application = await node.start(line, change(world.configuration), world.customers)
        transport = httpx2.ASGITransport(application, client=("127.0.0.1", 50_000))
        hooks = {"response": RESPONSE_JUDGES}
        async with httpx2.AsyncClient(
            transport=transport, base_url=BASE_URL, event_hooks=hooks
        ) as client:
            centre = ContactCentre(node, line, client)
            await centre.until(lambda reader: reader.line_up(), "the line is up")
            yield centre
    finally:
        await node.stop()
