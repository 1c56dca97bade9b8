"""From an HTTP answer to a typed result, or to "try again" (contract 5, "Replies"). Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from screenpop.crmkit.voice.commands import Command
from screenpop.crmkit.voice.errors import VoiceRefusedError, VoiceReplyUnreadableError

__all__ = ["Answer", "CallDisposed", "DialAccepted", "TryAgain", "read_dial", "read_disposal"]

_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 30.0
_PASSING: Final = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class DialAccepted:
    """The dial was accepted; its fate follows as events.

    The ids of the new call are None only where the installation is set to answer ``ok``.
    ``disposed_crt_object_id`` is the old call's, after dispose-and-dial. ``replayed``: the server
    had accepted this ``request_id`` before.
    """

    request_id: str
    crt_object_id: str | None = None
    interaction_id: str | None = None
    user_crt_object_id: str | None = None
    campaign_id: int | None = None
    phone: str | None = None
    customer_id: int | None = None
    disposed_crt_object_id: str | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class CallDisposed:
    """The call is finished. ``replayed``: it was so by an earlier try with this ``request_id``."""

    request_id: str
    crt_object_id: str
    interaction_id: str
    user_crt_object_id: str
    campaign_id: int
    disposition_code_id: int
    disposition_code: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class TryAgain:
    """A passing fault: wait, then send the same command.

    ``refusal`` is what the server said with it, to be raised when the last try has failed too.
    """

    pause_s: float
    reason: str
    refusal: VoiceRefusedError | None = None


def pause_after(tries: int) -> float:
    """How long to wait after the ``tries``-th try, in seconds: 0.25, 0.5, 1 and so on."""
    return min(_FIRST_PAUSE_S * 2.0 ** (tries - 1), _LONGEST_PAUSE_S)


def read_dial(command: Command, answer: Answer, tries: int) -> DialAccepted | TryAgain:
    """The result of a dial.

    Raises:
        VoiceRefusedError: the server said no.
        VoiceReplyUnreadableError: the answer is not the voice REST's.
    """
    replayed = _is_replayed(answer)
    if answer.status == 200 and answer.body.strip() == b"ok":
        return DialAccepted(command.request_id, replayed=replayed)
    reply = _reply(command, answer, tries)
    if isinstance(reply, TryAgain):
        return reply
    return DialAccepted(
        request_id=command.request_id,
        crt_object_id=reply.get("crtObjectId"),
        interaction_id=reply.get("interactionId"),
        user_crt_object_id=reply.get("userCrtObjectId"),
        campaign_id=reply.get("campaignId"),
        phone=reply.get("phone"),
        customer_id=reply.get("customerId"),
        disposed_crt_object_id=reply.get("disposedCrtObjectId"),
        replayed=replayed,
    )


def read_disposal(command: Command, answer: Answer, tries: int) -> CallDisposed | TryAgain:
    """The result of a disposal; raises as `read_dial` does."""
    reply = _reply(command, answer, tries)
    if isinstance(reply, TryAgain):
        return reply
    try:
        return CallDisposed(
            request_id=command.request_id,
            crt_object_id=reply["crtObjectId"],
            interaction_id=reply["interactionId"],
            user_crt_object_id=reply["userCrtObjectId"],
            campaign_id=reply["campaignId"],
            disposition_code_id=reply["dispositionCodeId"],
            disposition_code=reply["dispositionCode"],
            replayed=_is_replayed(answer),
        )
    except KeyError as error:
        raise VoiceReplyUnreadableError(command.request_id, answer.status) from error


def _reply(command: Command, answer: Answer, tries: int) -> dict[str, Any] | TryAgain:
    try:
        reply = json.loads(answer.body)
    except (ValueError, RecursionError):
        reply = None
    refusal = _refusal(command, answer.status, reply)
    if answer.status in _PASSING:
        return TryAgain(_pause(answer, tries), f"status {answer.status}", refusal)
    if refusal is not None:
        raise refusal
    if answer.status != 200 or not isinstance(reply, dict) or reply.get("result") != "success":
        raise VoiceReplyUnreadableError(command.request_id, answer.status)
    return reply


def _refusal(command: Command, status: int, reply: object) -> VoiceRefusedError | None:
    if not isinstance(reply, dict) or not isinstance(reply.get("message"), str):
        return None
    code, details = reply.get("code"), reply.get("details")
    return VoiceRefusedError(
        request_id=command.request_id,
        status=status,
        key=reply["message"],
        code=code if isinstance(code, int) else 0,
        info=str(reply.get("info") or ""),
        hint=str(reply.get("hint") or ""),
        details=tuple(map(str, details)) if isinstance(details, list) else (),
    )


def _pause(answer: Answer, tries: int) -> float:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_PAUSE_S) if asked.isdecimal() else pause_after(tries)


def _is_replayed(answer: Answer) -> bool:
    return answer.headers.get("idempotent-replayed", "").casefold() == "true"
