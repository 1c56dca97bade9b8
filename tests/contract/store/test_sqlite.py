"""What holds for the embedded store alone: one writer, one process (design 2.3, 2.7)."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from screenpop.adapters.store.sqlite.lock import DatabaseInUseError
from screenpop.adapters.store.sqlite.store import SqliteStore
from screenpop.ports.store import StoreBusyError, Transaction
from tests.contract.store.conftest import Place
from tests.contract.store.rows import session
from tests.contract.store.test_transactions import Hold, append, reasons, together


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """This store alone."""
    made = Place(lambda: SqliteStore(tmp_path / "screenpop.db"))
    yield made
    made.close()


_OPEN = """
import sys
from pathlib import Path
from screenpop.adapters.store.sqlite.store import SqliteStore
SqliteStore(Path(sys.argv[1]))
"""


class FailingOnce:
    """A connection whose next commit of a batch fails, as on a full disk."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.failed = False

    def execute(self, statement: str, *values: Any) -> Any:
        if statement == "commit" and not self.failed:
            self.failed = True
            message = "disk I/O error"
            raise sqlite3.OperationalError(message)
        return self._connection.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


async def test_a_commit_that_fails_is_made_again_one_by_one(store: Any) -> None:
    failing = FailingOnce(store._writer._connection)
    await store.transact(lambda tx: tx.add_session(session()))
    store._writer._connection = failing
    found = await asyncio.gather(*(store.transact(append(r)) for r in "abc"))
    assert failing.failed
    assert sorted(found) == [1, 2, 3]
    assert await reasons(store) == ["a", "b", "c"]


async def test_a_command_whose_caller_has_gone_is_skipped(store: Any) -> None:
    await store.transact(lambda tx: tx.add_session(session()))
    hold = Hold(store)
    await hold.begun()
    gone = asyncio.ensure_future(store.transact(append("gone")))
    stays = asyncio.ensure_future(store.transact(append("stays")))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    hold.let_go()
    await asyncio.gather(hold.done, stays)
    assert await reasons(store) == ["stays"]


async def test_more_commands_than_the_queue_takes_are_refused_at_once(store: Any) -> None:
    hold = Hold(store)
    await hold.begun()
    waiting = [asyncio.ensure_future(store.transact(lambda _tx: 1)) for _ in range(2_100)]
    await asyncio.sleep(0)
    hold.let_go()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(f, StoreBusyError) for f in found) == 100
    assert found.count(1) == 2_000


async def test_commands_that_wait_are_committed_together(store: Any) -> None:
    threads = set()

    def note(_tx: Transaction) -> None:
        threads.add(threading.get_ident())

    commits: list[str] = []
    store._writer._connection.set_trace_callback(
        lambda statement: commits.append(statement) if statement == "commit" else None
    )
    await together(store, *([note] * 60))
    store._writer._connection.set_trace_callback(None)
    assert len(threads) == 1
    assert len(commits) == 3  # the session, the one that held, all the others


async def test_hints_are_published_after_the_commit(tmp_path: Path) -> None:
    seen: list[tuple[set[str], int]] = []

    def publish(hints: Any) -> None:
        with sqlite3.connect(tmp_path / "a.db") as other:
            (found,) = other.execute("select count(*) from stream_events").fetchone()
        other.close()
        seen.append((set(hints), found))

    store = SqliteStore(tmp_path / "a.db", publish)
    await store.transact(lambda tx: tx.add_session(session()))
    await store.transact(append("a"))
    store.close()
    assert seen == [({"session:s-1", "contact_center:1"}, 1)]


def test_two_processes_on_one_folder_refuse(place: Place, tmp_path: Path) -> None:
    place.open()
    path = str(tmp_path / "screenpop.db")
    with pytest.raises(DatabaseInUseError, match="in use by another screenpop process"):
        SqliteStore(Path(path))
    other = subprocess.run(
        [sys.executable, "-c", _OPEN, path], capture_output=True, text=True, check=False
    )
    assert "DatabaseInUseError" in other.stderr
    place.close()
    last = subprocess.run(
        [sys.executable, "-c", _OPEN, path], capture_output=True, text=True, check=False
    )
    assert last.returncode == 0, last.stderr


async def test_a_commit_survives_a_kill(tmp_path: Path) -> None:
    """What was answered is on the disk, whatever happens to the process next."""
    program = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from screenpop.adapters.store.sqlite.store import SqliteStore\n"
        "store = SqliteStore(Path(sys.argv[1]))\n"
        "asyncio.run(store.transact(lambda tx: tx.set_line_up(True, 1)))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    path = tmp_path / "screenpop.db"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program, str(path)], check=False)
    store = SqliteStore(path)
    assert await store.read(lambda r: r.line_up())
    store.close()
