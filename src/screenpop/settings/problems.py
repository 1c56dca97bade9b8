"""One thing that is wrong with a configuration, where it stands, and what to do about it.

Values never appear in a problem that was found by a form (they may be secrets); ids and names do
where a reader needs them to find the item.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

__all__ = ["KeyPath", "KnownKeys", "Problem", "as_sentence", "problems_of", "suggestion"]

KeyPath = tuple[str | int, ...]
"""Keys and positions from the file's top, e.g. ``("campaign", 0, "process")``."""

KnownKeys = Mapping[str, Sequence[str]]
"""The keys of each table, by the table's path without positions, e.g. ``"app.urls"``."""

#: What to write, by the kind of mistake that Pydantic names.
_CURES: Mapping[str, tuple[str, str]] = {
    "missing": ("it is missing", "Add it to this table"),
    "string_type": ("it is no text", "Put the value in quotes"),
    "int_type": ("it is no whole number", "Write digits without quotes"),
    "int_parsing": ("it is no whole number", "Write digits without quotes"),
    "int_from_float": ("it is no whole number", "Write digits without a point"),
    "float_type": ("it is no number", "Write digits without quotes"),
    "float_parsing": ("it is no number", "Write digits without quotes"),
    "bool_type": ("it is neither true nor false", "Write true or false without quotes"),
    "bool_parsing": ("it is neither true nor false", "Write true or false without quotes"),
    "tuple_type": ("it is no list", "Put the values in square brackets"),
    "model_type": ("it is no table", "Write it as a table with keys"),
    "string_too_short": ("it is empty", "Write a text"),
    "string_pattern_mismatch": ("it is no name", "Use letters, digits, and . _ - only"),
    "too_short": ("the list is empty", "Write at least one value"),
    "path_type": ("it is no path", "Put the value in quotes"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem at ``path``; ``reason`` and ``cure`` are clauses without their full stop.

    ``line`` counts from 1, 0 where there is none; ``variable`` is the environment variable that
    the value came from, if it did not come from the file.
    """

    path: KeyPath
    reason: str
    cure: str
    line: int = 0
    variable: str = ""

    @property
    def key(self) -> str:
        """The key as one writes it in the file, e.g. ``campaign.process``."""
        return ".".join(part for part in self.path if isinstance(part, str))

    def line_for(self, file: Path) -> str:
        """Return the problem as one line of text."""
        place = self.variable or (f"{file}:{self.line}" if self.line else str(file))
        key = f"{self.key}: " if self.key else ""
        return f"{place}: {key}{as_sentence(self.reason)} {as_sentence(self.cure)}"


def as_sentence(clause: str) -> str:
    """Return the clause as a sentence on one line; a question keeps its mark."""
    one_line = " ".join(clause.split()).rstrip(".")
    return one_line if one_line.endswith("?") else f"{one_line}."


def suggestion(written: str, known: Sequence[str]) -> str:
    """Return the cure for a name that is not known: the likeliest one, or all of them."""
    close = difflib.get_close_matches(written.casefold(), known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known here: {', '.join(known)}" if known else "Take it out"


def problems_of(error: ValidationError, known: KnownKeys) -> Iterator[Problem]:
    """Yield a problem for each thing that Pydantic found."""
    details = error.errors(include_url=False, include_input=False)
    around = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    for detail in details:
        # A list whose elements are refused counts as empty; the elements' own problems suffice.
        if detail["type"] != "too_short" or detail["loc"] not in around:
            yield _problem(detail, known)


def _problem(detail: ErrorDetails, known: KnownKeys) -> Problem:
    path: KeyPath = detail["loc"]
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        table = ".".join(part for part in path[:-1] if isinstance(part, str))
        cure = suggestion(str(path[-1]), known.get(table, ()))
        return Problem(path, "the key is not known", cure)
    if kind in _CURES:
        return Problem(path, *_CURES[kind])
    if kind in {"enum", "literal_error"}:
        expected = str(context["expected"]).replace("'", '"')
        return Problem(path, "the value is not one of those that can be set", f"Write {expected}")
    if kind.startswith(("greater_than", "less_than")):
        bound = next(iter(context.values()))
        words = {"greater_than": "above", "greater_than_equal": "at least"}.get(
            kind, "at most" if kind.endswith("equal") else "below"
        )
        return Problem(path, "the number is out of range", f"Write a number {words} {bound}")
    if kind == "value_error":
        reason, _, cure = str(context["error"]).partition("; ")
        return Problem(path, reason, cure or "Correct it")
    return Problem(path, detail["msg"], "Correct it")
