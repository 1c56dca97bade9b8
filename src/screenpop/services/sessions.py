"""A session's life: login, selection, keep-alive, logout, expiry (contract 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from screenpop.domain.app import Scope
from screenpop.domain.association import TALKING, AssociationState, AssociationType
from screenpop.domain.call import CallState, SystemDisposition
from screenpop.domain.commands import Acting, Login, Logout, SelectWork
from screenpop.domain.configuration import User
from screenpop.domain.errors import (
    AccessDeniedError,
    AgentBusyError,
    ForceLoginRequiredError,
    InvalidInputError,
    LoginFailedError,
)
from screenpop.domain.events import CampaignsChanged, LoggedIn, LoggedOut
from screenpop.domain.session import AgentSession, AgentState, EndReason, Presence
from screenpop.ports.bus import session_stream
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.services import calls, ending, invitations, queueing, sso, stay
from screenpop.services.acting import act
from screenpop.services.settling import state_changed

__all__ = ["end", "expire", "keep_alive", "login", "logout", "note_seen", "select_work"]

#: A session ends after this, whatever happens (contract 5), in milliseconds.
_MAXIMUM_AGE = 12 * 3_600_000
#: Silence that ends a session which had a console or pinged.
_KEPT_ALIVE_SILENCE = 90_000
#: Silence that ends a session which only ever used REST.
_REST_SILENCE = 8 * 3_600_000


def login(tx: Transaction, command: Login, now: int, ids: Draw) -> AgentSession:
    """Begin a session; with ``force`` the user's other session is ended first.

    :raises LoginFailedError: there is no such user any more.
    :raises ForceLoginRequiredError: the user is logged in, and force was not asked for.
    """
    user = tx.configuration.user(command.user_id)
    if user is None:
        raise LoginFailedError
    other = tx.live_session_of(user.user_id)
    if other is not None:
        if not command.force:
            raise ForceLoginRequiredError
        end(tx, other, EndReason.FORCED_LOGIN, now, ids)
    session_id = ids.session_id(user.user_id)
    campaign_ids = () if command.select_work else user.campaign_ids
    session = AgentSession(
        session_id=session_id,
        contact_center_id=user.contact_center_id,
        process_id=user.process_id,
        user_id=user.user_id,
        user_name=user.name,
        user_type=user.user_type.value,
        campaign_ids=campaign_ids,
        selected_campaign_id=campaign_ids[0] if campaign_ids else None,
        extension="" if command.select_work else _extension(user),
        seat=ids.seat(session_id, user.user_id),
        presence=Presence.READY,
        break_reason=None,
        presence_since=now,
        auto_call=command.auto_call,
        state=AgentState.READY,
        state_since=now,
        idle_since=now,
        created_at=now,
        last_seen_at=now,
        kept_alive=command.console,
    )
    tx.add_session(session)
    sso.keep(tx, session, command.signed_on, now)
    stream = session_stream(session_id)
    tx.append(stream, LoggedIn(now, session.user_id, session_id))
    tx.append(stream, state_changed(session, now))
    tx.set_timer(Timer(TimerKind.SESSION, session_id, _due(session)))
    queueing.offer_waiting(tx, session.contact_center_id, now, ids)
    return session


def _extension(user: User) -> str:
    return user.extension or f"sim-{user.user_id}"


def select_work(tx: Transaction, command: SelectWork, now: int, ids: Draw) -> AgentSession:
    """Choose campaigns and extension; another extension gives another seat.

    :raises InvalidInputError: no campaign or no extension is chosen.
    :raises AccessDeniedError: a campaign is not one of the user's.
    :raises AgentBusyError: the extension cannot change during a call.
    """
    session = act(tx, command.acting, Scope.SESSION_CONTROL).session
    user = tx.configuration.user(session.user_id)
    allowed = user.campaign_ids if user else ()
    if not command.campaign_ids or not command.extension:
        raise InvalidInputError("Choose at least one campaign, and an extension.")
    if any(c not in allowed for c in command.campaign_ids):
        raise AccessDeniedError("One of these campaigns is not assigned to this user.")
    selected = command.selected_campaign_id
    if selected is not None and selected not in command.campaign_ids:
        raise InvalidInputError("The selected campaign must be one of the chosen ones.")
    seat = session.seat
    if session.extension and command.extension != session.extension:
        if any(a.state in TALKING for a in tx.open_associations(session.session_id)):
            raise AgentBusyError("The extension cannot change during a call.")
        seat = ids.seat(session.session_id, session.user_id)
        tx.add_seat(session.session_id, seat)
    session = replace(
        session,
        campaign_ids=command.campaign_ids,
        selected_campaign_id=selected or command.campaign_ids[0],
        extension=command.extension,
        seat=seat,
    )
    tx.save_session(session)
    tx.append(
        session_stream(session.session_id),
        CampaignsChanged(
            at=now,
            session_id=session.session_id,
            user_id=session.user_id,
            campaign_ids=session.campaign_ids,
            selected_campaign_id=session.selected_campaign_id,
            extension=session.extension,
            seats=(seat,),
        ),
    )
    queueing.offer_waiting(tx, session.contact_center_id, now, ids)
    return session


def keep_alive(tx: Transaction, acting: Acting, now: int, ids: Draw) -> AgentSession:  # noqa: ARG001
    """Note that the session's console, or a pinging client, is there."""
    session = act(tx, acting).session
    session = replace(session, last_seen_at=now, kept_alive=True)
    tx.save_session(session)
    tx.set_timer(Timer(TimerKind.SESSION, session.session_id, _due(session)))
    return session


