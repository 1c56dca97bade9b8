"""Where each key of a TOML file stands.

``tomllib`` reads a file exactly but keeps no positions, and no library at hand does; this walks a
text *that tomllib has accepted* and notes the line of every table, key and list element. It need
not judge anything, so it is small.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from screenpop.settings.problems import KeyPath

__all__ = ["Positions"]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r"""
      "{3} (?:[^\\]|\\.)*? "{3,5}
    | '{3} .*? '{3,5}
    | " (?:[^"\\\n]|\\.)* "
    | ' [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")


class Positions:
    """Lines by path, e.g. ``("campaign", 0, "process")``; they count from 1."""

    def __init__(self, text: str) -> None:
        """Walk a text that ``tomllib`` accepts."""
        self._text = text.replace("\r\n", "\n")
        self._at = 0
        self._lines: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        table: KeyPath = ()
        self._skip()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def line(self, path: KeyPath) -> int:
        """Return the line of the path, or of the nearest table around it; 0 if there is none."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 0

    def as_mapping(self) -> Mapping[KeyPath, int]:
        """Return every path with its line."""
        return dict(self._lines)

    def _header(self) -> KeyPath:
        line = self._line_here()
        many = self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        keys = self._keys()
        self._skip()
        self._at += 2 if many else 1
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._inside((*path, key))
        path = (*path, keys[-1])
        if many:
            index = self._counts.get(path, 0)
            self._counts[path] = index + 1
            self._lines.setdefault(path, line)
            path = (*path, index)
        self._lines[path] = line
        return path

    def _inside(self, path: KeyPath) -> KeyPath:
        """Return the path of the last table in an array of tables, which headers continue."""
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: KeyPath) -> None:
        line = self._line_here()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._lines.setdefault(path, line)
        self._skip()
        self._at += 1  # the equals sign
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip()
        self._lines.setdefault(path, self._line_here())
        opening = self._text[self._at]
        if opening == "[":
            self._at += 1
            index = 0
            while not self._closed("]"):
                self._value((*path, index))
                index += 1
        elif opening == "{":
            self._at += 1
            while not self._closed("}"):
                self._pair(path)
        else:
            found = _STRING.match(self._text, self._at) or _SCALAR.match(self._text, self._at)
            self._at = found.end() if found else len(self._text)

    def _closed(self, bracket: str) -> bool:
        """Go over white space and a comma; tell whether the bracket closes, and go over it."""
        self._skip()
        if self._text.startswith(",", self._at):
            self._at += 1
            self._skip()
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        return False

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip()
            if found := _STRING.match(self._text, self._at):
                keys.append(tomllib.loads(f"k={found[0]}")["k"])
            else:
                found = _BARE_KEY.match(self._text, self._at)
                assert found is not None  # noqa: S101  tomllib has read this key before
                keys.append(found[0])
            self._at = found.end()
            self._skip()
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _line_here(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
