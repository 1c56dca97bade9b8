"""The SQL of one dial and one disposal, recorded once and driven by the same writer.

No HTTP, no domain: what is left is the price of the statements and of the commits.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bench.served import node
from screenpop.adapters.store.connection import Connection
from screenpop.adapters.store.sql_transaction import SqlTransaction
from screenpop.domain.commands import (
    Acting,
    DialNumber,
    DisposeCall,
    DispositionChoice,
    Login,
    RequestKey,
)
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.services import dialling, disposing, sessions

__all__ = ["Recorder", "Statement", "record", "renamed", "replayed_per_second"]

Statement = tuple[str, tuple[Any, ...]]


class Recorder:
    """A connection that remembers what it ran."""

    def __init__(self, connection: Connection, into: list[Statement]) -> None:
        self._connection = connection
        self._into = into

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:  # noqa: ANN401
        """Run a statement and keep it."""
        self._into.append((statement, tuple(values)))
        return self._connection.execute(statement, values)

    def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> Any:  # noqa: ANN401
        """Run a statement for each row, and keep them."""
        self._into += [(statement, tuple(row)) for row in values]
        return self._connection.executemany(statement, values)


def replayed_per_second(agents: int, seconds: float) -> float:
    """Return how many commands' statements a second the writer takes from so many askers."""
    return asyncio.run(_replay(agents, seconds))


async def _replay(agents: int, seconds: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        async with node(Path(folder), agents, 1) as (served, _application):
            recorded = [await record(served, f"agent{n}") for n in range(agents)]
            numbers = count(1)
            until = time.perf_counter() + seconds
            done = 0

            async def ask(pair: tuple[list[Statement], list[Statement]]) -> None:
                nonlocal done
                while time.perf_counter() < until:
                    suffix = f"~{next(numbers)}"
                    for statements in pair:
                        await served.store.transact(partial(_run, statements, suffix))
                        done += 1

            began = time.perf_counter()
            await asyncio.gather(*(ask(pair) for pair in recorded))
            return done / (time.perf_counter() - began)


async def record(served: Any, agent: str) -> tuple[list[Statement], list[Statement]]:  # noqa: ANN401
    """Let an agent dial and dispose once; return the statements of each."""
    session: AgentSession = await served.core.run(
        sessions.login, Login(agent, force=True, select_work=False, auto_call=True)
    )
    acting = Acting(session.session_id, session_suffices=True)
    dial: list[Statement] = []
    disposal: list[Statement] = []
    command = DialNumber(
        acting, session.seat, 60, "8447380993", "8447380993",
        request=RequestKey("voice/manualDial", "d", "f"), request_id="d",
    )  # fmt: skip

    def recording(use_case: Any, into: list[Statement]) -> Any:  # noqa: ANN401
        def run(tx: Transaction, asked: Any, now: int, ids: Draw) -> Any:  # noqa: ANN401
            assert isinstance(tx, SqlTransaction)
            tx._db = Recorder(tx._db, into)  # noqa: SLF001
            return use_case(tx, asked, now, ids)

        return run

    placed = (await served.core.run(recording(dialling.manual_dial, dial), command)).result
    choice = DispositionChoice(disposition_code_id=11)
    finish = DisposeCall(
        acting, session.seat, 60, placed.crt_object_id, choice,
        request=RequestKey("voice/disposeCall", "x", "f"), request_id="x",
    )  # fmt: skip
    await served.core.run(recording(disposing.dispose_call, disposal), finish)
    return dial, disposal


def _run(statements: list[Statement], suffix: str, tx: Transaction) -> None:
    """Run recorded statements as if for another call: what names a call gets the suffix."""
    assert isinstance(tx, SqlTransaction)
    seq = fact = None
    for statement, values in statements:
        if statement.startswith("insert into stream_events"):
            own = (values[0], seq, fact)
        else:
            own = tuple(renamed(value, suffix) for value in values)
        rows = tx._write(statement, own)  # noqa: SLF001
        if statement.startswith("update streams"):
            seq = rows.fetchone()[0]
        elif statement.startswith("insert into facts"):
            fact = rows.fetchone()[0]
        elif statement.startswith("select"):
            rows.fetchall()


def renamed(value: Any, suffix: str) -> Any:  # noqa: ANN401
    """Return a statement's value as it is for another call."""
    names_a_call = isinstance(value, str) and (
        value in ("d", "x") or (value.startswith("d1-") and "-ses-" not in value)
    )
    return value + suffix if names_a_call else value
