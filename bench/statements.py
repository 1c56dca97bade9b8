"""The SQL of one dial and one disposal, recorded once and driven by the same writer.

All of it: what the line's outbox and the line's reports cost for such a call as well.  No HTTP, no
domain: what is left is the price of the statements and of the commits.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bench.served import node
from screenpop.adapters.store.sql_transaction import SqlTransaction
from screenpop.adapters.store.sqlite.transaction import SqliteTransaction
from screenpop.domain.commands import (
    Acting,
    DialNumber,
    DisposeCall,
    DispositionChoice,
    Login,
    RequestKey,
)
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Transaction
from screenpop.services import dialling, disposing, sessions

__all__ = ["Repeater", "Statement", "record", "replayed_per_second"]

#: Its text, and the values of each row that it was run for.
Statement = tuple[str, tuple[tuple[Any, ...], ...]]

#: After that many seconds without a use case the line has done with a call.
_QUIET = 0.6


class Recorder:
    """A connection that remembers what it ran."""

    def __init__(self, connection: Any, into: list[Statement]) -> None:  # noqa: ANN401
        self._connection = connection
        self._into = into

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._connection, name)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:  # noqa: ANN401
        """Run a statement and keep it."""
        self._into.append((statement, (tuple(values),)))
        return self._connection.execute(statement, values)

    def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> Any:  # noqa: ANN401
        """Run a statement for each row, and keep them."""
        self._into.append((statement, tuple(tuple(row) for row in values)))
        return self._connection.executemany(statement, values)


class Repeater:
    """Makes values for the same statements once more: ids of another call, the next numbers."""

    def __init__(self, thread: int = 0) -> None:
        """Begin far above what was recorded; no two threads make the same ids."""
        self._calls = (f"{thread}.{number}" for number in count(1))
        self._facts = count(10**9)
        self._streams: Counter[str] = Counter()

    def again(self, statements: Sequence[Statement]) -> list[Statement]:
        """Return one use case's statements as they are for another call."""
        suffix = f"~{next(self._calls)}"
        fact = 0
        repeated: list[Statement] = []
        for statement, rows in statements:
            own: list[tuple[Any, ...]] = []
            for row in rows:
                if statement.startswith("insert into facts (fact_id"):
                    fact = next(self._facts)
                    own.append((fact, *(_renamed(value, suffix) for value in row[1:])))
                elif statement.startswith("insert into stream_events"):
                    self._streams[row[0]] += 1
                    own.append((row[0], 10**9 + self._streams[row[0]], fact))
                else:
                    own.append(tuple(_renamed(value, suffix) for value in row))
            repeated.append((statement, tuple(own)))
        return repeated


def _renamed(value: Any, suffix: str) -> Any:  # noqa: ANN401
    names_a_call = isinstance(value, str) and (
        value in ("d", "x") or (value.startswith("d1-") and "-ses-" not in value)
    )
    return value + suffix if names_a_call else value


def replayed_per_second(agents: int, seconds: float) -> float:
    """Return how many commands' statements a second the writer takes from so many askers."""
    return asyncio.run(_replay(agents, seconds))


async def _replay(agents: int, seconds: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        async with node(Path(folder), agents, 1) as (served, _application):
            recorded = [await record(served, f"agent{n}") for n in range(agents)]
            repeater = Repeater()
            until = time.perf_counter() + seconds
            done = 0

            async def ask(use_cases: list[list[Statement]]) -> None:
                nonlocal done
                while time.perf_counter() < until:
                    for statements in use_cases:
                        again = repeater.again(statements)
                        await served.store.transact(partial(_run, again))
                    done += 2

            began = time.perf_counter()
            await asyncio.gather(*(ask(use_cases) for use_cases in recorded))
            return done / (time.perf_counter() - began)


async def record(served: Any, agent: str) -> list[list[Statement]]:  # noqa: ANN401
    """Let an agent dial and dispose once; return the statements of each use case it took."""
    session: AgentSession = await served.core.run(
        sessions.login, Login(agent, force=True, select_work=False, auto_call=True)
    )
    acting = Acting(session.session_id, session_suffices=True)
    command = DialNumber(
        acting, session.seat, 60, "8447380993", "8447380993",
        request=RequestKey("voice/manualDial", "d", "f"), request_id="d",
    )  # fmt: skip
    with _recording(served.store) as use_cases:
        placed = (await served.core.run(dialling.manual_dial, command)).result
        choice = DispositionChoice(disposition_code_id=11)
        finish = DisposeCall(
            acting, session.seat, 60, placed.crt_object_id, choice,
            request=RequestKey("voice/disposeCall", "x", "f"), request_id="x",
        )  # fmt: skip
        await served.core.run(disposing.dispose_call, finish)
        seen = -1
        while seen != (seen := len(_working(use_cases))):  # noqa: ASYNC110  # a scripted line
            await asyncio.sleep(_QUIET)
    return _working(use_cases)


def _working(use_cases: list[list[Statement]]) -> list[list[Statement]]:
    """Leave out looks that found nothing to do: they are made in idle moments too."""
    return [s for s in use_cases if any(not text.startswith("select") for text, _rows in s)]


@contextlib.contextmanager
def _recording(store: Any) -> Iterator[list[list[Statement]]]:  # noqa: ANN401
    """Record the statements of every use case meanwhile."""
    use_cases: list[list[Statement]] = []
    transact = store.transact

    async def recorded(use_case: Callable[[Transaction], Any]) -> Any:  # noqa: ANN401
        into: list[Statement] = []
        use_cases.append(into)

        def run(tx: Transaction) -> Any:  # noqa: ANN401
            into.clear()  # it may run twice
            with _into(tx, into):
                return use_case(tx)

        return await transact(run)

    store.transact = recorded
    try:
        yield use_cases
    finally:
        del store.transact


@contextlib.contextmanager
def _into(tx: Transaction, into: list[Statement]) -> Iterator[None]:
    assert isinstance(tx, SqlTransaction)
    if isinstance(tx, SqliteTransaction):
        tx.finish()  # what waits belongs to another use case
        gathering = tx._db  # noqa: SLF001
        connection = gathering.connection
        gathering.connection = Recorder(connection, into)
        try:
            yield
            tx.finish()
        finally:
            gathering.connection = connection
    else:
        present = tx._db  # noqa: SLF001
        tx._db = Recorder(present, into)  # noqa: SLF001
        try:
            yield
        finally:
            tx._db = present  # noqa: SLF001


def _run(statements: list[Statement], tx: Transaction) -> None:
    assert isinstance(tx, SqliteTransaction)
    tx.wrote = True
    connection = tx._db.connection  # noqa: SLF001
    for statement, rows in statements:
        if statement.startswith("select"):
            connection.execute(statement, rows[0]).fetchall()
        elif len(rows) == 1:
            connection.execute(statement, rows[0])
        else:
            connection.executemany(statement, rows)
