"""What every store keeps for the installation itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from screenpop.adapters.store.sql_transaction import SqlTransaction
from screenpop.ports.store import Transaction

__all__ = ["SqlStore"]

T = TypeVar("T")


class SqlStore(ABC):
    """The part of a store that is the same on every database."""

    @property
    @abstractmethod
    def queue_length(self) -> int:
        """How many transactions wait."""

    @abstractmethod
    def watch(self, committed: Callable[[int, float], None]) -> None:
        """Tell ``committed`` of each commit: how many use cases it holds, and its seconds.

        It is called in the store's own threads.
        """

    @abstractmethod
    async def transact(self, use_case: Callable[[Transaction], T]) -> T:
        """See :class:`~screenpop.ports.store.Store`."""

    async def claim_node_start(self, node: int, now: int) -> int:
        """Claim this node's start and return its second; the next free one if it is taken.

        Two starts within one second would otherwise give the same ids (design 2.13).
        """

        def claim(tx: Transaction) -> int:
            assert isinstance(tx, SqlTransaction)  # noqa: S101  # it is our own
            return tx.claim_node_start(node, now // 1000)

        return await self.transact(claim)

    async def secret(self, name: str, make: Callable[[], str], now: int) -> str:
        """Return the secret of this name, drawing it with ``make`` the first time."""

        def keep(tx: Transaction) -> str:
            assert isinstance(tx, SqlTransaction)  # noqa: S101  # it is our own
            return tx.secret(name, make, now)

        return await self.transact(keep)
