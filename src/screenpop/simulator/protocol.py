"""Messages between the simulated network and its clients: JSON objects, one a line.

The client begins with ``{"hello": 1, "role": "controller"|"control", "token": …}`` and is told
``{"welcome": 1}`` or ``{"refused": reason}``.  Then each side sends what it has::

    client  {"id": n, "command": {"type": "RingAgent", …}}       a command (controller only)
            {"id": n, "live": true}                               which legs are alive
            {"id": n, "far": "place"|"hangup"|"answer"|"dtmf"|"list", …}   a far end's deed
            {"ack": number}                                       reports up to here are safe
    network {"id": n, …}                                          reply: done
            {"id": n, "error": key, "message": sentence}          reply: refused
            {"number": n, "report": {"type": "LegRinging", …}}    a report (controller only)
            {"up": {"at": ms, "legs": [...]}}                     you are the controller now
            {"superseded": true}                                  another one is; good-bye

A new controller is first sent the reports that nobody has acknowledged, then ``up``: its legs
are those alive after these reports and before any later one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, TypeVar

from screenpop.ports.telephony import (
    AnswerLeg,
    CallOffered,
    Connect,
    DialNumber,
    DtmfReceived,
    HangUp,
    HoldLeg,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegsConnected,
    LineCommand,
    LineEvent,
    LiveLeg,
    MuteLeg,
    ResumeLeg,
    RingAgent,
    SendDtmf,
    UnmuteLeg,
)
from screenpop.simulator.errors import MalformedMessageError

_T = TypeVar("_T", bound=LineCommand | LineEvent | LiveLeg)

__all__ = [
    "MAX_LINE",
    "VERSION",
    "decode_command",
    "decode_leg",
    "decode_line",
    "decode_report",
    "encode_fields",
    "encode_line",
]

#: Version of this protocol; the two ends must have the same.
VERSION: Final = 1

#: Longest line that is read, in bytes: a list of some 50,000 legs.
MAX_LINE: Final = 16 * 1024 * 1024

_COMMANDS: Final[dict[str, type[LineCommand]]] = {
    kind.__name__: kind
    for kind in (
        RingAgent,
        DialNumber,
        AnswerLeg,
        Connect,
        HangUp,
        HoldLeg,
        ResumeLeg,
        MuteLeg,
        UnmuteLeg,
        SendDtmf,
    )
}
_REPORTS: Final[dict[str, type[LineEvent]]] = {
    kind.__name__: kind
    for kind in (CallOffered, LegRinging, LegAnswered, LegEnded, LegsConnected, DtmfReceived)
}


def encode_line(message: Mapping[str, Any]) -> bytes:
    """Return a message as one line."""
    return json.dumps(message, separators=(",", ":"), default=encode_fields).encode() + b"\n"


def decode_line(line: bytes) -> dict[str, Any]:
    """Return the message in a line.

    :raises MalformedMessageError: it is no JSON object.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise MalformedMessageError("a line is not JSON") from None
    if not isinstance(message, dict):
        raise MalformedMessageError("a line is not a JSON object")
    return message


def encode_fields(value: LineCommand | LineEvent | LiveLeg) -> dict[str, Any]:
    """Return a command, a report or a live leg as an object with its ``type``."""
    members = {member.name: getattr(value, member.name) for member in fields(value)}
    return {"type": type(value).__name__, **members}


def decode_command(message: object) -> LineCommand:
    """Return the command in an object made by :func:`encode_fields`.

    :raises MalformedMessageError: it is none.
    """
    return _decode(message, _COMMANDS)


def decode_report(message: object) -> LineEvent:
    """Return the report in an object made by :func:`encode_fields`.

    :raises MalformedMessageError: it is none.
    """
    return _decode(message, _REPORTS)


def decode_leg(message: object) -> LiveLeg:
    """Return the live leg in an object made by :func:`encode_fields`.

    :raises MalformedMessageError: it is none.
    """
    return _decode(message, {"LiveLeg": LiveLeg})


def _decode(message: object, kinds: Mapping[str, type[_T]]) -> _T:
    kind = kinds.get(str(message.get("type"))) if isinstance(message, dict) else None
    if kind is None or not isinstance(message, dict):
        raise MalformedMessageError(f"an object is none of {', '.join(kinds)}")
    members: dict[str, Any] = {}
    for name, value in message.items():
        if name != "type":
            members[name] = tuple(value) if isinstance(value, list) else value
    for member in fields(kind):
        if member.name in members and not _fits(str(member.type), members[member.name]):
            raise MalformedMessageError(f"{kind.__name__}.{member.name} is not {member.type}")
    try:
        return kind(**members)
    except TypeError:
        raise MalformedMessageError(f"{kind.__name__} has other fields than these") from None


def _fits(annotation: str, value: object) -> bool:
    """Tell whether a JSON value is what a field of the port's dataclasses asks for."""
    match annotation:
        case "str":
            return isinstance(value, str)
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "str | None":
            return value is None or isinstance(value, str)
        case "int | None":
            return value is None or (isinstance(value, int) and not isinstance(value, bool))
        case "tuple[str, ...]":
            return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
        case _:
            return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
