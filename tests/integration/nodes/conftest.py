"""Servers as real processes on a PostgreSQL of this worker's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.nodes.floor import Nodes, two_nodes
from tests.postgres import database, postgres

__all__ = ["database", "postgres"]


@pytest.fixture
async def nodes(tmp_path: Path, database: str) -> AsyncIterator[Nodes]:
    """Two servers with four agents."""
    async with two_nodes(tmp_path, database, agents=4) as nodes:
        yield nodes
