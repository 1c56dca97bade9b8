"""Reading the fields of a decoded JSON body: exact in what is asked, generous in what is taken.

Keys are taken without case, numbers and booleans may be text, blank counts as missing
(contract 5). A reader notes every offence and raises once, at `finish`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from screenpop.wire.errors import InvalidInput

MAX_CUSTOMER_ID: Final = 2**53 - 1
"""The largest customerId (contract 2)."""

MAX_REQUEST_ID: Final = 200
"""The most characters of a requestId (contract 2)."""

UNKNOWN_CUSTOMER: Final = -1
"""The customerId that stands for an unknown customer."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_LIST: Final = re.compile(r"[0-9]{1,19}(?:\s*,\s*[0-9]{1,19})*")
_TRUTH: Final = {"true": True, "false": False, "1": True, "0": False}
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_MAX_ID: Final = 2**63 - 1


def spellings(*names: str) -> dict[str, str]:
    """Give the contract's spellings by their lower-case forms, as `FieldReader` wants them."""
    return {name.lower(): name for name in names}


def canonical(**fields: object) -> str:
    """Give the stable text of a command's fields, equal for equal commands.

    Key order and white space do not count (contract 5, "Idempotency").
    """
    return _CANONICAL.encode(fields)


class FieldReader:
    """Reads the known fields of one body in the order of the contract's table.

    Each method takes a field by the contract's spelling and gives its value, or a stand-in when
    the field is missing or ill-typed; the offence is noted and raised by `finish`.
    """

    __slots__ = ("_missing", "_offences", "_values", "_wrong", "lenient")

    def __init__(
        self, body: Mapping[str, Any], names: Mapping[str, str], *, lenient: bool = False
    ) -> None:
        self.lenient = lenient
        self._values: dict[str, Any] = {}
        self._offences: list[str] = []
        self._missing: str | None = None
        self._wrong: str | None = None
        values = self._values
        for key, value in body.items():
            spelling = names.get(key) or names.get(key.lower())
            if spelling is None:
                continue
            if spelling not in values:
                values[spelling] = value
            elif spelling in body:
                # Two keys that differ only in case: the guide's spelling counts.
                values[spelling] = body[spelling]
            else:
                self.note(spelling, f"{spelling} stands twice, in two spellings")

    def note(self, name: str, what: str) -> None:
        """Note that the field `name` cannot be taken; `what` is a sentence without its stop."""
        if name not in self._offences:
            self._offences.append(name)
        if self._wrong is None:
            self._wrong = what

    def note_missing(self, name: str) -> None:
        """Note that a required field is missing or blank."""
        if name not in self._offences:
            self._offences.append(name)
        if self._missing is None:
            self._missing = name

    def finish(self) -> None:
        """Raise `InvalidInput` if any field was missing or ill-typed."""
        if not self._offences:
            return
        if self._missing is not None:
            raise InvalidInput(
                f"parameter expected in input: {self._missing}",
                hint="Send every required field, with a value: " + ", ".join(self._offences) + ".",
                details=self._offences,
            )
        raise InvalidInput(
            f"{self._wrong}.",
            hint="Correct these fields: " + ", ".join(self._offences) + ".",
            details=self._offences,
        )

    def text(self, name: str, *, required: bool = True, number: bool = False) -> str:
        """Read a text, trimmed; with `number` a number is taken as its text."""
        value = self._present(name, required=required)
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip()
        if number and (read := _number_as_text(value)) is not None:
            return read
        self.note(name, f"{name} must be text")
        return ""

    def integer(self, name: str) -> int:
        """Read a required integer, also from numeric text."""
        number = self.optional_integer(name)
        if number is None and name not in self._offences:
            self.note_missing(name)
        return number or 0

    def optional_integer(self, name: str) -> int | None:
        """Read an integer, also from numeric text; None if it is absent."""
        value = self._present(name)
        if value is None:
            return None
        number = as_integer(value)
        if number is None:
            self.note(name, f"{name} must be a whole number")
        return number

    def integers(self, name: str) -> tuple[int, ...]:
        """Read a required integer; in lenient mode also a list in one text, as `47,172`."""
        value = self._present(name, required=True)
        if value is None:
            return ()
        number = as_integer(value)
        if number is not None:
            return (number,)
        if self.lenient and isinstance(value, str) and _LIST.fullmatch(value.strip()):
            numbers = tuple(int(part) for part in value.split(","))
            if max(numbers) <= _MAX_ID:
                return numbers
        self.note(name, f"{name} must be a whole number")
        return ()

    def boolean(self, name: str, *, required: bool = True, default: bool = False) -> bool:
        """Read a boolean, also from `true`, `false`, `1`, `0` as text without case."""
        value = self._present(name, required=required)
        if value is None:
            return default
        truth = as_boolean(value)
        if truth is None:
            self.note(name, f"{name} must be true or false")
            return default
        return truth

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Read an optional object; null and absent are the empty one."""
        value = self._present(name)
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.note(name, f"{name} must be an object")
        return {}

    def array(self, name: str) -> tuple[Any, ...]:
        """Read an optional array; null and absent are the empty one."""
        value = self._present(name)
        if value is None:
            return ()
        if isinstance(value, list):
            return tuple(value)
        self.note(name, f"{name} must be an array")
        return ()

    def customer_id(self, *, required: bool = False) -> int:
        """Read customerId; -1 is unknown, and so is, in lenient mode, text that is no number."""
        value = self._present("customerId", required=required)
        if value is None:
            return UNKNOWN_CUSTOMER
        number = as_integer(value)
        if number is None or abs(number) > MAX_CUSTOMER_ID:
            if not (self.lenient and isinstance(value, str | int) and not isinstance(value, bool)):
                self.note("customerId", "customerId must be a whole number up to 2^53-1")
            return UNKNOWN_CUSTOMER
        return number if number > 0 else UNKNOWN_CUSTOMER

    def request_id(self, *, required: bool) -> str | None:
        """Read requestId as it was sent; None if it is missing or blank."""
        value = self._values.get("requestId")
        text = value if isinstance(value, str) else _number_as_text(value)
        if value is None or (text is not None and not text.strip()):
            if required:
                self.note_missing("requestId")
            return None
        if text is None:
            self.note("requestId", "requestId must be text")
        elif len(text) > MAX_REQUEST_ID:
            self.note("requestId", f"requestId has more than {MAX_REQUEST_ID} characters")
        return text

    def _present(self, name: str, *, required: bool = False) -> object:
        """Give the field's value, or None when it is absent, null or blank text."""
        value = self._values.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.note_missing(name)
            return None
        return value


