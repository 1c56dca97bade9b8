"""Rates and the copies that do not count (contract 5, status 429)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.web.limits import (
    Buckets,
    RateLimits,
    RequestKeys,
    RestLimits,
    TooManyRequestsError,
)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def limits(hand: Hand) -> RestLimits:
    return RestLimits(RateLimits(), hand)


def test_the_sixth_dial_at_once_is_too_many_and_says_how_long_to_wait(
    limits: RestLimits, hand: Hand
) -> None:
    for _ in range(5):
        limits.admit("s", dial=True).settle(bound=False, replayed=False)
    with pytest.raises(TooManyRequestsError) as caught:
        limits.admit("s", dial=True)
    assert caught.value.retry_after_ms == 1000
    hand.ms += 1000
    limits.admit("s", dial=True)


def test_two_hundred_commands_may_come_at_once_and_fifty_a_second(
    limits: RestLimits, hand: Hand
) -> None:
    for _ in range(200):
        limits.admit("s")
    with pytest.raises(TooManyRequestsError):
        limits.admit("s")
    hand.ms += 1000
    for _ in range(50):
        limits.admit("s")
    with pytest.raises(TooManyRequestsError):
        limits.admit("s")


def test_sessions_do_not_count_for_each_other(limits: RestLimits) -> None:
    for _ in range(5):
        limits.admit("s", dial=True)
    limits.admit("t", dial=True)


def test_a_refused_dial_takes_no_command_either(limits: RestLimits) -> None:
    for _ in range(5):
        limits.admit("s", dial=True)
    for _ in range(1000):
        with pytest.raises(TooManyRequestsError):
            limits.admit("s", dial=True)
    for _ in range(195):
        limits.admit("s")


def test_a_hundred_parallel_copies_of_one_dial_are_one_dial(limits: RestLimits) -> None:
    running = [limits.admit("s", "key", dial=True) for _ in range(100)]
    running[0].settle(bound=True, replayed=False)
    for copy in running[1:]:
        copy.settle(bound=True, replayed=True)
    for _ in range(4):
        limits.admit("s", dial=True)
    with pytest.raises(TooManyRequestsError):
        limits.admit("s", dial=True)


def test_copies_that_turn_out_to_be_other_commands_are_charged(limits: RestLimits) -> None:
    running = [limits.admit("s", "key", dial=True) for _ in range(100)]
    for copy in running:
        copy.settle(bound=False, replayed=False)
    with pytest.raises(TooManyRequestsError):
        limits.admit("s", "key", dial=True)


def test_a_replay_after_a_restart_is_given_its_token_back(limits: RestLimits) -> None:
    for _ in range(50):
        limits.admit("s", "key", dial=True).settle(bound=True, replayed=True)


def test_an_account_has_its_own_rate_over_all_sessions(limits: RestLimits) -> None:
    for number in range(500):
        limits.admit(f"s{number}").charge_account("demo-api")
    with pytest.raises(TooManyRequestsError):
        limits.admit("another").charge_account("demo-api")


def test_ten_logins_a_minute_per_user_and_address(limits: RestLimits, hand: Hand) -> None:
    for _ in range(10):
        limits.admit_login("maya", "127.0.0.1")
    limits.admit_login("maya", "127.0.0.2")
    with pytest.raises(TooManyRequestsError) as caught:
        limits.admit_login("maya", "127.0.0.1")
    hand.ms += caught.value.retry_after_ms
    limits.admit_login("maya", "127.0.0.1")


def test_without_limits_nothing_is_refused(hand: Hand) -> None:
    limits = RestLimits(RateLimits().times(math.inf), hand)
    for _ in range(2000):
        limits.admit("s", dial=True).settle(bound=False, replayed=False)


def test_the_keys_used_least_lately_are_forgotten() -> None:
    buckets = Buckets(rate=1, burst=1, most_keys=2)
    for key in "abc":
        buckets.take(key, 0)
    assert [buckets.wait(key, 0) for key in "abc"] == [0, 1000, 1000]
    keys = RequestKeys(most_keys=1)
    for key in "ab":
        keys.start(key)
        keys.finish(key, bound=True)
    assert [keys.is_known(key) for key in "ab"] == [False, True]


@given(st.lists(st.tuples(st.integers(0, 5000), st.booleans()), max_size=60))
def test_no_more_is_ever_admitted_than_burst_and_rate_allow(steps: list[tuple[int, bool]]) -> None:
    hand = Hand()
    start = hand.ms
    limits = RestLimits(RateLimits(), hand)
    admitted = 0
    for pause, dial in steps:
        hand.ms += pause
        try:
            limits.admit("s", dial=True).settle(bound=False, replayed=False)
            admitted += 1
        except TooManyRequestsError as error:
            if dial:
                hand.ms += error.retry_after_ms
                limits.admit("s", dial=True)
                admitted += 1
        assert admitted <= 5.001 + (hand.ms - start) / 1000
