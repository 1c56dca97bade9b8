"""The SDK's methods that only read (contract 6, "Results"), as the asking app may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from screenpop.domain.app import Scope
from screenpop.domain.association import OPEN, Association, AssociationState, call_for
from screenpop.domain.call import Call
from screenpop.domain.configuration import Configuration, DispositionPlan
from screenpop.domain.errors import AccessDeniedError, NotFoundError
from screenpop.domain.events import facts_of
from screenpop.ports.bus import session_stream
from screenpop.ports.store import Reader
from screenpop.services.acting import Actor
from screenpop.services.screen_pop import LOCALE
from screenpop.web.plan_lists import campaign_entries, class_entries, code_entry
from screenpop.web.sdk.arguments import Fields, named
from screenpop.web.sight import as_seen_by, concerns, number_for, sight_of
from screenpop.web.translate import facts_to_wire, session_to_wire
from screenpop.wire.events import PAYLOAD_FIELDS

__all__ = ["QUERIES", "Query", "Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks, what, and when (epoch milliseconds)."""

    reader: Reader
    actor: Actor
    args: Sequence[Any]
    now: int

    @property
    def configuration(self) -> Configuration:
        """The configuration as of the reading."""
        return self.reader.configuration


@dataclass(frozen=True, slots=True)
class Query:
    """A method that only reads."""

    scope: Scope
    answer: Callable[[Question], object]


def _context(question: Question) -> dict[str, Any]:
    """Answer ``getContext``; ``frame`` and ``interactionId`` are for the host to say."""
    actor = question.actor
    session, app = actor.session, actor.app
    sight = sight_of(question.reader, session, app)
    ids = as_seen_by(sight, session_to_wire(session, question.reader.seats(session.session_id)))
    granted = Scope if app is None else app.scopes
    return {
        "scopes": [scope.value for scope in Scope if scope in granted],
        "userId": session.user_id,
        "userName": session.user_name,
        "userType": session.user_type,
        "sessionId": ids["sessionId"],
        "userCrtObjectIds": ids["userCrtObjectIds"] or None,
        "campaigns": list(session.campaign_ids),
        "contactCenterId": session.contact_center_id,
        "processId": session.process_id,
        "locale": LOCALE,
        "appId": None if app is None else app.app_id,
        "frame": None,
        "interactionId": None,
    }


def _state(question: Question) -> dict[str, Any]:
    wire = session_to_wire(question.actor.session, [])
    return {name: wire[name] for name in ("state", "ready", "breakReason", "autoCall")}


#: Which of several open calls is the current one.
_FIRST: Final = (
    AssociationState.CONNECTED,
    AssociationState.RINGING,
    AssociationState.INITIATED,
    AssociationState.HELD,
    AssociationState.WRAP,
)


def _current(question: Question) -> dict[str, Any] | None:
    """Answer ``getCurrent``: the named call, else the one the agent is busy with."""
    fields = Fields(named(question.args, "interactionId"))
    wanted = fields.call(required=False)
    fields.command()
    if wanted is not None:
        return _named(question, wanted)
    opened = _open(question)
    opened.sort(key=lambda pair: _FIRST.index(pair[1].state))
    if not opened:
        return None
    return _payload(question, *opened[0])


def _named(question: Question, any_id: str) -> dict[str, Any] | None:
    """Return one call of this agent's, also one that is over, if the app may hear of it."""
    call = question.reader.call(any_id)
    if call is None:
        return None
    session_id = question.actor.session.session_id
    mine = question.reader.association_with(session_id, call.crt_object_id)
    if mine is None or not concerns(question.actor.app, call_for(call, mine)):
        return None
    return _payload(question, call, mine)


def _all(question: Question) -> list[dict[str, Any]]:
    return [_payload(question, call, association) for call, association in _open(question)]


def _open(question: Question) -> list[tuple[Call, Association]]:
    """Return the open calls that the asking app may hear of, oldest first."""
    reader = question.reader
    found = []
    for association in reader.open_associations(question.actor.session.session_id):
        call = reader.call(association.crt_object_id)
        if call is None or association.state not in OPEN:
            continue
        if concerns(question.actor.app, call_for(call, association)):
            found.append((call, association))
    return found


def _payload(question: Question, call: Call, association: Association) -> dict[str, Any]:
    """Return a call as its next event would tell it; ``seq`` says up to which event it is so."""
    reader, actor = question.reader, question.actor
    session = actor.session
    payload: dict[str, Any] = dict.fromkeys(PAYLOAD_FIELDS)
    payload |= facts_to_wire(facts_of(call, association), reader.configuration)
    payload |= {
        "timestamp": question.now,
        "seq": reader.last_seq(session_stream(session.session_id)),
        "systemDisposition": call.system_disposition.value if call.system_disposition else None,
        "hangupCause": call.hangup_cause,
        "wrapEndsAt": association.wrap_ends_at,
    }
    seen = as_seen_by(sight_of(reader, session, actor.app), payload)
    return seen | number_for(actor.app, call.phone)


def _campaigns(question: Question) -> list[dict[str, Any]]:
    return campaign_entries(question.configuration, _assigned(question))


def _plan(question: Question) -> DispositionPlan:
    fields = Fields(named(question.args, "campaignId"))
    campaign = fields.number("campaignId", required=True)
    fields.command()
    if campaign is None or campaign not in question.configuration.campaign_by_id:
        raise NotFoundError(f"There is no campaign {campaign}.")
    if campaign not in _assigned(question):
        raise AccessDeniedError(f"Campaign {campaign} is not assigned to this agent.")
    return question.configuration.plan_of(campaign)


def _assigned(question: Question) -> Sequence[int]:
    session = question.actor.session
    user = question.configuration.user(session.user_id)
    return session.campaign_ids if user is None else user.campaign_ids


def _codes(question: Question) -> list[dict[str, Any]]:
    return [
        {**code_entry(code), "needsCallbackTime": code.needs_callback_time}
        for code in _plan(question).codes
    ]


def _break_reasons(question: Question) -> tuple[str, ...]:
    centre = question.actor.session.contact_center_id
    return question.configuration.break_reasons_of(centre)


QUERIES: Final[dict[str, Query]] = {
    "session.getContext": Query(Scope.SESSION_READ, _context),
    "session.getState": Query(Scope.SESSION_READ, _state),
    "interaction.getCurrent": Query(Scope.INTERACTION_READ, _current),
    "interaction.getAll": Query(Scope.INTERACTION_READ, _all),
    "configuration.getCampaigns": Query(Scope.CONFIGURATION_READ, _campaigns),
    "configuration.getDispositionCodes": Query(Scope.CONFIGURATION_READ, _codes),
    "configuration.getDispositionCodesWithDispositionClass": Query(
        Scope.CONFIGURATION_READ, lambda question: class_entries(_plan(question))
    ),
    "configuration.getBreakReasons": Query(
        Scope.CONFIGURATION_READ, lambda question: list(_break_reasons(question))
    ),
}
"""Every method that only reads and is the server's (contracts/sdk-catalogue.json)."""
