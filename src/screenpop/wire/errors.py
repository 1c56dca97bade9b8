"""The errors of the public REST: machine keys, statuses and the one envelope (contract 5).

    WireError
    └── InvalidInput        input that cannot be taken: 400, code 40001

`envelope` turns a machine key into the status and the body that every refusal has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final


class WireError(Exception):
    """Something that crosses the public border cannot be taken."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])


class InvalidInput(WireError):
    """The input cannot be read.

    `info` is the text of the envelope's `info`, `hint` says what to do, `details` names each
    offending field in the order of the contract's table.
    """

    def __init__(self, info: str, *, hint: str | None = None, details: Sequence[str] = ()) -> None:
        super().__init__(info)
        self.info = info
        self.hint = hint or "Correct the named input and send the request again."
        self.details = tuple(details)


@dataclass(frozen=True, slots=True)
class ErrorKey:
    """What the envelope says for one machine key when nothing better is known."""

    status: int
    code: int
    info: str
    hint: str


CANNOT_BE_DONE_NOW: Final = 512
"""The status of every command that is well formed but cannot be done now."""


def _now(info: str, hint: str, code: int = 0) -> ErrorKey:
    return ErrorKey(CANNOT_BE_DONE_NOW, code, info, hint)


ERRORS: Final[dict[str, ErrorKey]] = {
    "InvalidInput": ErrorKey(
        400, 40001, "The input cannot be read.", "Correct the input and send the request again."
    ),
    "invalid.authentication.token": ErrorKey(
        401,
        909090,
        "The credential is missing, unknown, expired or revoked.",
        "Send a valid account token in the Authorization header, as Basic or Bearer.",
    ),
    "invalid.session.id": ErrorKey(
        403,
        99999,
        "invalid.session.id",
        "The agent session is missing, unknown or over: take the sessionId of a live login"
        " (the URL parameter sessionId) and send it in the sessionId header.",
    ),
    "access.denied": ErrorKey(
        403,
        0,
        "This is not open to the agent of this session.",
        "Use the seat, campaign and call ids that were given to this very session,"
        " and an account of the same contact centre.",
    ),
    "requested.resource.not.found": ErrorKey(
        404,
        99999,
        "There is nothing at this address.",
        "Compare the path and the ids in it with the documentation.",
    ),
    "method.not.allowed": ErrorKey(
        405, 0, "This path does not take this method.", "Use a method that the Allow header names."
    ),
    "request.id.reused": ErrorKey(
        422,
        42201,
        "This requestId already stands for another command.",
        "Draw a new requestId for every new command; repeat one only with the same fields.",
    ),
    "too.many.requests": ErrorKey(
        429,
        42900,
        "Too many requests.",
        "Wait for the number of seconds in the Retry-After header, then send the request again.",
    ),
    "internal.error": ErrorKey(
        500,
        50000,
        "The server failed on this request.",
        "Send the request again with the same requestId; if it fails again, tell the"
        " administrator when it happened.",
    ),
    "no.active.call": _now(
        "The agent has no open call.", "Dial or answer a call first, or name the call."
    ),
    "agent.busy": _now(
        "The agent is on another call.", "Wait until that call is over, or dispose it first."
    ),
    "call.not.answered": _now(
        "The call is still being offered to the agent.", "Answer or reject the call first."
    ),
    "call.not.connected": _now(
        "The agent and the customer are not connected.", "Wait until the call is connected."
    ),
    "call.not.disposed": _now(
        "The last call is not disposed yet.", "Dispose it with disposeCall, then dial."
    ),
    "call.already.disposed": _now(
        "The call is already disposed.", "Nothing is left to do for it; dial with manualDial."
    ),
    "disposition.disabled.on.active.call": _now(
        "This campaign does not allow a call to be disposed while it is up.",
        "Hang up first, then dispose.",
    ),
    "disposition.not.here": _now(
        "The calls of this campaign are disposed elsewhere: in the CRM, or in the console.",
        "Dispose where the campaign wants it, or ask the administrator to allow both.",
    ),
    "disposition.code.not.found": _now(
        "The call's campaign has no such disposition code.",
        "Take a code from cc/dispositionCodes/getByCampaign of the call's own campaign.",
    ),
    "callback.time.required": _now(
        "This disposition code needs a callback time.",
        "Send callbackTime: epoch milliseconds, RFC 3339, or yyyy-MM-dd HH:mm:ss.",
    ),
    "callback.time.past": _now(
        "The callback time is in the past.", "Send a callbackTime that is still to come."
    ),
    "phone.invalid": _now(
        "The phone number cannot be dialled.",
        "Send at least one digit, no letters, and at most 32 characters.",
    ),
    "agent.not.ready": _now(
        "The agent has not finished logging in.",
        "Select the campaigns and the extension first.",
    ),
    "manual.dial.not.allowed": _now(
        "Manual dialling is not allowed in this campaign.",
        "Dial in another campaign of the login, or ask the administrator to allow it.",
    ),
    "target.not.available": _now(
        "Whom the call is to go to cannot take it now.",
        "Name an agent who is logged in and free, or a queue or campaign of this contact centre.",
    ),
    "digits.invalid": _now("These key tones cannot be sent.", "Send 1 to 32 of 0-9, A-D, * and #."),
    "interaction.ambiguous": _now(
        "Several interactions are open.", "Say which one is meant: send its interactionId."
    ),
    "telephony.unavailable": _now(
        "The agent's extension or the telephone network cannot be reached.",
        "Check that the extension is connected, then try again.",
    ),
    "crm.login.refused": _now(
        "The CRM refused the login.",
        "The reason is the CRM's own; mend it there, or ask its administrator.",
    ),
    "crm.no.answer": _now(
        "The CRM did not answer.",
        "Try again shortly. An administrator can let the app go on without its CRM (sso_optional).",
    ),
    "store.unavailable": _now(
        "The server's database cannot be reached; the command may or may not have been taken.",
        "Send the command again with the same requestId, until it is answered.",
    ),
    "force.login.required": _now(
        "The agent is already logged in elsewhere.",
        "Log in with forceLogin true; that ends the other session.",
        20201,
    ),
    "login.failed": _now(
        "The user name or the password is wrong.",
        "Check both and try again; after five failures wait a minute.",
        20203,
    ),
}
"""Every machine key that the REST can answer, with its status, code and plain texts."""


def envelope(
    key: str,
    *,
    info: str | None = None,
    hint: str | None = None,
    request_id: str | None = None,
    details: Sequence[str] = (),
    status: int | None = None,
) -> tuple[int, dict[str, Any]]:
    """Give the status and the body of the refusal `key` (contract 5, "Errors").

    `info` and `hint` replace the texts of the table, `status` its status. A key that the table
    does not have is a command that cannot be done now: status 512, code 0.
    """
    known = ERRORS.get(key)
    if known is None:
        known = _now(key, "The command cannot be done now; see the message.")
    text = known.info if info is None else info
    answered = known.status if status is None else status
    return answered, {
        "message": key,
        "code": known.code,
        "info": text,
        "hint": known.hint if hint is None else hint,
        "status": answered,
        "result": "failure",
        "reason": text,
        "requestId": request_id,
        "details": list(details),
    }


def invalid_input(error: InvalidInput, request_id: str | None = None) -> tuple[int, dict[str, Any]]:
    """Give the status and the body that answer an `InvalidInput`."""
    return envelope(
        "InvalidInput",
        info=error.info,
        hint=error.hint,
        request_id=request_id,
        details=error.details,
    )
