"""How many requests are taken (contract 5, status 429), and which copies do not count."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

__all__ = [
    "Admission",
    "Buckets",
    "RateLimits",
    "RequestKeys",
    "RestLimits",
    "TooManyRequestsError",
]

_MOST_KEYS: Final = 100_000
# Who waited as long as was told must not be refused for the last digit of a float.
_ROUNDING: Final = 1e-6


class TooManyRequestsError(Exception):
    """Too many requests came in too short a time."""

    def __init__(self, retry_after_ms: int) -> None:
        super().__init__(f"Too many requests; wait {retry_after_ms} ms.")
        self.retry_after_ms = retry_after_ms


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The contract's rates, in requests a second, with what may come at once."""

    session_rate: float = 50
    session_burst: float = 200
    dial_rate: float = 1
    dial_burst: float = 5
    account_rate: float = 500
    account_burst: float = 500
    login_rate: float = 10 / 60
    login_burst: float = 10

    def times(self, factor: float) -> RateLimits:
        """Give all rates and bursts multiplied; `inf` is no limit."""
        return RateLimits(*(getattr(self, name) * factor for name in self.__slots__))


class Buckets:
    """Token buckets, one per key; the keys used least lately are forgotten.

    Times are epoch milliseconds, given by the caller.
    """

    def __init__(self, rate: float, burst: float, most_keys: int = _MOST_KEYS) -> None:
        self._per_ms = rate / 1000
        self._burst = burst
        self._most_keys = most_keys
        self._levels: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def wait(self, key: Hashable, now: int) -> int:
        """Say in how many milliseconds a token will be there; 0: one is there now."""
        lacking = 1 - _ROUNDING - self._level(key, now)
        return 0 if lacking <= 0 else math.ceil(lacking / self._per_ms)

    def take(self, key: Hashable, now: int, tokens: float = 1) -> None:
        """Take a token, even one that is not there yet; a negative number gives back."""
        if math.isinf(self._burst):
            return
        level = min(self._burst, self._level(key, now) - tokens)
        self._levels[key] = (level, now)
        self._levels.move_to_end(key)
        if len(self._levels) > self._most_keys:
            self._levels.popitem(last=False)

    def _level(self, key: Hashable, now: int) -> float:
        known = self._levels.get(key)
        if known is None:
            return self._burst
        level, at = known
        return min(self._burst, level + max(0, now - at) * self._per_ms)


class RequestKeys:
    """The idempotency keys that are in flight or known to be bound, least lately used first out.

    It only spares copies the rate limit; what a copy is answered stands in the store.
    """

    def __init__(self, most_keys: int = _MOST_KEYS) -> None:
        self._most_keys = most_keys
        self._in_flight: dict[Hashable, int] = {}
        self._bound: OrderedDict[Hashable, None] = OrderedDict()

    def is_known(self, key: Hashable) -> bool:
        """Say whether a request with this key is most likely a copy."""
        return key in self._in_flight or key in self._bound

    def start(self, key: Hashable) -> None:
        """Note that a request with this key runs."""
        self._in_flight[key] = self._in_flight.get(key, 0) + 1

    def finish(self, key: Hashable, *, bound: bool) -> None:
        """Note that it ran, and whether its key is bound now."""
        left = self._in_flight[key] - 1
        if left:
            self._in_flight[key] = left
        else:
            del self._in_flight[key]
        if bound:
            self._bound[key] = None
            self._bound.move_to_end(key)
            if len(self._bound) > self._most_keys:
                self._bound.popitem(last=False)


class RestLimits:
    """Every limit of the REST edges of one node."""

    def __init__(self, limits: RateLimits, now: Callable[[], int]) -> None:
        self.now = now
        self.sessions = Buckets(limits.session_rate, limits.session_burst)
        self.dials = Buckets(limits.dial_rate, limits.dial_burst)
        self.accounts = Buckets(limits.account_rate, limits.account_burst)
        self.logins = Buckets(limits.login_rate, limits.login_burst)
        self.keys = RequestKeys()

    def admit(
        self, session: str | None, key: Hashable | None = None, *, dial: bool = False
    ) -> Admission:
        """Admit a request of a session, or raise `TooManyRequestsError`.

        A request whose key is in flight or bound is admitted without a token, and charged when
        it turns out to be no replay: a hundred parallel copies of one dial are one dial.
        """
        admission = Admission(self, key, is_copy=key is not None and self.keys.is_known(key))
        if session is not None:
            admission.charge_session(session, dial=dial)
        if key is not None:
            self.keys.start(key)
        return admission

    def admit_login(self, user: str, address: str) -> None:
        """Admit a log-in of a user from an address, or raise `TooManyRequestsError`."""
        Admission(self, None, is_copy=False).charge((self.logins,), (user, address))


class Admission:
    """A request that was admitted; `settle` is called once when it is answered."""

    __slots__ = ("_charges", "_is_copy", "_key", "_limits")

    def __init__(self, limits: RestLimits, key: Hashable | None, *, is_copy: bool) -> None:
        self._limits = limits
        self._key = key
        self._is_copy = is_copy
        self._charges: list[tuple[Buckets, Hashable]] = []

    def charge(self, buckets: tuple[Buckets, ...], key: Hashable) -> None:
        """Take a token of each bucket or of none, or raise `TooManyRequestsError`."""
        if not self._is_copy:
            now = self._limits.now()
            wait = max(bucket.wait(key, now) for bucket in buckets)
            if wait:
                raise TooManyRequestsError(wait)
            for bucket in buckets:
                bucket.take(key, now)
        self._charges += [(bucket, key) for bucket in buckets]

    def charge_session(self, session: str, *, dial: bool) -> None:
        """Count the request for its session, or raise `TooManyRequestsError`."""
        limits = self._limits
        self.charge((limits.sessions, limits.dials) if dial else (limits.sessions,), session)

    def charge_account(self, account: str) -> None:
        """Count the request for its API account, or raise `TooManyRequestsError`."""
        self.charge((self._limits.accounts,), account)

    def settle(self, *, bound: bool, replayed: bool) -> None:
        """Give back what a replay was charged, charge what only looked like one."""
        if self._key is not None:
            self._limits.keys.finish(self._key, bound=bound)
        if replayed != self._is_copy:
            now = self._limits.now()
            for bucket, key in self._charges:
                bucket.take(key, now, -1 if replayed else 1)
