"""What an HTTP request to the voice REST brings, before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from screenpop.wire.errors import InvalidInput
from screenpop.wire.json_input import MAX_BYTES, is_safe_text, read_json_object, too_large
from screenpop.wire.rest import echoed_request_id

__all__ = ["DisconnectedError", "VoiceRequest", "read_body", "read_request"]

_WITH_BODY: Final = frozenset({"POST", "PUT", "DELETE"})
_NOTHING: Final[Mapping[str, Any]] = {}


class DisconnectedError(Exception):
    """The client went away while it sent its request."""


@dataclass(frozen=True, slots=True)
class VoiceRequest:
    """A request: the credentials' places, and the body or, on a GET, the query.

    `unreadable` is why `values` are empty; it is answered after the credentials were checked.
    """

    method: str
    address: str
    authorization: str | None
    header_session: str | None
    accept: str | None
    values: Mapping[str, Any]
    unreadable: InvalidInput | None
    request_id: str | None

    def value(self, name: str) -> object:
        """Give a value by the contract's name, without case; the contract's spelling counts."""
        if name in self.values:
            return self.values[name]
        folded = name.lower()
        return next((self.values[key] for key in self.values if key.lower() == folded), None)


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """Read a whole body.

    Raises `InvalidInput` over 256 KiB, as soon as that is known, and `DisconnectedError`.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > MAX_BYTES:
            raise too_large()
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BYTES:
            raise too_large()
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def read_request(scope: Scope, body: bytes, *, may_be_empty: bool) -> VoiceRequest:
    """Take a request apart; a body or query that cannot be read is noted, not raised."""
    authorization = header_session = accept = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization = authorization or value.decode("latin-1")
        elif name == b"sessionid":
            header_session = header_session or value.decode("latin-1")
        elif name == b"accept":
            accept = accept or value.decode("latin-1")
    values, unreadable = _NOTHING, None
    try:
        if scope["method"] not in _WITH_BODY:
            values = _query(scope["query_string"])
        elif body.strip() or not may_be_empty:
            values = read_json_object(body)
    except InvalidInput as error:
        unreadable = error
    client = scope.get("client")
    return VoiceRequest(
        method=scope["method"],
        address=client[0] if client else "",
        authorization=authorization,
        header_session=header_session,
        accept=accept,
        values=values,
        unreadable=unreadable,
        request_id=echoed_request_id(values),
    )


def _query(raw: bytes) -> dict[str, str]:
    """Read a query, decoded once; of a name given twice the first counts."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000
        )
    except ValueError as error:
        raise InvalidInput(
            "The query cannot be read.", hint="Encode the query as UTF-8, percent-encoded."
        ) from error
    if not all(is_safe_text(name) and is_safe_text(value) for name, value in pairs):
        raise InvalidInput("The query holds NUL.", hint="Leave such characters out.")
    return dict(reversed(pairs))
