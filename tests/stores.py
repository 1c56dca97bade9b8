"""Each store that a contact centre can run on; import what you need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from screenpop.settings import Settings
from tests.postgres import database, postgres

__all__ = ["database", "on_store", "postgres"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgresql"))])
def on_store(request: pytest.FixtureRequest) -> Callable[[Settings], Settings]:
    """Settings that put a contact centre on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        return lambda settings: settings
    url: str = request.getfixturevalue("database")
    return lambda settings: replace(settings, database=url)
