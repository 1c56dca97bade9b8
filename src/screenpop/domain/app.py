"""Apps: the web pages that an administrator lets the console embed (contract 1, 3, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "ALL_SCOPES",
    "App",
    "AppKind",
    "IntegrationPoint",
    "Placement",
    "PopMoment",
    "Scope",
    "SessionPolicy",
]


class AppKind(StrEnum):
    """What sort of page an app is; decides its defaults (contract 6, scopes)."""

    CRM = "crm"
    #: Knowledge base or script: gets its own placeholders only, and no scope.
    PAGE = "page"


class IntegrationPoint(StrEnum):
    """The moment at which an app's URL is opened (contract 3)."""

    LOGIN = "login"
    CALL = "call"
    PREVIEW = "preview"
    DISPOSE = "dispose"


class PopMoment(StrEnum):
    """When the call URL is opened (contract 3.2)."""

    ARRIVAL = "arrival"
    CONNECT = "connect"


class Placement(StrEnum):
    """Where the console shows the app."""

    TAB = "tab"
    SIDE = "side"


class SessionPolicy(StrEnum):
    """How an agent's session in the CRM is made (contract 4)."""

    NONE = "none"
    COOKIE = "cookie"
    SSO = "sso"


class Scope(StrEnum):
    """What an app may do (contract 6)."""

    INTERACTION_READ = "interaction:read"
    INTERACTION_CONTROL = "interaction:control"
    INTERACTION_DIAL = "interaction:dial"
    INTERACTION_DISPOSE = "interaction:dispose"
    SESSION_READ = "session:read"
    SESSION_CONTROL = "session:control"
    CONFIGURATION_READ = "configuration:read"
    UI = "ui"


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class App:
    """A page with its URL per integration point and what it may do."""

    app_id: str
    contact_center_id: int
    process_id: int
    name: str
    urls: Mapping[IntegrationPoint, str]
    kind: AppKind = AppKind.CRM
    #: Empty: every campaign and queue of the process.
    campaign_ids: frozenset[int] = frozenset()
    queue_ids: frozenset[int] = frozenset()
    pop_moment: PopMoment = PopMoment.ARRIVAL
    placement: Placement = Placement.TAB
    session_policy: SessionPolicy = SessionPolicy.NONE
    scopes: frozenset[Scope] = ALL_SCOPES - {Scope.SESSION_CONTROL}
    #: Web origins, besides those of its URLs, that its pages may speak from.
    origins: tuple[str, ...] = ()
    enabled: bool = True
    #: Position in the administrator's order; the first matching app is shown.
    position: int = 0
    revision: int = 1
    #: It was made or changed by the API, not by the configuration file alone.
    by_api: bool = False
    options: Mapping[str, object] = field(default_factory=dict)
