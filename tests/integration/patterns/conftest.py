"""Both stores, for every test here."""

from tests.stores import database, on_store, postgres

__all__ = ["database", "on_store", "postgres"]
