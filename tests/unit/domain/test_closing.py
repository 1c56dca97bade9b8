"""Closed hours of a queue, minute by minute."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screenpop.domain.closing import is_closed
from screenpop.domain.configuration import ClosedHours, Queue, Weekday

MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001  # a local time


def queue(*hours: ClosedHours) -> Queue:
    return Queue(5, 172, 1, "Support", ("1",), closed_hours=hours)


@pytest.mark.parametrize(
    ("begin", "end", "time", "closed"),
    [
        (540, 1020, "08:59", False),
        (540, 1020, "09:00", True),
        (540, 1020, "16:59", True),
        (540, 1020, "17:00", False),
        (0, 1440, "00:00", True),
        (0, 1440, "23:59", True),
    ],
)
def test_closed_from_its_first_minute_until_before_its_last(
    begin: int, end: int, time: str, closed: bool
) -> None:
    moment = datetime.combine(MONDAY, datetime.strptime(time, "%H:%M").time())  # noqa: DTZ007
    assert is_closed(queue(ClosedHours(begin, end)), moment) is closed


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    friday = queue(ClosedHours(18 * 60, 9 * 60, (Weekday.FRIDAY,)))
    week = [MONDAY + timedelta(hours=hour) for hour in range(7 * 24)]
    closed = [m for m in week if is_closed(friday, m)]
    assert closed[0] == MONDAY + timedelta(days=4, hours=18)
    assert closed[-1] == MONDAY + timedelta(days=5, hours=8)
    assert len(closed) == 15


def test_queue_without_closed_hours_is_always_open() -> None:
    assert not is_closed(queue(), MONDAY)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1439), st.integers(0, 1440), st.sampled_from(Weekday))
def test_each_stretch_covers_its_length_within_a_week(begin: int, end: int, day: Weekday) -> None:
    one = queue(ClosedHours(begin, end, (day,)))
    minutes = sum(is_closed(one, MONDAY + timedelta(minutes=m)) for m in range(7 * 1440))
    assert minutes == (end - begin if end > begin else 1440 - begin + end)
