"""Asterisk's REST interface (ARI): requests over HTTP, events over a WebSocket."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from screenpop.adapters.telephony.asterisk.errors import AriRefusedError, AriUnreachableError

__all__ = ["Ari", "AriAccount", "AriEvents"]

#: Seconds within which Asterisk answers a request (brief enough for a caller who waits, long
#: enough for a machine that is busy).
_ANSWER_SECONDS: Final = 10.0
#: Seconds between two signs of life on the WebSocket, and for which one may be late.
_PING_SECONDS: Final = 5.0
_PONG_SECONDS: Final = 15.0
#: What we listen to; Asterisk sends nothing else.
_EVENTS: Final = (
    "ApplicationReplaced",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "ChannelHangupRequest",
    "ChannelStateChange",
    "Dial",
    "StasisEnd",
    "StasisStart",
)
Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class AriAccount:
    """Where Asterisk's REST interface is, and who we are there."""

    #: Scheme, host and port, such as ``http://127.0.0.1:8088``.
    url: str
    user: str
    secret: str = field(repr=False)
    #: Name of the Stasis application.
    app: str = "screenpop"


class AriEvents:
    """An open WebSocket; iterate over it for the events, until it is lost."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        """Give each event as Asterisk wrote it."""
        try:
            async for message in self._socket:
                yield json.loads(message)
        except WebSocketException:
            return

    async def close(self) -> None:
        """Leave; the application's calls go on."""
        await self._socket.close()


class Ari:
    """Speaks with one Asterisk; :meth:`close` it afterwards."""

    def __init__(self, account: AriAccount, answer_seconds: float = _ANSWER_SECONDS) -> None:
        self._account = account
        self._http = httpx2.AsyncClient(
            auth=(account.user, account.secret),
            timeout=answer_seconds,
            # Every call of the machine goes through here; Asterisk is not behind a proxy.
            limits=httpx2.Limits(max_connections=64, max_keepalive_connections=64),
            trust_env=False,
        )
        self._base = account.url.rstrip("/") + "/ari"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def ask(
        self, method: str, *path: str, params: Params | None = None, body: object = None
    ) -> Any:  # noqa: ANN401  # JSON
        """Make a request and return what came back, ``None`` if that was nothing.

        The parts of ``path`` are encoded each for itself.

        :raises AriUnreachableError: there was no answer.
        :raises AriRefusedError: the answer was an error.
        """
        address = "/".join((self._base, *(quote(part, safe="") for part in path)))
        try:
            answer = await self._http.request(method, address, params=params, json=body)
        except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
            raise AriUnreachableError(str(problem) or type(problem).__name__) from problem
        if answer.is_error:
            raise AriRefusedError(answer.status_code, _message(answer))
        try:
            return answer.json() if answer.content else None
        except ValueError as problem:
            raise AriUnreachableError("what answers there is not Asterisk") from problem

    async def listen(self) -> AriEvents:
        """Become the application's subscriber: one that was there before is thrown out.

        :raises AriUnreachableError: the WebSocket could not be opened.
        :raises AriRefusedError: Asterisk does not let us in.
        """
        account = self._account
        credentials = base64.b64encode(f"{account.user}:{account.secret}".encode()).decode()
        query = urlencode({"app": account.app})
        try:
            socket = await connect(
                f"ws{self._base.removeprefix('http')}/events?{query}",
                additional_headers={"Authorization": f"Basic {credentials}"},
                open_timeout=_ANSWER_SECONDS,
                ping_interval=_PING_SECONDS,
                ping_timeout=_PONG_SECONDS,
                close_timeout=0.1,
                compression=None,
                max_size=None,
                proxy=None,
            )
        except InvalidStatus as refused:
            raise AriRefusedError(refused.response.status_code, "no WebSocket") from refused
        except (OSError, TimeoutError, WebSocketException, ValueError) as problem:
            raise AriUnreachableError(str(problem) or type(problem).__name__) from problem
        events = AriEvents(socket)
        try:
            allowed = {"allowed": [{"type": name} for name in _EVENTS]}
            await self.ask("PUT", "applications", account.app, "eventFilter", body=allowed)
        except BaseException:
            await events.close()
            raise
        return events

    async def close(self) -> None:
        """Close the connections for requests."""
        await self._http.aclose()


def _message(answer: httpx2.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return answer.reason_phrase
    message = told.get("message") if isinstance(told, dict) else None
    return str(message or answer.reason_phrase)
