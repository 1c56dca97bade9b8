"""Notes kept while they are typed, so that a time-out, reload or take-over keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from screenpop.domain.commands import Acting, DisposeAndDial, DisposeCall
from screenpop.domain.draft import NoteDraft
from screenpop.domain.errors import AccessDeniedError, InvalidInputError
from screenpop.domain.results import Outcome
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction
from screenpop.services import disposing
from screenpop.services.acting import act

__all__ = ["SaveDraft", "dispose_and_dial", "dispose_call", "kept", "save"]

_LONGEST: Final = 20_000
_KEPT_MS: Final = 7 * 24 * 3_600_000
_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep what the agent has typed so far; empty text drops the draft."""

    acting: Acting
    #: ``crtObjectId`` or ``interactionId``.
    call_id: str
    notes: str


def save(tx: Transaction, command: SaveDraft, now: int, ids: Draw) -> None:  # noqa: ARG001
    """Keep a draft; what is older than seven days goes.

    :raises NotAuthenticatedError, SessionInvalidError: see ``act``.
    :raises AccessDeniedError: an app asks, or the call never was this agent's.
    :raises InvalidInputError: the notes are longer than 20,000 characters.
    """
    session = _console(tx, command.acting)
    if len(command.notes) > _LONGEST:
        raise InvalidInputError(f"Notes have at most {_LONGEST} characters; shorten them.")
    call = tx.call(command.call_id)
    if call is None or tx.association_with(session.session_id, call.crt_object_id) is None:
        raise AccessDeniedError("There is no such call, or it never was yours.")
    tx.forget_drafts_before(now - _KEPT_MS)
    if not command.notes:
        tx.forget_draft(call.crt_object_id, session.user_id)
        return
    draft = NoteDraft(
        call.crt_object_id, session.user_id, call.contact_center_id, command.notes, now
    )
    tx.save_draft(draft)


def kept(reader: Reader, acting: Acting) -> list[NoteDraft]:
    """Return the agent's drafts, the latest first.  Errors: as ``save``."""
    session = _console(reader, acting)
    return reader.drafts(session.contact_center_id, session.user_id, _SHOWN)


def dispose_call(tx: Transaction, command: DisposeCall, now: int, ids: Draw) -> Outcome:
    """Dispose as ``disposing.dispose_call`` does; the notes are in it, so their draft goes."""
    outcome = disposing.dispose_call(tx, command, now, ids)
    _forget(tx, command.acting, outcome.result.crt_object_id)
    return outcome


def dispose_and_dial(tx: Transaction, command: DisposeAndDial, now: int, ids: Draw) -> Outcome:
    """Dispose and dial as ``disposing.dispose_and_dial`` does; the old call's draft goes."""
    outcome = disposing.dispose_and_dial(tx, command, now, ids)
    if outcome.result.disposed_crt_object_id is not None:
        _forget(tx, command.dispose.acting, outcome.result.disposed_crt_object_id)
    return outcome


def _forget(tx: Transaction, acting: Acting, crt_object_id: str) -> None:
    tx.forget_draft(crt_object_id, act(tx, acting).session.user_id)


def _console(reader: Reader, acting: Acting) -> AgentSession:
    actor = act(reader, acting)
    if actor.app is not None:
        raise AccessDeniedError("Drafts are the agent's own, not an app's.")
    return actor.session
