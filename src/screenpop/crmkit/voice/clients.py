"""The voice REST's clients, synchronous and asynchronous (contract 5).

Both repeat a command after a passing fault (no answer, 429, 5xx of a proxy), always with the same
``requestId``: however often it is sent, it is done once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self, TypeVar

import httpx2

from screenpop.crmkit.voice.commands import (
    Command,
    DisposeAndManualDial,
    DisposeCall,
    ManualDial,
)
from screenpop.crmkit.voice.errors import VoiceUnreachableError
from screenpop.crmkit.voice.replies import (
    Answer,
    CallDisposed,
    DialAccepted,
    TryAgain,
    pause_after,
    read_dial,
    read_disposal,
)

__all__ = ["AsyncVoiceClient", "VoiceClient"]

TIMEOUT_S: Final = 10.0
TRIES: Final = 4

Result = TypeVar("Result", DialAccepted, CallDisposed)
Read = Callable[[Command, Answer, int], Result | TryAgain]


class _Voice:
    """What both clients share: where requests go, and what they look like."""

    def __init__(self, server: str, authorization: str | None, tries: int) -> None:
        self._base = f"{server.rstrip('/')}/ameyorestapi/voice/"
        self._authorization = authorization
        self._tries = tries

    def _request(self, command: Command) -> dict[str, Any]:
        # Without this Accept some installations answer dispose-and-dial with a bare "ok".
        headers = {"Accept": "application/json", "sessionId": command.seat.session_value}
        if self._authorization is not None:
            headers["Authorization"] = self._authorization
        return {"url": self._base + command.path, "json": command.body(), "headers": headers}

    def _judge(
        self, command: Command, read: Read[Result], came: httpx2.Response | Exception, tries: int
    ) -> Result | float:
        """The result, or how long to wait before the next try."""
        if isinstance(came, Exception):
            outcome: Result | TryAgain = TryAgain(pause_after(tries), str(came) or repr(came))
        else:
            outcome = read(command, Answer(came.status_code, came.headers, came.content), tries)
        if not isinstance(outcome, TryAgain):
            return outcome
        if tries >= self._tries:
            if outcome.refusal is not None:
                raise outcome.refusal
            raise VoiceUnreachableError(command.request_id, tries, outcome.reason)
        return outcome.pause_s


class VoiceClient(_Voice):
    """Synchronous; one for the whole process, safe for many threads.

    Args:
        server: the console's origin, ``https://console.example``.
        authorization: the account token as the header's value, ``Basic …`` or ``Bearer …``; None
            only where the installation's credentials mode is ``lenient``.
        tries: how often a command is sent at most.
    """

    def __init__(
        self,
        server: str,
        authorization: str | None,
        *,
        tries: int = TRIES,
        timeout_s: float = TIMEOUT_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(server, authorization, tries)
        self._sleep = sleep
        self._http = httpx2.Client(timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def manual_dial(self, command: ManualDial) -> DialAccepted:
        """Dial; success means accepted, the call's fate follows as events.

        Raises:
            VoiceError: the tree is in `screenpop.crmkit.voice.errors`.
        """
        return self._perform(command, read_dial)

    def dispose_call(self, command: DisposeCall) -> CallDisposed:
        """Finish a call.

        Raises:
            VoiceError: the tree is in `screenpop.crmkit.voice.errors`.
        """
        return self._perform(command, read_disposal)

    def dispose_and_manual_dial(self, command: DisposeAndManualDial) -> DialAccepted:
        """Finish a call and dial the next number, both or neither.

        Raises:
            VoiceError: the tree is in `screenpop.crmkit.voice.errors`.
        """
        return self._perform(command, read_dial)

    def _perform(self, command: Command, read: Read[Result]) -> Result:
        tries = 0
        while True:
            tries += 1
            came: httpx2.Response | Exception
            try:
                came = self._http.post(**self._request(command))
            except httpx2.TransportError as error:
                came = error
            judged = self._judge(command, read, came, tries)
            if not isinstance(judged, float):
                return judged
            self._sleep(judged)


class AsyncVoiceClient(_Voice):
    """Asynchronous; otherwise as `VoiceClient`."""

    def __init__(
        self,
        server: str,
        authorization: str | None,
        *,
        tries: int = TRIES,
        timeout_s: float = TIMEOUT_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(server, authorization, tries)
        self._sleep = sleep
        self._http = httpx2.AsyncClient(timeout=timeout_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def manual_dial(self, command: ManualDial) -> DialAccepted:
        """As `VoiceClient.manual_dial`."""
        return await self._perform(command, read_dial)

    async def dispose_call(self, command: DisposeCall) -> CallDisposed:
        """As `VoiceClient.dispose_call`."""
        return await self._perform(command, read_disposal)

    async def dispose_and_manual_dial(self, command: DisposeAndManualDial) -> DialAccepted:
        """As `VoiceClient.dispose_and_manual_dial`."""
        return await self._perform(command, read_dial)

    async def _perform(self, command: Command, read: Read[Result]) -> Result:
        tries = 0
        while True:
            tries += 1
            came: httpx2.Response | Exception
            try:
                came = await self._http.post(**self._request(command))
            except httpx2.TransportError as error:
                came = error
            judged = self._judge(command, read, came, tries)
            if not isinstance(judged, float):
                return judged
            await self._sleep(judged)
