"""One command, one effect, however often it is sent (contract 5, idempotency)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from screenpop.domain.commands import ReplyForm, RequestKey
from screenpop.domain.errors import RequestIdReusedError
from screenpop.domain.results import CallResult, Outcome
from screenpop.ports.store import BoundReply, Transaction

__all__ = ["once"]

_FIELDS = tuple(field.name for field in fields(CallResult))


def once(
    tx: Transaction,
    session_id: str,
    request: RequestKey | None,
    now: int,
    perform: Callable[[], CallResult],
    *,
    seat: str | None = None,
) -> Outcome:
    """Perform a command, or give its first reply again.

    The key is claimed before the command decides, so that a twin waits for the first; what the
    command refuses binds nothing. ``seat`` is the asker's: a copy by another app of the session
    must not learn the first one's.

    :raises RequestIdReusedError: another command is bound to the key.
    """
    if request is None:
        return Outcome(perform(), ReplyForm.JSON, replayed=False)
    bound = tx.bound_reply(session_id, request.key_space, request.request_id)
    if bound is not None:
        if bound.fingerprint != request.fingerprint:
            raise RequestIdReusedError
        result = CallResult(**bound.result)
        if seat is not None:
            result = replace(result, seat=seat)
        return Outcome(result, bound.form, replayed=True)
    result = perform()
    reply = BoundReply(
        request.fingerprint, request.form, {name: getattr(result, name) for name in _FIELDS}
    )
    tx.bind_reply(session_id, request.key_space, request.request_id, reply, now)
    return Outcome(result, request.form, replayed=False)
