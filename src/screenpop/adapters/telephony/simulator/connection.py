"""A connection to the simulated network: hello, requests with replies, and what it pushes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal, Self

from screenpop.adapters.telephony.simulator.errors import SimulatorUnreachableError
from screenpop.simulator.errors import MalformedMessageError
from screenpop.simulator.protocol import MAX_LINE, VERSION, decode_line, encode_line
from screenpop.simulator.state import StateFile

__all__ = ["Connection"]

#: Seconds within which the network answers a hello or a request (brief enough for a caller who
#: waits, long enough for a machine that is busy).
ANSWER_SECONDS: Final = 5.0


class Connection:
    """An open connection; :meth:`open` makes it, :meth:`close` ends it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        #: What the network pushed, in order; ``None`` at the end of the connection.
        self.pushed: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._over = False

    @classmethod
    async def open(cls, state_file: Path, role: Literal["controller", "control"]) -> Self:
        """Connect to the network that the state file names.

        :raises SimulatorUnreachableError: there is none, or it does not let us in.
        """
        state = StateFile.read(state_file)
        if state is None:
            raise SimulatorUnreachableError(f"there is no state file {state_file}")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection(
                    state.host, state.port, limit=MAX_LINE
                )
        except (OSError, TimeoutError):
            raise SimulatorUnreachableError(
                f"nothing answers at {state.host} port {state.port}"
            ) from None
        connection = cls(reader, writer)
        try:
            await connection._greet(state.token, role)
        except BaseException:
            writer.close()
            raise
        connection._task = asyncio.create_task(connection._read())
        return connection

    @property
    def is_open(self) -> bool:
        """Whether requests can still be made."""
        return not self._over

    async def request(
        self, message: Mapping[str, object], answer_seconds: float = ANSWER_SECONDS
    ) -> dict[str, Any]:
        """Send a request and return its reply, which may tell of a refusal.

        A network that does not answer in time is given up, the connection closed with it: only
        a new one can show what became of the request.

        :raises SimulatorUnreachableError: there was no reply.
        """
        if self._over:
            raise SimulatorUnreachableError("the connection is closed")
        number = next(self._ids)
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        try:
            self._writer.write(encode_line({"id": number, **message}))
            async with asyncio.timeout(answer_seconds):
                return await reply
        except TimeoutError:
            self._writer.transport.abort()
            raise SimulatorUnreachableError(f"no answer within {answer_seconds:g} s") from None
        finally:
            del self._waiting[number]

    def acknowledge(self, number: int) -> None:
        """Tell the network that the reports up to ``number`` are safe."""
        if not self._over:
            self._writer.write(encode_line({"ack": number}))

    async def close(self) -> None:
        """Send what is queued and close."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
        if self._task is not None:
            await self._task

    async def _greet(self, token: str, role: str) -> None:
        self._writer.write(encode_line({"hello": VERSION, "role": role, "token": token}))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = decode_line(await self._reader.readline())
        except (OSError, TimeoutError, ValueError, MalformedMessageError):
            raise SimulatorUnreachableError("what listens there is not the network") from None
        if answer.get("welcome") != VERSION:
            raise SimulatorUnreachableError(str(answer.get("refused", "it speaks otherwise")))

    async def _read(self) -> None:
        try:
            while line := await self._reader.readline():
                message = decode_line(line)
                if "id" not in message:
                    self.pushed.put_nowait(message)
                elif (reply := self._waiting.get(message["id"])) and not reply.done():
                    reply.set_result(message)
        except (OSError, ValueError, MalformedMessageError):
            pass  # a broken connection is over like a closed one
        finally:
            self._over = True
            self._writer.close()
            for reply in self._waiting.values():
                if not reply.done():
                    reply.set_exception(SimulatorUnreachableError("the connection was lost"))
            self.pushed.put_nowait(None)
