"""What each reader of a session sees of its ids (contract 2, "minted for that app").

One app is sent the same ids on its URLs, in replies and in events; nobody but the session itself
sees the session's own, and no agent's reader sees another agent's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from screenpop.domain.app import App, Scope
from screenpop.domain.configuration import Configuration
from screenpop.domain.pop import ACTING_SCOPES
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader

__all__ = ["Sight", "as_seen_by", "concerns", "may_hear", "number_for", "sight_of"]

_SCOPES: Final = {
    "interaction": Scope.INTERACTION_READ,
    "session": Scope.SESSION_READ,
    "configuration": Scope.CONFIGURATION_READ,
}
#: Parts of a payload that are about sessions again.
_NESTED: Final = ("associations", "session", "interactions")


@dataclass(frozen=True, slots=True)
class Sight:
    """One reader of a session: its console, or an app."""

    session_id: str
    #: ``None``: the session itself reads.
    app_id: str | None = None
    #: What an app is shown; ``None`` for one that may not act.
    minted_session_id: str | None = None
    minted_seat: str | None = None


def sight_of(reader: Reader, session: AgentSession, app: App | None) -> Sight:
    """Return how the session, or one of its apps, sees the session."""
    if app is None:
        return Sight(session.session_id)
    mine = reader.app_session(session.session_id, app.app_id)
    if mine is None or app.scopes.isdisjoint(ACTING_SCOPES):
        return Sight(session.session_id, app.app_id)
    return Sight(session.session_id, app.app_id, mine.minted_session_id, mine.minted_seat)


def may_hear(sight: Sight, namespace: str, configuration: Configuration) -> bool:
    """Tell whether the reader's scopes include events of this namespace."""
    if sight.app_id is None:
        return True
    app = configuration.app_by_id.get(sight.app_id)
    return app is not None and app.enabled and _SCOPES[namespace] in app.scopes


class _Queued(Protocol):
    @property
    def campaign_id(self) -> int: ...

    @property
    def queue_id(self) -> int | None: ...


def concerns(app: App | None, call: _Queued) -> bool:
    """Tell whether an app hears of this call: its campaigns' and its queues', if it has any."""
    if app is None or not (app.campaign_ids or app.queue_ids):
        return True
    return call.campaign_id in app.campaign_ids or call.queue_id in app.queue_ids


def number_for(app: App | None, phone: str) -> dict[str, str]:
    """Return the real number for an app that is granted it in spite of masking (contract 3.5)."""
    return {"phone": phone} if app is not None and app.options.get("original_phone") else {}


def as_seen_by(sight: Sight, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload about the session with its ids as this reader knows them."""
    seen: dict[str, Any] = {}
    for name, value in payload.items():
        if name == "sessionId":
            seen[name] = _session(sight, value)
        elif name == "userCrtObjectId":
            seen[name] = _seat(sight, value)
        elif name == "userCrtObjectIds":
            seats = {_seat(sight, seat): None for seat in value or ()}
            seen[name] = [seat for seat in seats if seat is not None]
        elif name in _NESTED and isinstance(value, Mapping):
            seen[name] = as_seen_by(sight, value)
        elif name in _NESTED and isinstance(value, list):
            seen[name] = [as_seen_by(sight, one) for one in value]
        elif name != "pops" or sight.app_id is None:
            seen[name] = value
    return seen


def _session(sight: Sight, session_id: str | None) -> str | None:
    if session_id != sight.session_id:
        return None
    return session_id if sight.app_id is None else sight.minted_session_id


def _seat(sight: Sight, seat: str | None) -> str | None:
    if seat is None or not seat.startswith(f"{sight.session_id}-uce-"):
        return None
    return seat if sight.app_id is None else sight.minted_seat
