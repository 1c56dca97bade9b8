"""What a request to the older calls brings (contract 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Scope

from screenpop.domain.commands import Acting
from screenpop.wire.credentials import SessionValue, classify
from screenpop.wire.errors import InvalidInput
from screenpop.wire.legacy import read_form, read_pairs

__all__ = ["OlderRequest", "acting_for", "read_older_request"]


@dataclass(frozen=True, slots=True)
class OlderRequest:
    """The query with the form of a POST over it; names in lower case, blank values left out."""

    method: str
    address: str
    values: Mapping[str, str]
    header_session: str | None


def read_older_request(scope: Scope, body: bytes) -> OlderRequest:
    """Read query and form.  Raises `InvalidInput` where they cannot be read."""
    content_type, header_session = "", None
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value.decode("latin-1")
        elif name == b"sessionid":
            header_session = header_session or value.decode("latin-1")
    values = read_pairs(scope["query_string"])
    if scope["method"] == "POST":
        values = {**values, **read_form(content_type, body)}
    client = scope.get("client")
    return OlderRequest(scope["method"], client[0] if client else "", values, header_session)


def acting_for(session: object) -> Acting:
    """Give who acts by a session value, the only credential of the older calls.

    Raises `InvalidInput` when there is none.
    """
    text = str(session).strip() if session is not None else ""
    if not text:
        raise InvalidInput(
            "parameter expected in input: sessionId",
            hint="Send sessionId, as it stands in the URL that opened the page.",
            details=["sessionId"],
        )
    value = classify(text)
    return Acting(value.text if isinstance(value, SessionValue) else text, session_suffices=True)
