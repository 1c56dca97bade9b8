"""Every store that the store port's contract suite runs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from screenpop.adapters.store.postgres.store import PostgresStore
from screenpop.adapters.store.sqlite.store import SqliteStore
from screenpop.domain.configuration import Configuration
from screenpop.ports.store import Transaction
from tests.contract.store.rows import configuration
from tests.postgres import database, postgres

__all__ = ["database", "postgres"]


class Place:
    """Where a store keeps its data; it can be opened again, as after a restart."""

    def __init__(self, open_store: Callable[[], Any]) -> None:
        self._open = open_store
        self._present: Any = None

    def open(self) -> Any:
        """Close the store, if one is open, and open one on the same data."""
        self.close()
        self._present = self._open()
        return self._present

    def close(self) -> None:
        if self._present is not None:
            self._present.close()
            self._present = None


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgresql"))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        made = Place(lambda: SqliteStore(tmp_path / "screenpop.db"))
    else:
        url = request.getfixturevalue("database")
        made = Place(lambda: PostgresStore(url))
    yield made
    made.close()


@pytest.fixture
async def store(place: Place) -> Any:
    store = place.open()
    await store.transact(_configure(configuration()))
    return store


def _configure(present: Configuration) -> Callable[[Transaction], None]:
    return lambda tx: tx.save_configuration(present)
