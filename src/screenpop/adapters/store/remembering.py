"""Rows that a transaction has loaded or written, so that it asks for each only once.

A use case and what it calls look at the same session, call, legs and associations many times.
Within one transaction nobody else changes them, so the second look needs no statement; on the
embedded store, which nobody else writes, one batch after another shares these rows.
"""

from __future__ import annotations

from screenpop.adapters.store.connection import ConfigurationHolder, Connection
from screenpop.adapters.store.sql_reader import SqlReader
from screenpop.domain.association import Association, AssociationState
from screenpop.domain.call import Call, Leg
from screenpop.domain.session import AgentSession
from screenpop.ports.store import FoundSession

__all__ = ["RememberingReader"]


class RememberingReader(SqlReader):
    """Look-ups that remember; whoever writes tells it with the ``_remember`` methods."""

    def __init__(self, connection: Connection, holder: ConfigurationHolder) -> None:
        """Begin with nothing in mind."""
        super().__init__(connection, holder)
        self._sessions: dict[str, AgentSession] = {}
        #: Any id of a session → its own id, and the app the id was minted for.
        self._session_ids: dict[str, tuple[str, str | None]] = {}
        self._calls: dict[str, Call] = {}
        #: Any id of a call → its ``crtObjectId``.
        self._call_ids: dict[str, str] = {}
        self._legs: dict[str, Leg] = {}
        self._legs_of_call: dict[str, list[str]] = {}
        self._associations: dict[str, Association] = {}
        self._of_call: dict[str, list[str]] = {}
        self._open_of_session: dict[str, list[str]] = {}

    def _forget_all(self) -> None:
        """Ask for every row again: others may have changed it since."""
        for remembered in (
            self._sessions,
            self._session_ids,
            self._calls,
            self._call_ids,
            self._legs,
            self._legs_of_call,
            self._associations,
            self._of_call,
            self._open_of_session,
        ):
            remembered.clear()

    def _remembered(self) -> int:
        """Return of how many rows the memory is, roughly."""
        return len(self._session_ids) + len(self._calls) + len(self._legs) + len(self._associations)

    # --- sessions -------------------------------------------------------------------------

    def _remember_session(self, session: AgentSession) -> None:
        self._sessions[session.session_id] = session

    def _forget_sessions(self) -> None:
        self._sessions.clear()

    def _forget_session_ids(self) -> None:
        self._session_ids.clear()

    def session(self, session_id: str) -> AgentSession | None:
        known = self._sessions.get(session_id)
        if known is None:
            known = super().session(session_id)
            if known is not None:
                self._sessions[session_id] = known
        return known

    def find_session(self, any_id: str) -> FoundSession | None:
        named = self._session_ids.get(any_id)
        if named is not None:
            session = self.session(named[0])
            return None if session is None else FoundSession(session, named[1])
        found = super().find_session(any_id)
        if found is not None:
            session_id = found.session.session_id
            self._session_ids[any_id] = (session_id, found.app_id)
            self._sessions[session_id] = found.session
        return found

    # --- calls ----------------------------------------------------------------------------

    def _remember_call(self, call: Call) -> None:
        self._calls[call.crt_object_id] = call
        for any_id in (call.crt_object_id, call.interaction_id, call.call_id):
            self._call_ids[any_id] = call.crt_object_id

    def _remember_new_call(self, call: Call) -> None:
        self._remember_call(call)
        # Its legs and associations come after it.
        self._legs_of_call[call.crt_object_id] = []
        self._of_call[call.crt_object_id] = []

    def call(self, any_id: str) -> Call | None:
        crt_object_id = self._call_ids.get(any_id)
        if crt_object_id is not None:
            return self._calls[crt_object_id]
        found = super().call(any_id)
        if found is not None:
            self._remember_call(found)
        return found

    def call_of_leg(self, leg_id: str) -> Call | None:
        leg = self._legs.get(leg_id)
        if leg is not None:
            return self.call(leg.crt_object_id)
        return super().call_of_leg(leg_id)

    # --- legs -----------------------------------------------------------------------------

    def _remember_leg(self, leg: Leg, *, added: bool) -> None:
        self._legs[leg.leg_id] = leg
        of_call = self._legs_of_call.get(leg.crt_object_id)
        if added and of_call is not None:
            of_call.append(leg.leg_id)
            of_call.sort(key=lambda key: (self._legs[key].created_at, len(key), key))

    def leg(self, leg_id: str) -> Leg | None:
        known = self._legs.get(leg_id)
        if known is None:
            known = super().leg(leg_id)
            if known is not None:
                self._legs[leg_id] = known
        return known

    def legs(self, crt_object_id: str) -> list[Leg]:
        named = self._legs_of_call.get(crt_object_id)
        if named is None:
            loaded = super().legs(crt_object_id)
            self._legs.update((leg.leg_id, leg) for leg in loaded)
            self._legs_of_call[crt_object_id] = [leg.leg_id for leg in loaded]
            return loaded
        return [self._legs[leg_id] for leg_id in named]

    # --- associations ---------------------------------------------------------------------

    def _remember_association(self, association: Association, *, added: bool) -> None:
        key = association.association_id
        self._associations[key] = association
        if added:
            for named in (
                self._of_call.get(association.crt_object_id),
                self._open_of_session.get(association.session_id),
            ):
                if named is not None:
                    named.append(key)
                    named.sort(key=lambda k: (self._associations[k].created_at, len(k), k))

    def _named(self, named: list[str] | None) -> list[Association] | None:
        return None if named is None else [self._associations[key] for key in named]

    def _learn(self, loaded: list[Association]) -> list[str]:
        self._associations.update((a.association_id, a) for a in loaded)
        return [a.association_id for a in loaded]

    def association(self, association_id: str) -> Association | None:
        known = self._associations.get(association_id)
        if known is None:
            known = super().association(association_id)
            if known is not None:
                self._associations[association_id] = known
        return known

    def associations(self, crt_object_id: str) -> list[Association]:
        known = self._named(self._of_call.get(crt_object_id))
        if known is None:
            known = super().associations(crt_object_id)
            self._of_call[crt_object_id] = self._learn(known)
        return known

    def open_associations(self, session_id: str) -> list[Association]:
        known = self._named(self._open_of_session.get(session_id))
        if known is None:
            known = super().open_associations(session_id)
        still = [a for a in known if a.state is not AssociationState.DISPOSED]
        self._open_of_session[session_id] = self._learn(still)
        return still
