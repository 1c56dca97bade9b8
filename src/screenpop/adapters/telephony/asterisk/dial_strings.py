"""Where an extension or a telephone number is reached on Asterisk; pure."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["endpoint_of_extension", "endpoint_of_phone"]

_PHONE: Final = re.compile(r"\+?[0-9]{7,}")
#: Nothing that would mean something in a dial string.
_ENDPOINT: Final = re.compile(r"[A-Za-z0-9_.-]+")
_NOT_DIALLED: Final = re.compile(r"[^0-9+*#]")


def endpoint_of_phone(phone: str, trunk: str) -> str | None:
    """Return how a number of the outside world is called; ``None`` if there is no digit in it."""
    number = _NOT_DIALLED.sub("", phone)
    return f"PJSIP/{number}@{trunk}" if number else None


def endpoint_of_extension(extension: str, trunk: str) -> str | None:
    """Return how an agent is rung; ``None`` for what is neither endpoint nor number.

    Seven digits or more, with or without ``+``, are a telephone number; anything else is the
    name of a PJSIP endpoint.
    """
    if _PHONE.fullmatch(extension):
        return endpoint_of_phone(extension, trunk)
    return f"PJSIP/{extension}" if _ENDPOINT.fullmatch(extension) else None
