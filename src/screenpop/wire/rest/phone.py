"""Reading phone numbers (contract 3.5 and 5)."""

import re
import unicodedata
from typing import Final

MAX_PHONE: Final = 32
"""The most characters of a number that is dialled."""

_PLAIN: Final = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)
_MASKED: Final = re.compile(r"\+?[xX]+[0-9]{1,4}")


def read_phone(text: str) -> str | None:
    """Give the number without spaces and separators, a leading `+` kept.

    None means `phone.invalid`: no digit, a letter, or more than 32 characters. Only digits,
    `*`, `#` and the leading `+` are left, so nothing else ever reaches a dial string.
    """
    trimmed = text.strip()
    if _PLAIN.fullmatch(trimmed) is None or len(trimmed) > MAX_PHONE:
        kept = _without_separators(trimmed)
        if kept is None or len(kept) > MAX_PHONE:
            return None
        trimmed = kept
    return trimmed if any(char in "0123456789" for char in trimmed) else None


def is_masked(text: str) -> bool:
    """Say whether a number is masked: `x` for all but the last digits (contract 3.5)."""
    return _MASKED.fullmatch(text.strip()) is not None


def mask_phone(phone: str) -> str:
    """Show all but the last four characters of a number as `x`."""
    return "x" * max(0, len(phone) - 4) + phone[-4:]


def _without_separators(text: str) -> str | None:
    kept = ["+"] if text.startswith("+") else []
    for char in text:
        category = unicodedata.category(char)
        if category == "Nd":
            kept.append(str(unicodedata.decimal(char)))
        elif char in "*#":
            kept.append(char)
        elif category[0] in "LNM":
            return None
    return "".join(kept)
