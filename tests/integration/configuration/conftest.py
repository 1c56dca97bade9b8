"""Both stores, for tests of what is kept."""

from tests.stores import database, on_store, postgres

__all__ = ["database", "on_store", "postgres"]
