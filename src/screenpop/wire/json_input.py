"""Strict reading of JSON that strangers send (contract 5 and 7, design 2.10).

What is refused here would otherwise surface late and badly: `json.loads` raises RecursionError
on deep nesting and takes NaN, a lone surrogate cannot be encoded again, databases differ on NUL
and on integers of more than 63 bits.
"""

import json
import re
from typing import Any, Final

from .errors import InvalidInput

MAX_BYTES: Final = 256 * 1024
"""The largest body that is read, in bytes."""

MAX_DEPTH: Final = 64
"""The deepest nesting of arrays and objects that is read; `{}` is 1."""

MAX_INTEGER: Final = 2**63 - 1
"""The largest absolute value of an integer that is read."""

_BOM: Final = b"\xef\xbb\xbf"
_TEXT_OR_BRACKET: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)
_UNSAFE: Final = re.compile("[\x00\ud800-\udfff]")


def read_json_object(raw: bytes) -> dict[str, Any]:
    """Read a body that must be one JSON object.

    Raises `InvalidInput` for: more than 256 KiB, no UTF-8, no JSON, no object, nesting over 64,
    an integer beyond 63 bits, NaN or Infinity, NUL, a lone surrogate, a key repeated within one
    object (contract 5).
    """
    value = read_json(raw)
    if not isinstance(value, dict):
        raise InvalidInput(
            "The body is no JSON object.", hint="Send one JSON object: { … } with named fields."
        )
    return value


def read_json(raw: bytes) -> object:
    """Read any JSON value by the rules of `read_json_object`."""
    if len(raw) > MAX_BYTES:
        raise too_large()
    raw = raw.removeprefix(_BOM)
    # Every level needs an opening bracket, so few brackets prove that nesting is shallow.
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(raw) > MAX_DEPTH:
        raise InvalidInput(
            f"The JSON is nested deeper than {MAX_DEPTH}.", hint="Send a flatter structure."
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"The body is not UTF-8 (byte {error.start}).", hint="Encode the JSON as UTF-8."
        ) from error
    try:
        value: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            hint="Send well-formed JSON.",
        ) from error
    # NUL and surrogates can only come from \u escapes: raw ones are refused above.
    if "\\u" in text:
        _refuse_unsafe_texts(value)
    return value


def too_large() -> InvalidInput:
    """Give the refusal of a body over 256 KiB."""
    return InvalidInput(
        f"The body is larger than {MAX_BYTES // 1024} KiB.", hint="Send a smaller body."
    )


def is_safe_text(text: str) -> bool:
    """Say whether a text holds neither NUL nor a lone surrogate (design 2.10)."""
    return _UNSAFE.search(text) is None


def _depth(raw: bytes) -> int:
    """Count the deepest nesting outside of texts, without recursion."""
    depth = deepest = 0
    for match in _TEXT_OR_BRACKET.finditer(raw):
        first = raw[match.start()]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _refuse_unsafe_texts(value: object) -> None:
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if _UNSAFE.search(item):
                raise InvalidInput(
                    "A text holds NUL or half of a surrogate pair.",
                    hint="Leave such characters out.",
                )
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        shown = repeated if is_safe_text(repeated) else "?"
        raise InvalidInput(
            f"The key {shown} stands twice in one object.",
            hint="Send every key once.",
            details=[shown],
        )
    return found


def _integer(text: str) -> int:
    # 2**63 has 19 digits; the length is looked at first because int() takes no endless digits.
    if len(text) > 20 or abs(number := int(text)) > MAX_INTEGER:
        raise InvalidInput("An integer has more than 63 bits.", hint="Send smaller numbers.")
    return number


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise InvalidInput("A number is too large.", hint="Send smaller numbers.")
    return number


def _constant(name: str) -> float:
    raise InvalidInput(f"{name} is no JSON number.", hint="Send a number, or null.")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
