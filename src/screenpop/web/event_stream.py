"""Server-sent events: streams of facts that can be resumed (contract 8; design 5).

Raw ASGI: a stream is one coroutine that sleeps until the bus hints or the shared heart beats.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from pydantic_core import to_json
from starlette.types import Receive, Send

from screenpop.domain.app import App, PopMoment
from screenpop.domain.association import AssociationState
from screenpop.domain.configuration import Configuration
from screenpop.domain.events import AssociationEvent, AssociationFacts, Connected, ScreenPopped
from screenpop.domain.pop import Pop
from screenpop.domain.session import AgentSession
from screenpop.ports.bus import Bus, contact_center_stream, session_stream
from screenpop.ports.store import Reader, StoredEvent, StoreUnavailableError
from screenpop.services.core import Core
from screenpop.web.launch_urls import LaunchUrls
from screenpop.web.sight import Sight, as_seen_by, concerns, may_hear, number_for
from screenpop.web.translate import event_to_wire, snapshot

__all__ = ["EventStreams"]

_HEARTBEAT_SECONDS: Final = 15.0
_PAGE: Final = 500
#: Between two attempts to read while the database is gone.
_STORE_AWAY_SECONDS: Final = 1.0

_START: Final = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        # A reverse proxy must not gather what is meant to arrive now.
        (b"x-accel-buffering", b"no"),
    ],
}
#: One message for all heart-beats of all streams.
_BEAT: Final = {"type": "http.response.body", "body": b":\n\n", "more_body": True}
_END: Final = {"type": "http.response.body", "body": b"", "more_body": False}


class EventStreams:
    """Every open stream of this node, with their one heart-beat."""

    def __init__(self, core: Core, bus: Bus, urls: LaunchUrls) -> None:
        """Read from ``core``; ``bus`` says when to look; ``urls`` composes the frames' URLs."""
        self._core = core
        self._urls = urls
        self._bus = bus
        self._open: set[_Stream] = set()
        self._closing = False
        self._heart: asyncio.TimerHandle | None = None

    @property
    def open_streams(self) -> int:
        """How many streams are open."""
        return len(self._open)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closing = True
        if self._heart is not None:
            self._heart.cancel()
        for stream in self._open:
            stream.closing = True
            stream.wake()

    async def serve_session(
        self,
        session: AgentSession,
        sight: Sight,
        last_event_id: int | None,
        receive: Receive,
        send: Send,
    ) -> None:
        """Send a session's events until it ends, its app is cut off, or the client goes.

        Without an id, or with one that is too old, a ``snapshot`` event comes first. The
        console also gets the frames that an event opens; an app what its scopes include.
        """

        def present(reader: Reader) -> dict[str, Any]:
            now = reader.session(session.session_id)
            return view.snapshot(snapshot(reader, now or session, name))

        name = session_stream(session.session_id)
        view = _SessionView(self._core, sight, self._urls)
        stream = _Stream(self._core, name, present, view)
        await self._serve(stream, last_event_id, receive, send)

    async def serve_contact_center(
        self, contact_center_id: int, last_event_id: int | None, receive: Receive, send: Send
    ) -> None:
        """Send every event of a contact centre; its numbers have gaps."""

        def present(reader: Reader) -> dict[str, Any]:
            return {"seq": reader.last_seq(name)}

        name = contact_center_stream(contact_center_id)
        stream = _Stream(self._core, name, present, None)
        await self._serve(stream, last_event_id, receive, send)

    async def _serve(
        self, stream: _Stream, last_event_id: int | None, receive: Receive, send: Send
    ) -> None:
        if self._closing:
            stream.closing = True
        unsubscribe = self._bus.subscribe(stream.name, stream.wake)
        self._open.add(stream)
        if self._heart is None and not self._closing:
            self._beat()
        gone = asyncio.ensure_future(_disconnected(receive, stream))
        try:
            await send(_START)
            await stream.run(last_event_id, send)
            await send(_END)
        finally:
            gone.cancel()
            unsubscribe()
            self._open.discard(stream)

    def _beat(self) -> None:
        for stream in self._open:
            stream.beat()
        loop = asyncio.get_running_loop()
        self._heart = loop.call_later(_HEARTBEAT_SECONDS, self._beat) if self._open else None


