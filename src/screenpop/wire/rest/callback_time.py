"""Reading callback times and the wish for a callback (contract 5, "Callback time")."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from screenpop.wire.errors import InvalidInput

from .fields import as_boolean, as_integer, first_by_name

_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s?(Z|[+-]\d\d:\d\d)?",
    re.IGNORECASE | re.ASCII,
)
_LAST_EPOCH_MS: Final = 253_402_300_799_999  # the end of the year 9999


@dataclass(frozen=True, slots=True)
class CallbackWish:
    """A callback as a body asks for it; it counts only with a code of a callback class.

    `time` is epoch milliseconds or a text that `read_callback_time` reads in the contact
    centre's zone; None is no time. `unreadable` names the fields that no zone makes readable.
    """

    time: int | str | None = None
    self_callback: bool = True
    unreadable: tuple[str, ...] = ()

    def due(self, zone: tzinfo) -> int | None:
        """Give the time in epoch milliseconds; raises `InvalidInput` if it cannot be read."""
        if self.unreadable:
            raise InvalidInput(
                f"{self.unreadable[0]} cannot be read.",
                hint="Send callbackTime as epoch milliseconds, RFC 3339, or yyyy-MM-dd HH:mm:ss,"
                " and selfCallback as true or false.",
                details=self.unreadable,
            )
        return None if self.time is None else read_callback_time(self.time, zone)


NO_CALLBACK: Final = CallbackWish()
"""The wish of a body that says nothing about a callback."""


def read_callback_wish(values: Mapping[str, Any]) -> CallbackWish:
    """Read `callbackTime` (`callBackTime`) and `selfCallback` (`isSelfCallBack`), without case."""
    if not values:
        return NO_CALLBACK
    time = first_by_name(values, ("callbacktime",))
    own = first_by_name(values, ("selfcallback", "isselfcallback"))
    unreadable = []
    if isinstance(time, str) and not time.strip():
        time = None
    if time is not None and read_callback_time(time, UTC) is None:
        unreadable.append("callbackTime")
        time = None
    truth = True if own is None else as_boolean(own)
    if truth is None:
        unreadable.append("selfCallback")
    return CallbackWish(
        time if isinstance(time, str) else as_integer(time), truth is not False, tuple(unreadable)
    )


def read_callback_time(value: object, zone: tzinfo) -> int | None:
    """Read a callback time to epoch milliseconds; None if it has none of the three forms.

    The forms: epoch milliseconds (a number or its text), RFC 3339, and `yyyy-MM-dd HH:mm:ss` in
    `zone`. Of a local time that a clock change repeats the earlier is meant.
    """
    number = as_integer(value)
    if number is not None:
        return number if 0 <= number <= _LAST_EPOCH_MS else None
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    date, time, fraction, offset = match.groups()
    micro = ((fraction or ".")[1:7]).ljust(6, "0")
    try:
        moment = datetime.fromisoformat(f"{date}T{time}.{micro}{(offset or '').upper()}")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        # Whole milliseconds: float seconds would round some of them down.
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
