"""A PostgreSQL for all tests of a worker, and a database for each; import what you need."""

from collections.abc import Iterator

import pytest

from screenpop.testing.postgres import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server that no test stops."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty database with our tables."""
    with postgres.database() as url:
        yield url
