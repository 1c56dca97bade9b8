"""HTML whose values cannot become HTML: whatever is put into a template is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

__all__ = ["Markup", "joined", "markup"]


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def markup(template: str, /, **values: object) -> Markup:
    """Fill ``{name}`` in ``template``; only values that are `Markup` stay as they are.

    Attributes need quotes in the template: ``value="{name}"``. ``None`` becomes nothing.
    """
    return Markup(template.format_map({name: _safe(value) for name, value in values.items()}))


def joined(pieces: Iterable[Markup]) -> Markup:
    """Several pieces, one after the other."""
    return Markup("".join(pieces))


def _safe(value: object) -> str:
    if isinstance(value, Markup):
        return value
    return "" if value is None else escape(str(value))
