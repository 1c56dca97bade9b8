"""Lenient readers: the text of a parameter back to its typed value (contract 3, 2).

A reader never raises: what cannot be read is "no value". ``None`` stands for a parameter that
is missing, empty or the text ``null``.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

from screenpop.wire.urls.values import UserAssociation

MAX_INTEGER = 2**53 - 1
_INTEGER = re.compile(r"[+-]?[0-9]{1,16}")
_TRUE = {"true", "1", "yes", "on"}
_FALSE = {"false", "0", "no", "off"}
_TIMES = ("%Y-%m-%d %H:%M:%S %z", "%Y/%m/%d %H:%M:%S %z")

UNKNOWN_CUSTOMER = -1


def present(text: str | None) -> str | None:
    """The text, unless it is missing, empty or the word ``null``."""
    return None if text in (None, "", "null") else text


def integer(text: str | None) -> int | None:
    """A whole number up to 2^53-1 in size."""
    trimmed = (text or "").strip()
    if not _INTEGER.fullmatch(trimmed):
        return None
    number = int(trimmed)
    return number if abs(number) <= MAX_INTEGER else None


def milliseconds(text: str | None) -> int:
    """A length of time in milliseconds; 0 where nothing was."""
    return integer(text) or 0


def customer_id(text: str | None) -> int | None:
    """A customer's id; text that is no number counts as unknown, -1 (contract 2)."""
    if text is None:
        return None
    number = integer(text)
    return UNKNOWN_CUSTOMER if number is None else number


def boolean(text: str | None) -> bool | None:
    """``true`` or ``false`` without case, and the other common ways to say so."""
    word = (text or "").strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def phone(text: str | None) -> str | None:
    """A number; a leading space was a ``+`` that nobody had encoded."""
    if text is None or not text.strip():
        return None
    return "+" + text[1:] if text[0] == " " else text


def integers(text: str | None) -> tuple[int, ...]:
    """A comma-separated list of ids; entries that are no number are skipped."""
    numbers = (integer(part.strip(" []\"'")) for part in (text or "").split(","))
    return tuple(number for number in numbers if number is not None)


def texts(text: str | None) -> tuple[str, ...]:
    """Ids as ``id``, ``a,b``, ``[a,b]`` or ``["a","b"]``, also when encoded once too often."""
    listed = text or ""
    if listed[:3].lower() in ("%5b", "%22"):
        listed = unquote(listed)
    parts = (part.strip(" []\"'") for part in listed.split(","))
    return tuple(part for part in parts if part and part != "null")


def _json(text: str | None) -> object:
    """JSON, also as JSON in a JSON string or percent-encoded once too often; else ``None``."""
    value: object = text
    for _ in range(3):
        if not isinstance(value, str):
            break
        source = unquote(value) if value[:3].lower() in ("%7b", "%5b", "%22") else value
        try:
            value = json.loads(source, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            return None
    return value


def json_object(text: str | None) -> dict[str, object]:
    """A JSON object; anything else is an empty one."""
    value = _json(text)
    return value if isinstance(value, dict) else {}


def phone_list(text: str | None) -> tuple[str, ...]:
    """``{"phoneList":[…]}``, or the bare list."""
    value = _json(text)
    listed = value.get("phoneList") if isinstance(value, dict) else value
    return tuple(str(entry) for entry in listed) if isinstance(listed, list) else ()


def user_associations(text: str | None) -> tuple[UserAssociation, ...]:
    """The array of ``userAssociations``; either spelling of ``associtionType``."""
    value = _json(text)
    if not isinstance(value, list):
        return ()
    return tuple(_association(entry) for entry in value if isinstance(entry, dict))


def _association(entry: Mapping[str, object]) -> UserAssociation:
    def text(*names: str) -> str | None:
        found = (entry.get(name) for name in names)
        return next((str(value) for value in found if value not in (None, "")), None)

    return UserAssociation(
        user_id=text("userId"),
        association_type=text("associtionType", "associationType"),
        disposition_code=text("dispositionCode"),
        association_id=text("associationId"),
    )


def moment(text: str | None) -> datetime | None:
    """``yyyy-MM-dd HH:mm:ss +0900``, with ``/`` for ``-`` as well."""
    for form in _TIMES:
        try:
            return datetime.strptime((text or "").strip(), form)  # noqa: DTZ007 (forms have %z)
        except ValueError:
            continue
    return None
