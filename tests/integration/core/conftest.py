"""A floor on each store for every test that wants one; SQLite's is copied from one template."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from screenpop.adapters.store.postgres.store import PostgresStore
from screenpop.ports.bus import session_stream
from screenpop.ports.store import Reader
from screenpop.web.translate import event_to_wire, snapshot
from tests.integration.core.event_contract import check_event, check_snapshot
from tests.integration.core.floor import Floor, fill, make_template, on_sqlite
from tests.postgres import database, postgres

__all__ = ["database", "postgres"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgresql"))])
def floor(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Floor]:
    with asyncio.Runner() as runner:
        if request.param == "sqlite":
            floor = Floor(on_sqlite(template, tmp_path / "floor"), runner)
        else:
            url = request.getfixturevalue("database")
            filled = PostgresStore(url)
            runner.run(filled.transact(fill))
            filled.close()
            floor = Floor(lambda: PostgresStore(url), runner)
        floor.line_up()
        yield floor
        floor.read(_check_everything)
        floor.close()


def _check_everything(reader: Reader) -> None:
    """Every event and every snapshot that a test's sessions give is as the contract says."""
    for session in reader.live_sessions():
        stream = session_stream(session.session_id)
        check_snapshot(snapshot(reader, session, stream))
        for stored in reader.events_after(stream, 0, 1_000):
            check_event(event_to_wire(stored, reader.configuration))
