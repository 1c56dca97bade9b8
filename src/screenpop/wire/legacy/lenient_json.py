"""Reading the `data` of the command servlet (contract 5.1).

JSON as it should be, JSON in single quotes, and JSON with bare keys are taken; so are bare
values, because a page that leaves out the quotes of keys leaves out those of ids too.
"""

import json
import re
from typing import Any, Final

from screenpop.wire.errors import InvalidInput
from screenpop.wire.json_input import MAX_INTEGER, is_safe_text

MAX_DATA: Final = 16 * 1024
"""The largest `data` that is read, in bytes of UTF-8."""

MAX_DATA_DEPTH: Final = 4
"""The deepest nesting that is read; `{}` is 1."""

_SPACE: Final = re.compile(r"\s*")
_BARE_KEY: Final = re.compile(r"""[^\s"'{}\[\],:]+""")
_BARE_VALUE: Final = re.compile(r"""[^"'{}\[\],]*""")
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TEXTS: Final = {
    quote: re.compile(rf"{quote}([^{quote}\\]*(?:\\.[^{quote}\\]*)*){quote}", re.DOTALL)
    for quote in ('"', "'")
}
_WORDS: Final = {"true": True, "false": False, "null": None, "undefined": None, "": None}
_HINT: Final = 'Send data as one JSON object: {"campaignId":…,"sessionId":…,"phone":…}.'


def read_lenient_object(text: str) -> dict[str, Any]:
    """Read one object.

    Raises `InvalidInput` for: more than 16 KiB, nesting over 4, no object, a key repeated within
    one object, an integer beyond 63 bits, NUL, a lone surrogate.
    """
    if len(text) > MAX_DATA or len(text.encode("utf-8", "replace")) > MAX_DATA:
        raise InvalidInput(f"data is larger than {MAX_DATA // 1024} KiB.", hint="Send less.")
    trimmed = text.strip()
    quote = trimmed[:1]
    if quote in _TEXTS and trimmed.endswith(quote) and trimmed[1:-1].lstrip().startswith("{"):
        trimmed = trimmed[1:-1].strip()
    if not trimmed.startswith("{"):
        raise InvalidInput("data is no JSON object.", hint=_HINT)
    reader = _Reader(trimmed)
    value: dict[str, Any] = reader.object(1)
    reader.end()
    return value


class _Reader:
    """Reads from `_at` on; every method leaves it behind what it read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def object(self, depth: int) -> dict[str, Any]:
        self._enter(depth)
        found: dict[str, Any] = {}
        if self._next_is("}"):
            return found
        while True:
            key = self._key()
            if key in found:
                raise InvalidInput(f"The key {key} stands twice in one object.", details=[key])
            self._expect(":")
            found[key] = self._value(depth)
            if self._next_is("}"):
                return found
            self._expect(",")

    def end(self) -> None:
        """Raise `InvalidInput` if anything is left."""
        self._skip_space()
        if self._at != len(self._text):
            raise self._wrong()

    def _array(self, depth: int) -> list[Any]:
        self._enter(depth)
        found: list[Any] = []
        if self._next_is("]"):
            return found
        while True:
            found.append(self._value(depth))
            if self._next_is("]"):
                return found
            self._expect(",")

    def _value(self, depth: int) -> Any:  # noqa: ANN401  # any JSON value
        self._skip_space()
        char = self._text[self._at : self._at + 1]
        if char == "{":
            return self.object(depth + 1)
        if char == "[":
            return self._array(depth + 1)
        if char in _TEXTS:
            return self._quoted(char)
        return _bare(self._match(_BARE_VALUE).strip())

    def _key(self) -> str:
        self._skip_space()
        char = self._text[self._at : self._at + 1]
        return self._quoted(char) if char in _TEXTS else self._match(_BARE_KEY)

    def _quoted(self, quote: str) -> str:
        match = _TEXTS[quote].match(self._text, self._at)
        if match is None:
            raise self._wrong()
        inner = match[1]
        if "\\" in inner:
            inner = self._unescaped(inner)
        if not is_safe_text(inner):
            raise InvalidInput("A text holds NUL or half of a surrogate pair.")
        self._at = match.end()
        return inner

    def _unescaped(self, inner: str) -> str:
        plain = re.sub(r'(?s)\\(.)|(")', _as_json, inner)
        try:
            read: str = json.loads(f'"{plain}"', strict=False)
        except ValueError as error:
            raise self._wrong() from error
        return read

    def _enter(self, depth: int) -> None:
        if depth > MAX_DATA_DEPTH:
            raise InvalidInput(
                f"data is nested deeper than {MAX_DATA_DEPTH}.", hint="Send a flatter structure."
            )
        self._at += 1

    def _next_is(self, char: str) -> bool:
        self._skip_space()
        if not self._text.startswith(char, self._at):
            return False
        self._at += 1
        return True

    def _expect(self, char: str) -> None:
        if not self._next_is(char):
            raise self._wrong()

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise self._wrong()
        self._at = match.end()
        return match[0]

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _wrong(self) -> InvalidInput:
        return InvalidInput(f"data cannot be read at character {self._at + 1}.", hint=_HINT)


def _as_json(match: re.Match[str]) -> str:
    """Give an escape, or a bare double quote, as JSON writes it within a text."""
    if match[2]:
        return '\\"'
    return "'" if match[1] == "'" else match[0]


def _bare(word: str) -> Any:  # noqa: ANN401  # any JSON value
    """Read a value without quotes: a word of JSON, a number, or else a text."""
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        if len(word) > 20 or abs(int(word)) > MAX_INTEGER:
            raise InvalidInput("An integer has more than 63 bits.", hint="Send smaller numbers.")
        return int(word)
    if _FLOAT.fullmatch(word):
        number = float(word)
        if number in (float("inf"), float("-inf")):
            raise InvalidInput("A number is too large.", hint="Send smaller numbers.")
        return number
    if not is_safe_text(word):
        raise InvalidInput("A text holds NUL or half of a surrogate pair.")
    return word
