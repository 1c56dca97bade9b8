"""The scripted server behind the host page of the browser tests.

It speaks the two calls that the bridge needs, ``POST /api/v1/sdk/{namespace}/{method}`` and the
event stream, from a log that the test writes. It runs in a thread; its methods are called from
the test.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it reached the server."""

    token: str
    key: str
    args: list[Any]
    request_id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply in the error envelope of contract 5."""

    status: int
    message: str
    info: str = "A plain sentence."


@dataclass(slots=True)
class World:
    """What the server knows; a test reads and writes it."""

    log: list[dict[str, Any]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    replies: dict[str, Any] = field(default_factory=dict)
    #: Public origins at /omniapp/sdk/hosts.json.
    hosts: list[str] = field(default_factory=list)
    #: While set, every command and stream is answered with this status.
    outage: int | None = None
    #: Log entries up to this one are no longer kept.
    forgotten: int = 0
    snapshot: dict[str, Any] | None = None
    _bound: dict[str, Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _readers: set[asyncio.Event] = field(default_factory=set)
    _generation: int = 0
    _loop: asyncio.AbstractEventLoop | None = None
    _gates: dict[str, threading.Event] = field(default_factory=dict)

    def emit(self, namespace: str, name: str, **payload: Any) -> int:
        """Append an event to the log, wake the streams, return its ``seq``."""
        with self._lock:
            seq = len(self.log) + 1
            body = {"userId": "maya", "sessionId": "true-session", "timestamp": 1000 + seq}
            entry = {
                "seq": seq,
                "namespace": namespace,
                "name": name,
                "payload": {**body, **payload, "seq": seq},
            }
            self.log.append(entry)
        self._wake()
        return seq

    def call(self, name: str, number: int = 1, **payload: Any) -> int:
        """Emit an interaction event of the call with this number."""
        ids = {
            "interactionId": f"d1-00000001-int-{number}",
            "associationId": f"d1-00000001--assoc--{number}",
            "crtObjectId": f"d1-00000001-vce-{number}",
            "userCrtObjectId": "true-seat",
            "campaignId": 60,
            "queueId": None,
            "phone": f"844738099{number}",
        }
        return self.emit("interaction", name, **{**ids, **payload})

    def drop_streams(self) -> None:
        """End every open event stream, as a lost network does."""
        self._generation += 1
        self._wake()

    def end(self) -> None:
        """Let go of everything that still waits."""
        for gate in self._gates.values():
            gate.set()
        self.drop_streams()

    def hold(self, key: str) -> Callable[[], None]:
        """Keep commands of this name unanswered until the returned function is called."""
        gate = self._gates[key] = threading.Event()
        return gate.set

    def count(self, key: str) -> int:
        """How many distinct commands of this name were performed."""
        with self._lock:
            return len({c.request_id for c in self.commands if c.key == key})

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake_readers)

    def _wake_readers(self) -> None:
        for reader in list(self._readers):
            reader.set()

    async def serve_command(self, request: Request) -> Response:
        """``POST /api/v1/sdk/{namespace}/{method}``."""
        body = await request.json()
        if self.outage is not None:
            return Response(status_code=self.outage)
        key = f"{request.path_params['namespace']}.{request.path_params['method']}"
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        command = Command(token, key, body["args"], body["requestId"])
        with self._lock:
            self.commands.append(command)
            if command.request_id not in self._bound:
                reply = self.replies.get(key, {"interactionId": None})
                self._bound[command.request_id] = reply(command) if callable(reply) else reply
            result = self._bound[command.request_id]
        if (gate := self._gates.get(key)) is not None:
            await asyncio.to_thread(gate.wait, 20)
        if isinstance(result, Refusal):
            with self._lock:
                del self._bound[command.request_id]
            envelope = {"message": result.message, "code": 0, "info": result.info}
            return JSONResponse({**envelope, "status": result.status}, status_code=result.status)
        return JSONResponse({"result": result})

    async def serve_events(self, request: Request) -> Response:
        """``GET /api/v1/events``."""
        if self.outage is not None:
            return Response(status_code=self.outage)
        self._loop = asyncio.get_running_loop()
        last = int(request.headers.get("last-event-id", "0"))
        return StreamingResponse(self._stream(last), media_type="text/event-stream")

    async def _stream(self, last: int) -> AsyncIterator[str]:
        generation = self._generation
        awake = asyncio.Event()
        self._readers.add(awake)
        try:
            yield ": hello\n\n"
            if last < self.forgotten and self.snapshot is not None:
                last = self.snapshot["seq"]
                yield f"id: {last}\nevent: snapshot\ndata: {json.dumps(self.snapshot)}\n\n"
            while generation == self._generation:
                awake.clear()
                with self._lock:
                    news = self.log[last:]
                for entry in news:
                    last = entry["seq"]
                    kind = f"{entry['namespace']}.{entry['name']}"
                    yield f"id: {last}\nevent: {kind}\ndata: {json.dumps(entry)}\n\n"
                    if generation != self._generation:
                        return
                await awake.wait()
        finally:
            self._readers.discard(awake)
