"""One command, one effect, however often it is sent (contract 5, idempotency)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from screenpop.domain.commands import ReplyForm, RequestKey
from screenpop.domain.errors import RequestIdReusedError
from screenpop.domain.results import CallResult, Outcome
from screenpop.ports.store import BoundReply, Transaction

__all__ = ["once"]


def once(
    tx: Transaction,
    session_id: str,
    request: RequestKey | None,
    now: int,
    perform: Callable[[], CallResult],
) -> Outcome:
    """Perform a command, or give its first reply again.

    The key is claimed before the command decides, so that a twin waits for the first; what the
    command refuses binds nothing.

    :raises RequestIdReusedError: another command is bound to the key.
    """
    if request is None:
        return Outcome(perform(), ReplyForm.JSON, replayed=False)
    bound = tx.bound_reply(session_id, request.key_space, request.request_id)
    if bound is not None:
        if bound.fingerprint != request.fingerprint:
            raise RequestIdReusedError
        return Outcome(CallResult(**bound.result), bound.form, replayed=True)
    result = perform()
    reply = BoundReply(request.fingerprint, request.form, asdict(result))
    tx.bind_reply(session_id, request.key_space, request.request_id, reply, now)
    return Outcome(result, request.form, replayed=False)
