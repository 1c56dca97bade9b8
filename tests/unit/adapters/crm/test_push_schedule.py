"""When a push is tried again (contract 3.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.adapters.crm.push import GIVE_UP_AFTER_MS, next_try_at, retry_delay_ms

draws = st.floats(0, 1)


def test_delay_doubles_from_two_seconds_to_ten_minutes() -> None:
    delays = [retry_delay_ms(tries, 1.0) for tries in range(1, 13)]

    assert delays[:4] == [2_000, 4_000, 8_000, 16_000]
    assert delays[-1] == 600_000


@given(tries=st.integers(1, 10_000), draw=draws)
def test_jitter_keeps_the_delay_in_its_upper_half(tries: int, draw: float) -> None:
    full = retry_delay_ms(tries, 1.0)

    assert full // 2 <= retry_delay_ms(tries, draw) <= full <= 600_000


@given(draw=draws)
def test_pushes_of_a_day_long_outage_return_within_ten_minutes(draw: float) -> None:
    assert retry_delay_ms(400, draw) <= 600_000


@pytest.mark.parametrize(("tries", "draw"), [(0, 0.5), (1, -0.1), (1, 1.1)])
def test_nonsense_is_refused(tries: int, draw: float) -> None:
    with pytest.raises(ValueError, match="counts from 1"):
        retry_delay_ms(tries, draw)


def test_last_try_lies_within_72_hours() -> None:
    assert next_try_at(1, 0, GIVE_UP_AFTER_MS - 2_000, 1.0) == GIVE_UP_AFTER_MS
    assert next_try_at(1, 0, GIVE_UP_AFTER_MS - 1_999, 1.0) is None


@pytest.mark.parametrize("draw", [0.0, 0.5, 1.0])
def test_schedule_ends(draw: float) -> None:
    """Finitely many tries, each later than the one before."""
    now, tries = 0, 0
    due: int | None = 0
    while due is not None:
        now, tries = due, tries + 1
        due = next_try_at(tries, 0, now, draw)
        assert due is None or due > now

    assert 400 < tries < 1_000
