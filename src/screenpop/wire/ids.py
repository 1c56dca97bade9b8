"""The forms of the public ids (contract 2).

Pure formats: node number, unix time, random text and sequence numbers are arguments. Ids are
looked up, never taken apart; the only parts that are ever read are a seat's session and a
seat's own part.
"""

import re
from typing import Final

MAX_SESSION_ID_BESIDE_USER: Final = 75
"""A session id has at most this many characters besides its userId."""

_SEAT_MARK: Final = "-uce-"
_ALNUM: Final = re.compile(r"[A-Za-z0-9]+")
_USER_ID: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_SESSION: Final = re.compile(r"d[0-9]+-[0-9A-Fa-f]+-ses-\S+", re.IGNORECASE)
_SEAT: Final = re.compile(r"d[0-9]+-[0-9A-Fa-f]+-ses-\S+?-uce-\S+@[0-9]+", re.IGNORECASE)
_SEAT_PART: Final = re.compile(r"\S+@[0-9]+")
_CALL: Final = {
    "crtObjectId": re.compile(r"d[0-9]+-[0-9a-f]+-vce-[0-9]+"),
    "interactionId": re.compile(r"d[0-9]+-[0-9a-f]+-int-[0-9]+"),
    "callId": re.compile(r"d[0-9]+-[0-9a-f]+-vcall-[0-9]+"),
    "associationId": re.compile(r"d[0-9]+-[0-9a-f]+--assoc--[0-9]+"),
}


def is_user_id(text: str) -> bool:
    """Say whether a text may be a userId (contract 1)."""
    return (
        _USER_ID.fullmatch(text) is not None
        and _SEAT_MARK not in text.lower()
        and "-ses-" not in text.lower()
    )


def session_id(node: int, started: int, user_id: str, random: str, seq: int) -> str:
    """Form a session id; `started` is a unix time in seconds, `random` 22 to 32 of A-Z a-z 0-9.

    Raises `ValueError` when a part is outside of the contract's limits.
    """
    if not is_user_id(user_id):
        raise ValueError(f"no userId: {user_id!r}")
    if not 22 <= len(random) <= 32 or not _is_alnum(random):
        raise ValueError("the random part of a session id has 22 to 32 of A-Z a-z 0-9")
    text = f"{_origin(node, started)}-ses-{user_id}-appId-App-Server-{random}-{seq}"
    if len(text) > MAX_SESSION_ID_BESIDE_USER + len(user_id):
        raise ValueError("the node or sequence number is too large for a session id")
    return text


def user_crt_object_id(session: str, user_id: str, random: str, number: int) -> str:
    """Form a seat's id; `random` has 8 of A-Z a-z 0-9. Raises `ValueError` if it has not."""
    if len(random) != 8 or not _is_alnum(random):
        raise ValueError("the random part of a seat has 8 of A-Z a-z 0-9")
    return f"{session}{_SEAT_MARK}{user_id}{random}@{number}"


def crt_object_id(node: int, started: int, seq: int) -> str:
    """Form the id of a call."""
    return f"{_origin(node, started)}-vce-{seq}"


def interaction_id(node: int, started: int, seq: int) -> str:
    """Form the id of an interaction."""
    return f"{_origin(node, started)}-int-{seq}"


def call_id(node: int, started: int, seq: int) -> str:
    """Form a `callId`."""
    return f"{_origin(node, started)}-vcall-{seq}"


def association_id(node: int, started: int, seq: int) -> str:
    """Form the id of an association."""
    return f"{_origin(node, started)}--assoc--{seq}"


def iframe_id(app_id: str | int, interaction_seq: int | None = None) -> str:
    """Form the id of a frame: of the login frame, or of the frame of one interaction."""
    return f"app-{app_id}" if interaction_seq is None else f"app-{app_id}-{interaction_seq}"


def looks_like_session_id(text: str) -> bool:
    """Say whether a text has the form of a session id, or of a seat that starts with one."""
    return _SESSION.fullmatch(text) is not None


def looks_like_seat(text: str) -> bool:
    """Say whether a text has the form of a `userCrtObjectId`, also with further seat parts."""
    return _SEAT.fullmatch(text) is not None


def looks_like(name: str, text: str) -> bool:
    """Say whether a text has the form of the id `name`, one of the four ids of a call."""
    return _CALL[name].fullmatch(text) is not None


def seat_session(text: str) -> str:
    """Give the session a seat starts with: what stands before the first `-uce-`."""
    return text.partition(_SEAT_MARK)[0]


def own_seat(text: str) -> str:
    """Give the seat without further `-uce-…@<n>` parts that may follow it (guide, sample 3).

    A text that has no seat's form is given back as it is: it is looked up, and not found.
    """
    session, *parts = text.split(_SEAT_MARK)
    if len(parts) < 2 or not all(_SEAT_PART.fullmatch(part) for part in parts[1:]):
        return text
    return f"{session}{_SEAT_MARK}{parts[0]}"


def _origin(node: int, started: int) -> str:
    if node < 0 or not 0 <= started < 2**32:
        raise ValueError("an id needs a node number and a unix time of 32 bits")
    return f"d{node}-{started:08x}"


def _is_alnum(text: str) -> bool:
    return _ALNUM.fullmatch(text) is not None
