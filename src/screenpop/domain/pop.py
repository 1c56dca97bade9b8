"""Screen pops: which apps open for a login or a call, and why not (contract 3.1 to 3.3).

The rules are pure; what they decided is kept as one :class:`Pop` per considered app, so that a
frame can be loaded again unchanged and anyone can ask why it did (not) pop.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from screenpop.domain.app import App, IntegrationPoint, PopMoment, Scope
from screenpop.domain.call import Call, CallType
from screenpop.domain.configuration import Configuration
from screenpop.domain.session import AgentSession

__all__ = [
    "ACTING_SCOPES",
    "AppSession",
    "Pop",
    "PopMark",
    "PopRule",
    "point_of_call",
    "rule_of_call",
    "rule_of_login",
    "serves",
]

#: An app with none of these is never sent session and seat ids (contract 6, scopes).
ACTING_SCOPES: Final = frozenset(
    {Scope.INTERACTION_CONTROL, Scope.INTERACTION_DIAL, Scope.INTERACTION_DISPOSE}
)
_PREVIEWS: Final = frozenset({CallType.AUTO_PREVIEW, CallType.MANUAL_PREVIEW})


class PopRule(StrEnum):
    """The rule that decided about one app; only ``MATCHED`` opens it."""

    MATCHED = "matched"
    #: It will open when agent and customer hear each other.
    WAITS_FOR_CONNECT = "waits.for.connect"
    DISABLED = "app.disabled"
    OTHER_PROCESS = "other.process"
    OTHER_CAMPAIGN = "other.campaign"
    OTHER_QUEUE = "other.queue"
    NO_URL = "no.url"


class PopMark(StrEnum):
    """What the console reports of a frame."""

    #: The frame's address was set.
    ASKED = "asked"
    LOADED = "loaded"
    #: The page's SDK spoke to the console.
    HELLO = "hello"


@dataclass(frozen=True, slots=True)
class AppSession:
    """What one app has of one agent session: its own ids, and the CRM's (contract 2, 4)."""

    session_id: str
    app_id: str
    contact_center_id: int
    created_at: int
    #: ``None``: the app has no scope, so it gets no ids.
    minted_session_id: str | None = None
    minted_seat: str | None = None
    #: Given by the CRM under single sign-on.
    crm_session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Pop:
    """What was decided about one app for one association or login.  Times are epoch ms."""

    #: The association; for the login frames the session.
    subject: str
    app_id: str
    contact_center_id: int
    session_id: str
    crt_object_id: str | None
    point: IntegrationPoint
    moment: PopMoment
    rule: PopRule
    app_name: str
    app_revision: int
    #: The administrator's order as of the decision.
    position: int
    decided_at: int
    #: The configured URL as of the pop; empty where nothing opens.
    url: str = ""
    #: The app's options as of the pop that shape its URL.
    options: Mapping[str, object] | None = None
    #: What the URL carries, by the field names of the integration point's values.
    carried: Mapping[str, object] | None = None
    instance_id: str | None = None
    popped_at: int | None = None
    #: How often the frame's address was set: more than once means repeats.
    times_asked: int = 0
    asked_at: int | None = None
    loaded_at: int | None = None
    hello_at: int | None = None


def point_of_call(call: Call) -> IntegrationPoint:
    """Return the integration point that a call opens (contract 3.2, 3.3)."""
    previews = call.call_type in _PREVIEWS
    return IntegrationPoint.PREVIEW if previews else IntegrationPoint.CALL


def rule_of_call(app: App, call: Call) -> PopRule:
    """Return which rule decides whether ``app`` opens for ``call``, whatever the moment.

    An app with campaigns and queues serves the calls of any of them.
    """
    if not app.enabled:
        return PopRule.DISABLED
    if app.process_id != call.process_id:
        return PopRule.OTHER_PROCESS
    in_campaign = call.campaign_id in app.campaign_ids
    in_queue = call.queue_id is not None and call.queue_id in app.queue_ids
    if (app.campaign_ids or app.queue_ids) and not (in_campaign or in_queue):
        return PopRule.OTHER_CAMPAIGN if app.campaign_ids else PopRule.OTHER_QUEUE
    return PopRule.MATCHED if app.urls.get(point_of_call(call)) else PopRule.NO_URL


def rule_of_login(app: App, session: AgentSession, configuration: Configuration) -> PopRule:
    """Return which rule decides whether ``app`` has a login frame in this session."""
    if not app.enabled:
        return PopRule.DISABLED
    if app.process_id != session.process_id:
        return PopRule.OTHER_PROCESS
    if not serves(app, session.campaign_ids, configuration):
        return PopRule.OTHER_CAMPAIGN if app.campaign_ids else PopRule.OTHER_QUEUE
    return PopRule.MATCHED if app.urls.get(IntegrationPoint.LOGIN) else PopRule.NO_URL


def serves(app: App, campaign_ids: Collection[int], configuration: Configuration) -> bool:
    """Tell whether an app can pop for calls of one of these campaigns, or of their queues."""
    if not app.campaign_ids and not app.queue_ids:
        return True
    queues = (configuration.queue_by_id.get(queue_id) for queue_id in app.queue_ids)
    served = app.campaign_ids | {queue.campaign_id for queue in queues if queue is not None}
    return not served.isdisjoint(campaign_ids)
