"""Ids minted for one app of one agent session (contract 2).

They lead to the session like its own, but with that app's scopes only, and die with the app.
"""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.app import App
from screenpop.domain.pop import AppSession
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction

__all__ = ["ids_for"]


def ids_for(tx: Transaction, session: AgentSession, app: App, now: int, ids: Draw) -> AppSession:
    """Return what ``app`` has of the session, minting its ids at their first use.

    An app without any scope may not speak, so it gets no ids: so is kind ``page`` by default.
    """
    known = tx.app_session(session.session_id, app.app_id)
    if known is not None and (known.minted_session_id is not None or not app.scopes):
        return known
    row = known or AppSession(session.session_id, app.app_id, session.contact_center_id, now)
    if app.scopes:
        minted = ids.session_id(session.user_id)
        row = replace(row, minted_session_id=minted, minted_seat=ids.seat(minted, session.user_id))
    tx.save_app_session(row)
    return row
