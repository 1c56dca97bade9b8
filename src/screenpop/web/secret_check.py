"""Checking secrets against argon2 hashes, outside of every transaction (design 6)."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from screenpop.web.limits import TooManyRequestsError

__all__ = ["HASHER", "SecretCheck"]

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Makes the hashes of passwords and account secrets."""

# Checked in place of the hash of an unknown name, so that it takes as long as a known one.
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$YfoBBqgs89MgfEZTRP3fLQ"
    "$wOHdZIg5ZKsGkw3uI9503AmZi9Q+JGAKDRS3YpHzqpg"
)
_MOST_REMEMBERED: Final = 10_000
_MOST_WAITING: Final = 200


class SecretCheck:
    """Checks secrets on two threads and remembers, under a keyed hash, what it found.

    `key` is 32 random bytes drawn at start: the memory is of use to this process only.
    """

    def __init__(self, key: bytes, threads: int = 2) -> None:
        self._key = key
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._known: OrderedDict[bytes, bool] = OrderedDict()
        self._running: dict[bytes, asyncio.Future[bool]] = {}
        self._waiting = 0

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def matches(self, secret_hash: str | None, secret: str) -> bool:
        """Say whether the secret is the hash's; no hash takes as long and is False.

        Raises `TooManyRequestsError` when too many checks wait already.
        """
        # The queue of a pool has no end of its own; each check takes about 20 ms of a thread.
        if self._waiting >= _MOST_WAITING:
            raise TooManyRequestsError(1000)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, _verify, secret_hash, secret
            )
        finally:
            self._waiting -= 1

    async def matches_again(self, secret_hash: str | None, secret: str) -> bool:
        """Say the same of a secret that is sent with every request: each pair is checked once."""
        digest = hashlib.blake2b(
            f"{secret_hash}\n{secret}".encode(), key=self._key, digest_size=32
        ).digest()
        known = self._known.get(digest)
        if known is not None:
            self._known.move_to_end(digest)
            return known
        running = self._running.get(digest)
        if running is None:
            running = asyncio.ensure_future(self.matches(secret_hash, secret))
            self._running[digest] = running
            running.add_done_callback(lambda done: self._remember(digest, done))
        return await asyncio.shield(running)

    def _remember(self, digest: bytes, done: asyncio.Future[bool]) -> None:
        del self._running[digest]
        if done.cancelled() or done.exception() is not None:
            return
        self._known[digest] = done.result()
        if len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)


def _verify(secret_hash: str | None, secret: str) -> bool:
    try:
        HASHER.verify(secret_hash or _NOBODY, secret)
    except (VerificationError, InvalidHashError):
        return False
    return secret_hash is not None
