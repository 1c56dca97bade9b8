"""A floor for every test that wants one: copied from one template, so that it is quick."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.core.floor import Floor, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def floor(template: Path, tmp_path: Path) -> Iterator[Floor]:
    with asyncio.Runner() as runner:
        floor = Floor(template, tmp_path / "floor", runner)
        floor.line_up()
        yield floor
        floor.close()
