"""Who sits where: the ids of the launch URLs, kept in the back end under a key of our own.

A page of the CRM that is reached by a link carries only that key, so the ids of the agent's
session stand in no link, form or history of the CRM.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from typing import Final

from screenpop.crmkit.launch import LaunchContext, read_launch

__all__ = ["Desks"]

_KEPT: Final = 1000


class Desks:
    """Launches by key; the oldest of a thousand is forgotten, and all of them with the process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._launches: OrderedDict[str, LaunchContext] = OrderedDict()

    def open(self, query: bytes) -> tuple[str, LaunchContext]:
        """Read a launch and return it with its key; the same query has one key.

        The key is empty where the query came from no console: there is nothing to remember.
        """
        launch = read_launch(query)
        if launch.origin is None and launch.user_crt_object_id is None:
            return "", launch
        key = hmac.digest(self._secret, query, "sha256").hex()[:32]
        self._launches[key] = launch
        self._launches.move_to_end(key)
        while len(self._launches) > _KEPT:
            self._launches.popitem(last=False)
        return key, launch

    def launch(self, key: str) -> LaunchContext | None:
        """The launch with this key; ``None``: none, or forgotten."""
        return self._launches.get(key)
