"""Checking who logs in: the password, and how often it may be wrong (contract 5)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from screenpop.domain.commands import Login
from screenpop.domain.configuration import Configuration, User
from screenpop.domain.errors import LoginFailedError, TooManyAttemptsError
from screenpop.domain.session import AgentSession
from screenpop.web.limits import RestLimits
from screenpop.web.secret_check import SecretCheck

__all__ = ["BeginSession", "LoginCheck"]

BeginSession = Callable[[Login, str | None], Awaitable[AgentSession]]
"""Logs a checked user in, given the password that was checked; None where there was none."""

_FAILURES: Final = 5
_WAIT_MS: Final = 60_000
_MOST_KEYS: Final = 100_000


class LoginCheck:
    """Checks names and passwords for every door: REST, console and toolbar alike."""

    def __init__(
        self,
        configuration: Callable[[], Configuration],
        secrets: SecretCheck,
        limits: RestLimits,
    ) -> None:
        self._configuration = configuration
        self._secrets = secrets
        self._limits = limits
        #: How many log-ins had a wrong name or password since the start.
        self.failed = 0
        self._failures: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()

    async def check(self, user_id: str, password: str, address: str) -> User:
        """Give the user whose name and password these are.

        Call `admit` first. Raises `LoginFailedError`, the same for a wrong name and a wrong
        password.
        """
        who = (user_id.casefold(), address)
        user = self._configuration().user(user_id)
        password_hash = None if user is None else user.password_hash
        if not await self._secrets.matches(password_hash, password) or user is None:
            self.failed += 1
            failures, _ = self._failures.pop(who, (0, 0))
            self._failures[who] = (failures + 1, self._limits.now())
            if len(self._failures) > _MOST_KEYS:
                self._failures.popitem(last=False)
            raise LoginFailedError
        self._failures.pop(who, None)
        return user

    def admit(self, user_id: str, address: str) -> None:
        """Count a log-in of a name from an address.

        Raises `TooManyRequestsError` over ten of them a minute, and `TooManyAttemptsError` for a
        minute after five failures in a row.
        """
        who = (user_id.casefold(), address)
        failures, last = self._failures.get(who, (0, 0))
        left = last + _WAIT_MS - self._limits.now()
        if failures >= _FAILURES and left > 0:
            raise TooManyAttemptsError(left)
        self._limits.admit_login(*who)