async def _disconnected(receive: Receive, stream: _Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.closing = True
    stream.wake()


class _SessionView:
    """What a reader of one session gets of its events."""

    __slots__ = ("_core", "_sight", "_urls")

    def __init__(self, core: Core, sight: Sight, urls: LaunchUrls) -> None:
        self._core = core
        self._sight = sight
        self._urls = urls

    def look(self, reader: Reader, page: list[StoredEvent]) -> dict[int, list[Pop]]:
        """Return which frames each event of a page opens; only the console opens any."""
        if self._sight.app_id is not None:
            return {}
        return {stored.seq: pops for stored in page if (pops := _opened_by(reader, stored))}

    @property
    def over(self) -> bool:
        """The reader's app was disabled or removed."""
        app = self._app
        return self._sight.app_id is not None and (app is None or not app.enabled)

    @property
    def _app(self) -> App | None:
        app_id = self._sight.app_id
        return None if app_id is None else self._core.configuration().app_by_id.get(app_id)

    def snapshot(self, present: dict[str, Any]) -> dict[str, Any]:
        """Return the present state as the reader gets it."""
        app = self._app
        heard = [one for one in present["interactions"] if _concerns(app, one)]
        return as_seen_by(self._sight, {**present, "interactions": heard})

    def shown(
        self, stored: StoredEvent, event: dict[str, Any], pops: list[Pop]
    ) -> dict[str, Any] | None:
        """Return an event as the reader gets it; ``None``: not at all."""
        configuration = self._core.configuration()
        if not may_hear(self._sight, event["namespace"], configuration):
            return None
        payload = as_seen_by(self._sight, event["payload"])
        app, fact = self._app, stored.event
        if isinstance(fact, AssociationEvent):
            if not concerns(app, fact.about):
                return None
            payload |= number_for(app, fact.about.phone)
            if self._sight.app_id is None and _some_app_sees_numbers(configuration, fact.about):
                # For the console to hand on to those apps, and to no other.
                payload["originalPhone"] = fact.about.phone
        if pops:
            payload["pops"] = [
                self._urls.frame(pop, app)
                for pop in pops
                if (app := configuration.app_by_id.get(pop.app_id)) is not None and app.enabled
            ]
        return {**event, "payload": payload}


def _concerns(app: App | None, interaction: dict[str, Any]) -> bool:
    if app is None or not (app.campaign_ids or app.queue_ids):
        return True
    campaign, queue = interaction["campaignId"], interaction["queueId"]
    return campaign in app.campaign_ids or queue in app.queue_ids


def _some_app_sees_numbers(configuration: Configuration, about: AssociationFacts) -> bool:
    process = configuration.process_by_id.get(about.process_id)
    if process is None or not process.masking_enabled:
        return False
    return any(
        app.process_id == about.process_id and app.enabled and app.options.get("original_phone")
        for app in configuration.apps
    )


def _opened_by(reader: Reader, stored: StoredEvent) -> list[Pop]:
    """Return the frames that an event opens, while its association is not disposed.

    Those of apps that pop on connect come with *Connected* where ``showCrm`` came before it.
    """
    event = stored.event
    if not isinstance(event, ScreenPopped | Connected):
        return []
    subject = event.about.association_id
    association = reader.association(subject)
    if association is None or association.state is AssociationState.DISPOSED:
        return []
    pops = [pop for pop in reader.pops_of(subject) if pop.popped_at is not None]
    at_arrival = [pop for pop in pops if pop.moment is PopMoment.ARRIVAL]
    if isinstance(event, ScreenPopped):
        return at_arrival or pops
    return [pop for pop in pops if pop.moment is PopMoment.CONNECT] if at_arrival else []


class _Stream:
    """One client's reading position and its reason to wake up."""

    __slots__ = ("_beating", "_core", "_look", "_present", "_view", "_waiter", "closing", "name")

    def __init__(
        self,
        core: Core,
        name: str,
        present: Callable[[Reader], dict[str, Any]],
        view: _SessionView | None,
    ) -> None:
        self.name = name
        self._view = view
        self.closing = False
        self._core = core
        self._present = present
        self._look = True
        self._beating = False
        self._waiter: asyncio.Future[None] | None = None

    def wake(self) -> None:
        """Let the stream look for events."""
        self._look = True
        self._stir()

    def beat(self) -> None:
        """Let the stream show that it lives."""
        self._beating = True
        self._stir()

    def _stir(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def run(self, last_event_id: int | None, send: Send) -> None:
        """Send what follows ``last_event_id`` until the session or the client is gone."""
        position = await self._begin(last_event_id, send)
        ended = False
        while not (self.closing or ended):
            if self._look:
                self._look = False
                try:
                    position, ended = await self._send_after(position, send)
                except StoreUnavailableError:
                    # The client would only come again at once; when the database is back, what
                    # was missed is sent.
                    self._look = True
                    await asyncio.sleep(_STORE_AWAY_SECONDS)
            elif self._beating:
                self._beating = False
                await send(_BEAT)
            else:
                self._waiter = asyncio.get_running_loop().create_future()
                await self._waiter
                self._waiter = None

    async def _begin(self, last_event_id: int | None, send: Send) -> int:
        def look(reader: Reader) -> dict[str, Any] | None:
            if last_event_id is not None:
                kept_from = reader.oldest_seq(self.name)
                if kept_from - 1 <= last_event_id <= reader.last_seq(self.name):
                    return None
            return self._present(reader)

        first = await self._core.read(look)
        if first is None:
            assert last_event_id is not None  # only then nothing is sent first  # noqa: S101
            return last_event_id
        await send(_message(first["seq"], "snapshot", first))
        return int(first["seq"])

    async def _page(self, position: int) -> tuple[list[StoredEvent], dict[int, list[Pop]]]:
        def look(reader: Reader) -> tuple[list[StoredEvent], dict[int, list[Pop]]]:
            page = reader.events_after(self.name, position, _PAGE)
            return page, self._view.look(reader, page) if self._view else {}

        return await self._core.read(look)

    async def _send_after(self, position: int, send: Send) -> tuple[int, bool]:
        """Send what is new; return the new position, and whether the session is over."""
        while not self.closing:
            page, pops = await self._page(position)
            if self._view is not None and self._view.over:
                return position, True
            if not page:
                break
            configuration = self._core.configuration()
            events = [event_to_wire(stored, configuration) for stored in page]
            ended = events[-1]["name"] == "loggedOut" and self._view is not None
            if self._view is not None:
                shown = (
                    self._view.shown(stored, event, pops.get(stored.seq, []))
                    for stored, event in zip(page, events, strict=True)
                )
                events = [event for event in shown if event is not None]
            body = "".join(_line(e["seq"], f"{e['namespace']}.{e['name']}", e) for e in events)
            if body:
                message = {"type": "http.response.body", "body": body.encode(), "more_body": True}
                await send(message)
            position = page[-1].seq
            if ended:
                return position, True
            if len(page) < _PAGE:
                break
        return position, False


def _line(seq: int, name: str, data: dict[str, Any]) -> str:
    return f"id: {seq}\nevent: {name}\ndata: {to_json(data).decode()}\n\n"


def _message(seq: int, name: str, data: dict[str, Any]) -> dict[str, Any]:
    body = _line(seq, name, data).encode()
    return {"type": "http.response.body", "body": body, "more_body": True}
