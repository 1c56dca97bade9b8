"""Replies of the public REST; the one place where an error becomes its envelope (contract 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from starlette.types import Send

from screenpop.domain.errors import (
    DomainError,
    InvalidInputError,
    SessionInvalidError,
    TooManyAttemptsError,
)
from screenpop.ports.store import StoreBusyError, StoreUnavailableError
from screenpop.web.limits import TooManyRequestsError
from screenpop.wire.errors import InvalidInput, envelope, invalid_input

__all__ = ["Headers", "Reply", "json_reply", "key_reply", "refusal", "text_reply"]

Headers = tuple[tuple[bytes, bytes], ...]

_JSON: Final = b"application/json; charset=utf-8"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_TEXT: Final = b"text/plain; charset=utf-8"

_log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP reply; it is never stored by a cache."""

    status: int
    body: bytes
    content_type: bytes = _JSON
    headers: Headers = ()

    async def send(self, send: Send, headers: Headers = ()) -> None:
        """Send the reply, with the headers that its room adds."""
        kind = ((b"content-type", self.content_type),) if self.body else ()
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [
                    *kind,
                    (b"content-length", str(len(self.body)).encode()),
                    (b"cache-control", b"no-store"),
                    *self.headers,
                    *headers,
                ],
            }
        )
        await send({"type": "http.response.body", "body": self.body})


def json_reply(value: object, *, status: int = 200, headers: Headers = ()) -> Reply:
    """Give a JSON reply."""
    return Reply(status, _ENCODER.encode(value).encode(), headers=headers)


def text_reply(body: bytes, *, headers: Headers = ()) -> Reply:
    """Give a plain text reply, exactly these bytes."""
    return Reply(200, body, _TEXT, headers)


def refusal(error: BaseException, request_id: str | None = None) -> Reply:
    """Give the envelope that answers an error, found by walking the error's class upwards.

    What no rule knows is our own failure: it is logged, and told without its inside.
    """
    for kind in type(error).__mro__:
        answer = _ANSWERS.get(kind)
        if answer is not None:
            return answer(error, request_id)
    _log.error("request failed", error=type(error).__name__, exc_info=error)
    return _envelope(envelope("internal.error", request_id=request_id))


def key_reply(
    key: str, *, hint: str | None = None, request_id: str | None = None, headers: Headers = ()
) -> Reply:
    """Give the envelope of a machine key that the edge itself found."""
    return _envelope(envelope(key, hint=hint, request_id=request_id), headers)


def _envelope(answer: tuple[int, Mapping[str, Any]], headers: Headers = ()) -> Reply:
    status, body = answer
    return json_reply(body, status=status, headers=headers)


def _input(error: Any, request_id: str | None) -> Reply:  # noqa: ANN401
    return _envelope(invalid_input(error, request_id))


def _domain(error: Any, request_id: str | None) -> Reply:  # noqa: ANN401
    default = " ".join((type(error).__doc__ or "").split())
    told = None if error.sentence == default else error.sentence
    return _envelope(envelope(error.key, info=told, request_id=request_id))


def _session(error: Any, request_id: str | None) -> Reply:  # noqa: ANN401
    # The field reads `info`; our own sentence goes into the hint.
    default = " ".join((type(error).__doc__ or "").split())
    told = None if error.sentence == default else error.sentence
    return _envelope(envelope(error.key, hint=told, request_id=request_id))


def _wait(milliseconds: int, request_id: str | None) -> Reply:
    seconds = max(1, -(-milliseconds // 1000))
    return _envelope(
        envelope(
            "too.many.requests",
            hint=f"Wait {seconds} s (the Retry-After header), then send the request again.",
            request_id=request_id,
        ),
        ((b"retry-after", str(seconds).encode()),),
    )


_ANSWERS: Final[dict[type[BaseException], Callable[[Any, str | None], Reply]]] = {
    InvalidInput: _input,
    DomainError: _domain,
    InvalidInputError: _domain,
    SessionInvalidError: _session,
    TooManyAttemptsError: lambda error, request_id: _wait(error.retry_after_ms, request_id),
    TooManyRequestsError: lambda error, request_id: _wait(error.retry_after_ms, request_id),
    StoreBusyError: lambda _error, request_id: _wait(1000, request_id),
    StoreUnavailableError: lambda _error, request_id: key_reply(
        "store.unavailable", request_id=request_id, headers=((b"retry-after", b"1"),)
    ),
}
