"""The inverse of composing: a URL back into a typed launch context (contract 3).

Lenient, because URLs also come from elsewhere: names without case, ``+`` as a space, missing,
empty and ``null`` values alike, the first value that is one where a name stands twice.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_plus

from screenpop.wire.urls import reading
from screenpop.wire.urls.parameters import (
    CALL,
    DISPOSE_AGENT,
    DISPOSE_CALL,
    LOGIN,
    STANDARD_NAMES,
    TRUNCATED,
    Parameter,
)
from screenpop.wire.urls.values import DisposeAgentValues, DisposeCallValues, Point

_STANDARD_NAMES = frozenset(name.lower() for name in STANDARD_NAMES)
_URL_START = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://|/")
_PREVIEW_CALL_TYPES = frozenset(("outbound.auto.preview.dial", "outbound.manual.preview.dial"))


def _only(table: tuple[Parameter, ...], other: tuple[Parameter, ...]) -> frozenset[str]:
    others = {parameter.name for parameter in other}
    return frozenset(one.name.lower() for one in table if one.name not in others)


# A parameter that says by its name alone at which point it is sent.
_OF_CALL_PUSH = frozenset(("customercrtid", "systemdisposition", "userassociations"))
_OF_AGENT_PUSH = frozenset(("dispositionclass", "dispositioncode"))
_OF_CALL = _only(CALL, LOGIN)
_OF_LOGIN = _only(LOGIN, CALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchContext:
    """What a page or a server was opened with; ``None`` means "no value".

    ``point`` is ``None`` when nothing in the URL tells it. ``disposal`` has the push's own
    values at the point ``dispose``. ``own`` holds what is not of the standard set (the URL's own
    query, customer columns of a push), by name as written, first value that is one.
    """

    point: Point | None = None
    user_id: str | None = None
    user_name: str | None = None
    session_id: str | None = None
    """As sent: a session id, or ``Bearer <JWT>`` (then see ``session_jwt``)."""
    user_type: str | None = None
    iframe_id: str | None = None
    campaign_ids: tuple[int, ...] = ()
    crm_session_id: str | None = None
    user_crt_object_ids: tuple[str, ...] = ()
    instance_id: str | None = None
    locale: str | None = None
    origin: str | None = None
    contact_center_id: int | None = None
    process_id: int | None = None
    crm_push_generated_time: int | None = None
    """Epoch milliseconds."""
    phone: str | None = None
    disable_disposition_on_active_call: bool | None = None
    association_type: str | None = None
    crt_object_id: str | None = None
    is_orignal_phone_required_in_crm: bool | None = None
    call_type: str | None = None
    display_phone: str | None = None
    interaction_id: str | None = None
    customer_id: int | None = None
    """-1 when unknown."""
    customer: MappingProxyType[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """The columns of ``customerInfo``."""
    customer_info_truncated: bool = False
    queue_id: int | None = None
    queue_name: str | None = None
    dst_phone: str | None = None
    src_phone: str | None = None
    masking_enabled: bool | None = None
    disposal: DisposeAgentValues | DisposeCallValues | None = None
    own: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def campaign_id(self) -> int | None:
        """The call's campaign; of a login's list the first."""
        return self.campaign_ids[0] if self.campaign_ids else None

    @property
    def user_crt_object_id(self) -> str | None:
        """The agent's seat; of a login's list the first."""
        return self.user_crt_object_ids[0] if self.user_crt_object_ids else None

    @property
    def session_jwt(self) -> str | None:
        """The token of a ``sessionId`` in its newer form."""
        scheme, _, token = (self.session_id or "").strip().partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None


def parse(url: str) -> LaunchContext:
    """Read a URL, or a bare query with or without its ``?``. Never raises."""
    found, own = _read(_query_of(url))

    def values_of(table: tuple[Parameter, ...]) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for parameter in table:
            value = parameter.read(found.get(parameter.name.lower()))
            # Twins (session_id, lastStatus) fill one field: the first with a value counts.
            if read.get(parameter.attribute) in (None, ()):
                read[parameter.attribute] = value
        return read

    login, call = values_of(LOGIN), values_of(CALL)
    point = _point(found.keys(), call["call_type"])
    disposal: DisposeAgentValues | DisposeCallValues | None = None
    if point is Point.DISPOSE:
        if found.keys() & _OF_CALL_PUSH:
            disposal = DisposeCallValues(**values_of(DISPOSE_CALL))
            call["crt_object_id"] = call["crt_object_id"] or disposal.crt_object_id
        else:
            disposal = DisposeAgentValues(**values_of(DISPOSE_AGENT))
    seats = login["user_crt_object_ids"] or reading.texts(call.pop("user_crt_object_id"))
    call.pop("user_crt_object_id", None)
    call.pop("campaign_id")
    login.pop("user_crt_object_ids")
    return LaunchContext(
        **(login | call | {"customer": MappingProxyType(call["customer"])}),
        point=point,
        user_crt_object_ids=seats,
        customer_info_truncated=bool(reading.boolean(found.get(TRUNCATED.lower()))),
        disposal=disposal,
        own=MappingProxyType(own),
    )


def _query_of(url: str) -> str:
    before = url.partition("#")[0]
    start, question_mark, query = before.partition("?")
    if _URL_START.match(start):
        return query
    # A bare query may hold a raw "?" or "://" in a value.
    return query if question_mark and "=" not in start else before


def _read(query: str) -> tuple[dict[str, str | None], dict[str, str]]:
    """The standard parameters by name in lower case, and all others by name as written."""
    standard: dict[str, str | None] = {}
    own: dict[str, str] = {}
    for piece in query.split("&"):
        raw_name, _, raw_value = piece.partition("=")
        name, text = unquote_plus(raw_name), unquote_plus(raw_value)
        lowered = name.strip().lower()
        if lowered in _STANDARD_NAMES:
            standard[lowered] = standard.get(lowered) or reading.present(text)
        elif name:
            own[name] = own.get(name) or text
    return standard, own


def _point(names: AbstractSet[str], call_type: str | None) -> Point | None:
    if names & (_OF_CALL_PUSH | _OF_AGENT_PUSH):
        return Point.DISPOSE
    if names & _OF_CALL:
        return Point.PREVIEW if call_type in _PREVIEW_CALL_TYPES else Point.CALL
    return Point.LOGIN if names & _OF_LOGIN else None
