"""A CRM's side of a running server: the voice REST, and an event stream that resumes.

The client repeats a command whose reply was lost, with the same ``requestId``, until it is
answered; the reader resumes its stream with ``Last-Event-ID`` and fails at the first event that
is missing or comes twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx2

__all__ = ["AgentLogin", "EventReader", "ReceivedEvent", "StreamBrokenError", "VoiceClient"]

#: The demo's account token (contract 8).
_DEMO_ACCOUNT = "Basic ZGVtby1hcGk6ZGVtby1hcGk="
_RETRY_SECONDS = 0.05
_WAIT_SECONDS = 30.0
#: The server's database is away: it is asked again.
_NOT_AVAILABLE = 503


class StreamBrokenError(Exception):
    """An event is missing, or came twice."""

    def __init__(self, session_id: str, expected: int, found: int) -> None:
        """Tell which number should have come."""
        super().__init__(f"stream of {session_id}: expected event {expected}, got {found}")
        self.session_id = session_id
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True)
class AgentLogin:
    """An agent's session and seat."""

    user_id: str
    session_id: str
    seat: str


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """An event as it came over the stream."""

    seq: int
    #: Without its namespace: ``interactionInitiated``, ``stateChanged``.
    name: str
    payload: Mapping[str, Any]


class VoiceClient:
    """Talks to a server that may be killed meanwhile.  Close it, or use it in ``async with``."""

    def __init__(self, url: Callable[[], str], account: str = _DEMO_ACCOUNT) -> None:
        """``url`` says where the server is now; ``account`` is the ``Authorization`` header."""
        self._url = url
        self._account = account
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=50)
        self.http = httpx2.AsyncClient(timeout=30, limits=limits, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.http.aclose()

    async def log_in(self, user_id: str, password: str | None = None) -> AgentLogin:
        """Log in by REST, forcing any other login out; the demo's passwords are the names."""
        body = {"userId": user_id, "token": password or user_id, "forceLogin": True}
        reply = await self.post("userLogin/login", body)
        reply.raise_for_status()
        session_id = reply.json()["userSessionInfo"]["sessionId"]
        me = await self.get("me", session_id)
        me.raise_for_status()
        return AgentLogin(user_id, session_id, me.json()["userCrtObjectIds"][0])

    async def post(
        self, path: str, body: Mapping[str, object], session_id: str | None = None
    ) -> httpx2.Response:
        """Post to the voice REST once."""
        return await self.http.post(
            f"{self._url()}/ameyorestapi/{path}", json=body, headers=self.headers(session_id)
        )

    async def answered(
        self, path: str, body: Mapping[str, object], session_id: str | None = None
    ) -> httpx2.Response:
        """Post until there is a reply, however often the server goes and comes."""
        while True:
            try:
                return await self.post(path, body, session_id)
            except httpx2.TransportError:
                await asyncio.sleep(_RETRY_SECONDS)

    async def get(self, path: str, session_id: str | None = None) -> httpx2.Response:
        """Ask our own API (contract 8) once."""
        return await self.http.get(f"{self._url()}/api/v1/{path}", headers=self.headers(session_id))

    async def ready(self) -> httpx2.Response:
        """Ask ``/readyz`` once."""
        return await self.http.get(f"{self._url()}/readyz")

    def headers(self, session_id: str | None = None) -> dict[str, str]:
        """Return the credentials of the account, and of a session if there is one."""
        own = {} if session_id is None else {"sessionId": session_id}
        return {"Authorization": self._account, **own}

    def reader(self, session_id: str, from_seq: int | None = None) -> EventReader:
        """Return a reader of a session's events; run it as a task."""
        return EventReader(self, session_id, from_seq)

    def events_url(self) -> str:
        """Return where the event streams are now."""
        return f"{self._url()}/api/v1/events"


class EventReader:
    """Follows a session's events over lost connections and killed servers."""

    def __init__(self, client: VoiceClient, session_id: str, from_seq: int | None = None) -> None:
        """Begin after ``from_seq``; without it, with the snapshot that the server sends."""
        self.session_id = session_id
        #: Every event since the beginning, oldest first.
        self.events: list[ReceivedEvent] = []
        #: The number of the last event seen; ``None`` before the first snapshot.
        self.last_seq = from_seq
        #: How often a stream was opened.
        self.connections = 0
        self.broken: StreamBrokenError | None = None
        self._client = client
        self._more = asyncio.Event()

    async def run(self) -> None:
        """Follow the stream until the session ends, the task is cancelled, or it is broken."""
        while self.broken is None:
            try:
                if await self._follow():
                    return
            except httpx2.TransportError:
                pass  # the server has gone; it may come again elsewhere
            except StreamBrokenError as broken:
                self.broken = broken
                self._more.set()
                raise
            await asyncio.sleep(_RETRY_SECONDS)

    async def _follow(self) -> bool:
        """Read one connection to its end; tell whether the session is over."""
        headers = self._client.headers(self.session_id)
        if self.last_seq is not None:
            headers["Last-Event-ID"] = str(self.last_seq)
        timeout = httpx2.Timeout(30, connect=5)
        url = self._client.events_url()
        async with self._client.http.stream("GET", url, headers=headers, timeout=timeout) as reply:
            if reply.status_code == _NOT_AVAILABLE:
                return False
            reply.raise_for_status()
            self.connections += 1
            fields: dict[str, str] = {}
            async for line in reply.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "id" in fields:
                    self._take(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                    fields = {}
        return bool(self.events) and self.events[-1].name == "loggedOut"

    def _take(self, seq: int, event: str, data: dict[str, Any]) -> None:
        if event == "snapshot":
            if self.last_seq is not None:
                # A resumed reader is far from too old: it was sent away from its place.
                raise StreamBrokenError(self.session_id, self.last_seq + 1, seq)
            self.last_seq = seq
        else:
            if self.last_seq is not None and seq != self.last_seq + 1:
                raise StreamBrokenError(self.session_id, self.last_seq + 1, seq)
            self.last_seq = seq
            self.events.append(ReceivedEvent(seq, data["name"], data["payload"]))
        self._more.set()

    async def until(
        self, found: Callable[[ReceivedEvent], bool], seconds: float = _WAIT_SECONDS
    ) -> ReceivedEvent:
        """Wait for the first event, past or to come, that ``found`` takes, and return it.

        :raises StreamBrokenError: the stream broke first.
        :raises TimeoutError: it did not come in time.
        """
        looked = 0
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._more.clear()
                    if self.broken is not None:
                        raise self.broken
                    while looked < len(self.events):
                        event = self.events[looked]
                        looked += 1
                        if found(event):
                            return event
                    await self._more.wait()
        except TimeoutError:
            last = [f"{event.seq} {event.name}" for event in self.events[-10:]]
            raise TimeoutError(f"not within {seconds} s; the last events were {last}") from None

    async def until_event(
        self, name: str, crt_object_id: str, seconds: float = _WAIT_SECONDS
    ) -> ReceivedEvent:
        """Wait for a call's event of this name; raises as :meth:`until`."""
        return await self.until(
            lambda e: e.name == name and e.payload["crtObjectId"] == crt_object_id, seconds
        )

    def of_call(self, crt_object_id: str) -> list[ReceivedEvent]:
        """Return the events of one call, oldest first."""
        return [e for e in self.events if e.payload.get("crtObjectId") == crt_object_id]
