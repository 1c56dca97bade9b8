"""Which rows a transaction holds, so that no two nodes decide about the same thing.

Every transaction that looks at calls or agents first takes its contact centre's lock, which is
the lock of its queues: *shared* by those that change one call and its agents, *alone* for one
that puts a call into a queue or gives one to an agent.  Under a shared lock calls are locked
before agent sessions, each kind in order of its ids.  What cannot be had in this order makes the
use case run again with the contact centre to itself, where no order matters:

    queues (contact centre)  →  calls, sorted  →  sessions, sorted

A use case need not know: its transaction locks what is loaded.  It has no effect but on the
transaction, so that it may be run again (design 2.3).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Final

from screenpop.adapters.store.postgres.connection import PgConnection

__all__ = ["Locks", "MovedError", "Share", "StrongerLockError"]

#: Keys of advisory locks: all contact centres, and one.
_EVERY: Final = 7372
_ONE: Final = 7373
#: Two contact centres may share a lock; there are as many as a lock's second key has numbers.
_LOCKS: Final = 2**31

_ENTER: Final = {
    0: f"select pg_advisory_xact_lock_shared({_EVERY}, 0), "
    f"pg_advisory_xact_lock_shared({_ONE}, ?::int)",
    1: f"select pg_advisory_xact_lock_shared({_EVERY}, 0), pg_advisory_xact_lock({_ONE}, ?::int)",
}
_ENTER_EVERY: Final = f"select pg_advisory_xact_lock({_EVERY}, 0)"
_CALLS_OF: Final = (
    "select crt_object_id from calls where crt_object_id in (select a.crt_object_id "
    "from associations a where a.session_id = ? and a.state <> 'disposed') "
    'order by crt_object_id collate "C" for update'
)
_NAMES_OF_CALLS: Final = (
    "select crt_object_id from associations where session_id = ? and state <> 'disposed'"
)
_SESSION: Final = "select 1 from sessions where session_id = ? for update"
_CALL: Final = "select 1 from calls where crt_object_id = ? for update"


class Share(IntEnum):
    """How a transaction holds the queues of its contact centre."""

    #: With others; calls and sessions are locked one by one.
    SHARED = 0
    #: The contact centre to itself.
    ALONE = 1
    #: Every contact centre to itself.
    EVERY = 2


class StrongerLockError(Exception):
    """The use case needs more than it has; it must run again with ``share``."""

    def __init__(self, share: Share) -> None:
        super().__init__(f"run again, {share.name}")
        self.share = share


class MovedError(Exception):
    """What was to be locked has changed while we waited; the use case must run again."""


class Locks:
    """What one transaction holds."""

    def __init__(self, connection: PgConnection, share: Share, taken: Callable[[], None]) -> None:
        """Hold nothing yet; contact centres are taken with ``share``.

        ``taken`` hears of every lock: what was read before it may be of yesterday.
        """
        self._taken = taken
        self._db = connection
        self._share = share
        self._centre: int | None = None
        self._calls: set[str] = set()
        self._sessions: set[str] = set()

    @property
    def alone(self) -> bool:
        """No other transaction looks at this contact centre's calls and agents."""
        return self._share is not Share.SHARED

    def enter(self, contact_center_id: int) -> bool:
        """Take a contact centre's queues; tell whether they were not held before."""
        if self._centre == contact_center_id or (
            self._share is Share.EVERY and self._centre is not None
        ):
            return False
        if self._centre is not None:
            raise StrongerLockError(Share.EVERY)
        if self._share is Share.EVERY:
            self._db.execute(_ENTER_EVERY)
        else:
            self._db.execute(_ENTER[self._share], (contact_center_id % _LOCKS,))
        self._centre = contact_center_id
        self._taken()
        return True

    def enter_every(self) -> None:
        """Have all contact centres to ourselves."""
        if self._share is not Share.EVERY:
            raise StrongerLockError(Share.EVERY)
        self.enter(0)

    def need_alone(self, contact_center_id: int) -> None:
        """Have this contact centre to ourselves."""
        if not self.alone:
            raise StrongerLockError(Share.ALONE)
        self.enter(contact_center_id)

    def holds_call(self, crt_object_id: str, contact_center_id: int) -> bool:
        """Tell whether nobody else may change this call now."""
        if self.alone:
            return self._has(contact_center_id)
        return crt_object_id in self._calls

    def holds_session(self, session_id: str, contact_center_id: int) -> bool:
        """Tell whether nobody else may change this session now."""
        if self.alone:
            return self._has(contact_center_id)
        return session_id in self._sessions

    def _has(self, contact_center_id: int) -> bool:
        return self._centre == contact_center_id or (
            self._share is Share.EVERY and self._centre is not None
        )

    @property
    def nothing(self) -> bool:
        """No call and no session is held."""
        return not self._calls and not self._sessions

    @property
    def any_session(self) -> bool:
        """Some session is held one by one."""
        return bool(self._sessions)

    def call(self, crt_object_id: str, contact_center_id: int) -> None:
        """Hold a call."""
        self.enter(contact_center_id)
        if self.alone or crt_object_id in self._calls:
            return
        if self._sessions or any(crt_object_id < held for held in self._calls):
            raise StrongerLockError(Share.ALONE)
        self._db.execute(_CALL, (crt_object_id,))
        self._calls.add(crt_object_id)
        self._taken()

    def session(self, session_id: str, contact_center_id: int) -> None:
        """Hold a session."""
        self.enter(contact_center_id)
        if self.alone or session_id in self._sessions:
            return
        if any(session_id < held for held in self._sessions):
            raise StrongerLockError(Share.ALONE)
        self._db.execute(_SESSION, (session_id,))
        self._sessions.add(session_id)
        self._taken()

    def agent(self, session_id: str, contact_center_id: int) -> None:
        """Hold a session and every call that it has open.

        :raises MovedError: a call came while we waited for the session.
        """
        self.enter(contact_center_id)
        if self.alone or session_id in self._sessions:
            return
        if not self.nothing:
            raise StrongerLockError(Share.ALONE)
        self._calls.update(r[0] for r in self._db.execute(_CALLS_OF, (session_id,)).fetchall())
        self.session(session_id, contact_center_id)
        now = {r[0] for r in self._db.execute(_NAMES_OF_CALLS, (session_id,)).fetchall()}
        if not now <= self._calls:
            raise MovedError

    def own_call(self, crt_object_id: str) -> None:
        """Note a call that this transaction makes: nobody else sees it."""
        self._calls.add(crt_object_id)

    def own_session(self, session_id: str) -> None:
        """Note a session that this transaction makes."""
        self._sessions.add(session_id)
