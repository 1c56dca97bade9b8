"""Refusals of our own API as problem details (RFC 9457; contract 8)."""

from __future__ import annotations

from typing import Any, Final

import structlog
from starlette.responses import JSONResponse

from screenpop.domain.errors import (
    AccessDeniedError,
    ConfigurationChangedError,
    DomainError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    RequestIdReusedError,
    SessionInvalidError,
    StateError,
    TooManyAttemptsError,
)
from screenpop.ports.store import StoreBusyError, StoreUnavailableError
from screenpop.web.limits import TooManyRequestsError
from screenpop.wire.errors import InvalidInput

__all__ = ["ProblemResponse", "problem", "problem_of"]

_STATUS: Final[dict[type[BaseException], int]] = {
    NotAuthenticatedError: 401,
    SessionInvalidError: 403,
    AccessDeniedError: 403,
    NotFoundError: 404,
    InvalidInputError: 400,
    InvalidInput: 400,
    ConfigurationChangedError: 412,
    RequestIdReusedError: 422,
    StateError: 409,
    TooManyAttemptsError: 429,
    TooManyRequestsError: 429,
    StoreBusyError: 429,
    StoreUnavailableError: 503,
}
_TITLES: Final = {
    400: "The request cannot be understood",
    401: "No valid credential",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Not possible now",
    412: "Changed since it was read",
    415: "Not this content type",
    422: "The requestId was used before",
    429: "Too many requests",
    500: "Our own failure",
    503: "Not available now",
}

log = structlog.get_logger(__name__)


class ProblemResponse(JSONResponse):
    """A problem document."""

    media_type = "application/problem+json"


def problem(
    status: int,
    key: str,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> ProblemResponse:
    """Return a problem with our machine key and a sentence that says what to do.

    ``errors`` names each offending field with its reason and cure.
    """
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
        "message": key,
        **({"errors": errors} if errors else {}),
    }
    return ProblemResponse(body, status, {"Cache-Control": "no-store", **(headers or {})})


def problem_of(error: Exception) -> ProblemResponse:
    """Return the problem that answers an error, found by walking its class upwards."""
    for kind in type(error).__mro__:
        status = _STATUS.get(kind)
        if status is not None:
            headers = _headers(error, status)
            further = getattr(error, "errors", None)
            return problem(status, _key(error), _sentence(error), headers=headers, errors=further)
    log.error("request.failed", error=type(error).__name__, exc_info=error)
    detail = "The request failed for a reason of our own. It is in the server's log."
    return problem(500, "internal.error", detail)


def _key(error: Any) -> str:  # noqa: ANN401
    if isinstance(error, DomainError):
        return error.key
    if isinstance(error, StoreUnavailableError):
        return "store.unavailable"
    return "InvalidInput" if isinstance(error, InvalidInput) else "too.many.requests"


def _sentence(error: Exception) -> str:
    if isinstance(error, DomainError):
        return error.sentence
    if isinstance(error, StoreUnavailableError):
        return "The server's database cannot be reached. Send the request again in a moment."
    return str(error) or "Too many requests at once. Try again in a moment."


def _headers(error: Any, status: int) -> dict[str, str] | None:  # noqa: ANN401
    if status not in (429, 503):
        return None
    milliseconds = getattr(error, "retry_after_ms", 1000)
    return {"Retry-After": str(max(1, -(-milliseconds // 1000)))}