def as_integer(value: object) -> int | None:
    """Read an integer from a number or from numeric text; None if it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= MAX_CUSTOMER_ID else None
    if isinstance(value, str) and _INTEGER.fullmatch(text := value.strip()):
        number = int(text)
        return number if abs(number) <= _MAX_ID else None
    return None


def as_boolean(value: object) -> bool | None:
    """Read a boolean from itself or from its text; None if it is neither."""
    if isinstance(value, bool):
        return value
    return _TRUTH.get(value.strip().lower()) if isinstance(value, str) else None


def request_key(request_id: str | None) -> str | None:
    """Give the idempotency key of a requestId: none for `0`, missing and blank (contract 5)."""
    return None if request_id is None or request_id.strip() == "0" else request_id


def echoed_request_id(body: Mapping[str, Any] | None) -> str | None:
    """Give the requestId that a refusal repeats, from a body that may be wrong altogether."""
    if not body:
        return None
    value = body.get("requestId")
    if value is None:
        value = next((body[key] for key in body if key.lower() == "requestid"), None)
    text = value if isinstance(value, str) else _number_as_text(value)
    return text[:MAX_REQUEST_ID] if text else None


def first_by_name(values: Mapping[str, Any], names: Iterable[str]) -> object:
    """Give the value of the first of the lower-case `names` found without case; None if none."""
    found = {key.lower(): value for key, value in values.items()}
    return next((found[name] for name in names if found.get(name) not in (None, "")), None)


def _number_as_text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_CUSTOMER_ID:
        return str(int(value))
    return str(value)
