"""Telephone numbers as the rules see them (contract 3.5, 5)."""

from __future__ import annotations

__all__ = ["is_dialable", "masked"]

_LONGEST = 32
_SHOWN_DIGITS = 4


def is_dialable(phone: str) -> bool:
    """Tell whether a number can be dialled: a digit, no letter, at most 32 characters."""
    return (
        len(phone) <= _LONGEST
        and any("0" <= c <= "9" for c in phone)
        and not any(c.isalpha() for c in phone)
    )


def masked(phone: str) -> str:
    """Return the number with all but its last four digits as ``x`` (contract 3.5)."""
    hidden = sum("0" <= c <= "9" for c in phone) - _SHOWN_DIGITS
    shown = []
    for c in phone:
        if "0" <= c <= "9" and hidden > 0:
            shown.append("x")
            hidden -= 1
        else:
            shown.append(c)
    return "".join(shown)
