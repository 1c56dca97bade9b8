"""The simulated network on a socket: one controller, any number of far-end controls."""

from __future__ import annotations

import asyncio
import hmac
import sys
from collections.abc import Callable
from typing import Any

from screenpop.simulator.errors import MalformedMessageError, SimulatorError
from screenpop.simulator.journal import JournalWriter
from screenpop.simulator.legs import Leg
from screenpop.simulator.network import Network
from screenpop.simulator.protocol import (
    MAX_LINE,
    VERSION,
    decode_command,
    decode_line,
    encode_line,
)

__all__ = ["SimulatorServer"]

_HELLO_SECONDS = 5.0
_GOODBYE_SECONDS = 1.0


class _Peer:
    """A client that has been let in."""

    def __init__(self, writer: asyncio.StreamWriter, *, controls_line: bool) -> None:
        self.controls_line = controls_line
        #: Number of the newest report sent to it.
        self.sent = 0
        self._writer = writer

    def send(self, message: dict[str, Any]) -> None:
        """Queue a message; one to a client that has gone is lost."""
        if not self._writer.is_closing():
            self._writer.write(encode_line(message))

    def close(self) -> None:
        """Send what is queued, then close."""
        self._writer.close()


class SimulatorServer:
    """Serves a :class:`Network` to clients that know the token."""

    def __init__(
        self,
        network: Network,
        journal: JournalWriter,
        token: str,
        now: Callable[[], int],
        *,
        idle_seconds: float,
        when_idle: Callable[[], None],
    ) -> None:
        """``now`` gives epoch milliseconds and must never go back.

        ``when_idle`` is called once there has been neither controller nor call for
        ``idle_seconds``.
        """
        self._network = network
        self._journal = journal
        self._token = token
        self._now = now
        self._idle_seconds = idle_seconds
        self._when_idle = when_idle
        self._controller: _Peer | None = None
        self._peers: set[_Peer] = set()
        self._clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen; returns the address.

        :raises OSError: the address cannot be had.
        """
        self._server = await asyncio.start_server(self._accept, host, port, limit=MAX_LINE)
        self._settle()
        address = self._server.sockets[0].getsockname()
        return address[0], address[1]

    async def stop(self) -> None:
        """Stop listening and say good-bye to all clients."""
        if self._server is not None:
            self._server.close()
        for timer in (self._alarm, self._idle):
            if timer is not None:
                timer.cancel()
        for writer in tuple(self._clients.values()):
            writer.close()
        if self._clients:
            await asyncio.wait(tuple(self._clients), timeout=_GOODBYE_SECONDS)
        for writer in self._clients.values():
            writer.transport.abort()

    # --- one client ---------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that comes in the last moment is not served: its task would be cut off.
        if self._server is None or not self._server.is_serving():
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer))
        self._clients[task] = writer
        task.add_done_callback(self._clients.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer: _Peer | None = None
        try:
            peer = await self._let_in(reader, writer)
            while peer is not None and (line := await reader.readline()):
                # A controller that was superseded is not obeyed, whatever it had sent before.
                if peer not in self._peers:
                    break
                self._take(peer, decode_line(line))
        except MalformedMessageError as problem:
            writer.write(encode_line({"refused": str(problem)}))
        except (ConnectionError, TimeoutError, ValueError):
            pass  # gone, silent, or a line without end: nobody is left to tell
        finally:
            if peer is not None:
                self._forget(peer)
            writer.close()

    async def _let_in(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> _Peer | None:
        line = await asyncio.wait_for(reader.readline(), _HELLO_SECONDS)
        if not line:
            return None
        hello = decode_line(line)
        if hello.get("hello") != VERSION or hello.get("role") not in ("controller", "control"):
            raise MalformedMessageError(
                f"this network speaks version {VERSION}: stop it and start the new one"
            )
        if not hmac.compare_digest(str(hello.get("token")).encode(), self._token.encode()):
            raise MalformedMessageError("the token is wrong: take it from the state file")
        peer = _Peer(writer, controls_line=hello["role"] == "controller")
        self._peers.add(peer)
        peer.send({"welcome": VERSION})
        if peer.controls_line:
            self._give_control(peer)
        return peer

    def _give_control(self, peer: _Peer) -> None:
        self._network.due(self._now())
        self._settle()
        if (older := self._controller) is not None:
            self._peers.discard(older)
            older.send({"superseded": True})
            older.close()
        self._controller = peer
        self._settle()
        peer.send({"up": {"at": self._now(), "legs": self._network.live_legs()}})

    def _forget(self, peer: _Peer) -> None:
        self._peers.discard(peer)
        if self._controller is peer:
            self._controller = None
            self._settle()

    # --- one message --------------------------------------------------------------------------

    def _take(self, peer: _Peer, message: dict[str, Any]) -> None:
        if "ack" in message:
            if peer.controls_line and isinstance(message["ack"], int):
                self._network.acknowledge(message["ack"])
            return
        try:
            reply = self._perform(peer, message)
        except SimulatorError as refusal:
            reply = {"error": refusal.key, "message": str(refusal)}
        # The journal has it before anybody is told.
        self._write_journal()
        peer.send({"id": message.get("id"), **reply})
        self._settle()

    def _perform(self, peer: _Peer, message: dict[str, Any]) -> dict[str, Any]:
        if "command" in message and peer.controls_line:
            self._network.handle(decode_command(message["command"]), self._now())
            return {}
        if "live" in message:
            self._network.due(self._now())
            return {"legs": self._network.live_legs()}
        match message.get("far"):
            case "place":
                leg_id = self._network.place_call(
                    _text(message, "from"), _text(message, "to"), _headers(message), self._now()
                )
                return {"leg_id": leg_id}
            case "hangup":
                self._network.far_end_hangs_up(_text(message, "leg_id"), self._now())
            case "answer":
                self._network.far_end_answers(_text(message, "leg_id"), self._now())
            case "dtmf":
                digits = _text(message, "digits")
                self._network.far_end_presses(_text(message, "leg_id"), digits, self._now())
            case "list":
                self._network.due(self._now())
                return {"legs": [_described(leg) for leg in self._network.legs()]}
            case _:
                raise MalformedMessageError("a request is none that this client may make")
        return {}

    # --- afterwards ---------------------------------------------------------------------------

    def _settle(self) -> None:
        """Write the journal, send reports, set the alarm for what comes next."""
        self._write_journal()
        if (controller := self._controller) is not None:
            for report in self._network.reports_after(controller.sent):
                controller.send({"number": report.number, "report": report.event})
                controller.sent = report.number
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        loop = asyncio.get_running_loop()
        if (due := self._network.next_due()) is not None:
            wait = max(0, due - self._now()) / 1_000
            self._alarm = loop.call_later(wait, self._ring_alarm)
        idle = self._controller is None and not self._network.legs()
        if not idle and self._idle is not None:
            self._idle.cancel()
            self._idle = None
        elif idle and self._idle is None:
            self._idle = loop.call_later(self._idle_seconds, self._when_idle)

    def _ring_alarm(self) -> None:
        self._alarm = None
        self._network.due(self._now())
        self._settle()

    def _write_journal(self) -> None:
        try:
            self._journal.write(self._network.take_journal())
        except OSError as problem:
            # Tests judge by the journal: a network without one must not go on.
            sys.stderr.write(f"screenpop simulator: the journal cannot be written: {problem}\n")
            self._when_idle()


def _described(leg: Leg) -> dict[str, Any]:
    return {
        "leg_id": leg.leg_id,
        "call_id": leg.call_id,
        "kind": leg.kind,
        "number": leg.number,
        "dialled": leg.dialled,
        "state": leg.state,
        "bridge_id": leg.bridge_id,
        "held": leg.held,
        "muted": leg.muted,
        "heard": leg.heard,
    }


def _text(message: dict[str, Any], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedMessageError(f"{name} must be a text that is not empty")
    return value


def _headers(message: dict[str, Any]) -> dict[str, str]:
    headers = message.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
        raise MalformedMessageError("headers must be an object of texts")
    return headers