def note_seen(tx: Transaction, seen: Mapping[str, int], now: int, ids: Draw) -> None:  # noqa: ARG001
    """Note when sessions last sent a command; gathered by the edge, so a little late."""
    tx.see_sessions(seen)


def logout(tx: Transaction, command: Logout, now: int, ids: Draw) -> None:
    """End the session at its own wish.

    :raises NotAuthenticatedError, SessionInvalidError: see ``act``.
    """
    session = act(tx, command.acting, Scope.SESSION_CONTROL).session
    end(tx, session, EndReason.LOGOUT, now, ids)


def expire(tx: Transaction, session_id: str, now: int, ids: Draw) -> None:
    """End a session that is too old or silent; else look again when it could be."""
    session = tx.session(session_id)
    if session is None or session.ended_at is not None:
        return
    due = _due(session)
    if due > now:
        tx.set_timer(Timer(TimerKind.SESSION, session_id, due))
        return
    too_old = session.created_at + _MAXIMUM_AGE <= now
    end(tx, session, EndReason.MAXIMUM_AGE if too_old else EndReason.EXPIRED, now, ids)


def _due(session: AgentSession) -> int:
    silence = _KEPT_ALIVE_SILENCE if session.kept_alive else _REST_SILENCE
    return min(session.created_at + _MAXIMUM_AGE, session.last_seen_at + silence)


def end(tx: Transaction, session: AgentSession, reason: EndReason, now: int, ids: Draw) -> None:
    """End a session: its calls are hung up and disposed, an offered one goes on to the next."""
    for association in tx.open_associations(session.session_id):
        call = tx.call(association.crt_object_id)
        if call is None:
            continue
        offered = (
            association.connected_at is None
            and association.association_type is not AssociationType.MANUAL_DIAL
        )
        if association.state is AssociationState.WRAP:
            stay.dispose(tx, call, association, now, stay.FORCED_LOGGED_OFF, settle=False)
        elif offered and call.call_state is not CallState.ENDED:
            leg = tx.leg(association.leg_id)
            if leg is not None and leg.invitation is not None:
                invitations.failed(tx, call, leg, now, "agent.logged.out", settle=False)
                continue
            if leg is not None:
                calls.hang_up_leg(tx, leg, now)
            queueing.take_back(tx, call, association, now, "agent.logged.out", settle=False)
        else:
            call, left = ending.leave_call(
                tx, call, association, now, outcome=SystemDisposition.CALL_HANGUP
            )
            stay.dispose(tx, call, left, now, stay.FORCED_LOGGED_OFF, settle=False)
    ended = replace(
        session, state=AgentState.OFFLINE, state_since=now, ended_at=now, end_reason=reason
    )
    tx.save_session(ended)
    sso.session_ended(tx, session, now)
    stream = session_stream(session.session_id)
    tx.append(stream, state_changed(ended, now))
    tx.append(stream, LoggedOut(now, session.user_id, session.session_id, reason.value))
    tx.cancel_timer(TimerKind.SESSION, session.session_id)
    queueing.offer_waiting(tx, session.contact_center_id, now, ids)
