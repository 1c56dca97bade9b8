"""Reading `dispositionAttr`, the callback time of `/dacx/dispose` (contract 5.1)."""

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from screenpop.wire.errors import InvalidInput
from screenpop.wire.rest import read_callback_time

_TIME: Final = r"(\d{1,2}):(\d\d)(?::(\d\d))?\s*(am|pm)?"
_MONTH_FIRST: Final = re.compile(rf"(\d{{1,2}})-(\d{{1,2}})-(\d{{4}})(?:-\s*{_TIME})?")
_DAY_FIRST: Final = re.compile(rf"(\d{{1,2}})-(\d{{1,2}})-(\d{{4}})\s+{_TIME}")
_AMOUNT: Final = re.compile(r"(\d{1,4})-(\d{1,4})-(\d{1,4})[\s-]+(\d{1,4}):(\d{1,4}):(\d{1,4})")
_HINT: Final = (
    "Send dispositionAttr: local-MM-dd-yyyy-HH:mm:ss, local-dd-MM-yyyy HH:mm:ss,"
    " or after-DD-MM-YYYY HH:MM:SS for an amount of time."
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_disposition_attr(text: str, now: int, zone: tzinfo) -> int | None:
    """Read a callback time to epoch milliseconds; None when there is none.

    `local-` is a time in `zone`, the contact centre's: with a dash before the time of day, or
    without one, the month comes first (`MM-dd-yyyy-HH:mm:ss`, also `-h:mm:ss PM`); with a space
    the day (`dd-MM-yyyy HH:mm:ss`). A date that is impossible in that order is read in the
    other. `after-DD-MM-YYYY HH:MM:SS` is an amount of days, months, years and time from `now`
    (epoch milliseconds). The forms of `callbackTime` are taken too. Raises `InvalidInput` if it
    has none of these forms.
    """
    trimmed = text.strip().lower()
    kind, dash, rest = trimmed.partition("-")
    rest = rest.strip()
    if not trimmed or (kind == "local" and not rest):
        return None
    read = None
    if dash and kind == "after":
        read = _after(rest, now, zone)
    elif dash and kind == "local":
        read = _local(rest, zone)
    if read is None:
        read = read_callback_time(trimmed.removeprefix("local-"), zone)
    if read is None:
        raise InvalidInput(
            "dispositionAttr cannot be read.", hint=_HINT, details=["dispositionAttr"]
        )
    return read


def no_callback_time() -> InvalidInput:
    """Give the refusal of a disposal whose code needs a time that was not sent."""
    return InvalidInput(
        "This disposition code needs a callback time.", hint=_HINT, details=["dispositionAttr"]
    )


def _local(text: str, zone: tzinfo) -> int | None:
    if match := _MONTH_FIRST.fullmatch(text):
        first, second, year, *time = match.groups()
        orders = ((first, second), (second, first))
    elif match := _DAY_FIRST.fullmatch(text):
        first, second, year, *time = match.groups()
        orders = ((second, first), (first, second))
    else:
        return None
    hour, minute, second_of_minute = (int(part or 0) for part in time[:3])
    if time[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if time[3] == "pm" else 0)
    for month, day in orders:
        try:
            moment = datetime(
                int(year), int(month), int(day), hour, minute, second_of_minute, tzinfo=zone
            )
            return _milliseconds(moment)
        except (ValueError, OverflowError):
            continue
    return None


def _after(text: str, now: int, zone: tzinfo) -> int | None:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    days, months, years, hours, minutes, seconds = (int(part) for part in match.groups())
    try:
        begin = (_EPOCH + timedelta(milliseconds=now)).astimezone(zone)
        month = begin.year * 12 + begin.month - 1 + years * 12 + months
        year, month = divmod(month, 12)
        # A month later than the 31st is the last day of a shorter month.
        day = min(begin.day, calendar.monthrange(year, month + 1)[1])
        moment = begin.replace(year=year, month=month + 1, day=day) + timedelta(days=days)
        time = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return _milliseconds(moment) + time // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
