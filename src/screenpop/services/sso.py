"""What single sign-on leaves in the store: CRM sessions, their ends, and notices (contract 4).

The CRMs are asked before a session is made, outside of every transaction; what they answered
comes in with the login, and their sessions end with ours, by whatever road that was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from screenpop.domain.commands import Login
from screenpop.domain.configuration import User
from screenpop.domain.errors import ForceLoginRequiredError, LoginFailedError
from screenpop.domain.pop import AppSession
from screenpop.domain.session import AgentSession
from screenpop.domain.sign_on import CrmSession, SignedOn
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction

__all__ = ["Unused", "abandon", "check", "finish", "keep", "session_ended"]


@dataclass(frozen=True, slots=True)
class Unused:
    """CRM sessions of a login that came to nothing."""

    contact_center_id: int
    crm_sessions: Sequence[CrmSession]


def check(reader: Reader, login: Login) -> User:
    """Return who logs in, if that can succeed; no CRM is asked for a login that cannot.

    :raises LoginFailedError: there is no such user any more.
    :raises ForceLoginRequiredError: the user is logged in, and force was not asked for.
    """
    user = reader.configuration.user(login.user_id)
    if user is None:
        raise LoginFailedError
    if not login.force and reader.live_session_of(user.user_id) is not None:
        raise ForceLoginRequiredError
    return user


def keep(tx: Transaction, session: AgentSession, signed_on: SignedOn, now: int) -> None:
    """Keep what the CRMs answered for a session that begins.

    A CRM may give the id of a session that we were about to end: it is in use again.
    """
    for one in signed_on.crm_sessions:
        tx.drop_sign_offs(one.app_id, one.crm_session_id)
        row = tx.app_session(session.session_id, one.app_id) or AppSession(
            session.session_id, one.app_id, session.contact_center_id, now
        )
        tx.save_app_session(replace(row, crm_session_id=one.crm_session_id))
    for notice in signed_on.notices:
        tx.add_sign_on_notice(session.session_id, notice)


def session_ended(tx: Transaction, session: AgentSession, now: int) -> None:
    """Let every CRM that gave this session one of its own be told that it is over."""
    for row in tx.app_sessions(session.session_id):
        if row.crm_session_id is not None:
            tx.add_sign_off(session.contact_center_id, row.app_id, row.crm_session_id, now)


def abandon(tx: Transaction, unused: Unused, now: int, ids: Draw) -> None:  # noqa: ARG001
    """End CRM sessions that no session of ours will have."""
    for one in unused.crm_sessions:
        tx.add_sign_off(unused.contact_center_id, one.app_id, one.crm_session_id, now)


def finish(tx: Transaction, sign_off_ids: Sequence[int], now: int, ids: Draw) -> None:  # noqa: ARG001
    """Note that these CRMs were told, or asked often enough."""
    tx.finish_sign_offs(sign_off_ids)
