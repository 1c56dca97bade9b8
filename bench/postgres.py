"""Durable voice commands as served on PostgreSQL (design 7, second row), by one node and by two.

Beside them the statements of the same commands, locks included, on raw psycopg: as many threads
with a connection each, no HTTP, no domain, no line.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from bench.durable_commands import agent_at_work, log_in, served_process
from bench.load import Measured
from bench.served import node
from bench.statements import Repeater, Statement, record
from screenpop.adapters.store.postgres.connection import PgConnection, connect
from screenpop.testing.postgres import PostgresServer, postgres_server

__all__ = ["run"]

_SECONDS = 6.0
_AGENTS = 32
_THREADS = 8


async def _measure(ports: Sequence[int]) -> Measured:
    """Let the agents work, each at one of the ports in turn."""
    await asyncio.to_thread(_until_ready, ports)
    people = [await log_in(ports[n % len(ports)], f"agent{n}") for n in range(_AGENTS)]
    requests = count(1)

    async def all_agents(seconds: float, measured: Measured) -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(
            *(
                agent_at_work(ports[n % len(ports)], agent, until, measured, requests)
                for n, agent in enumerate(people)
            )
        )

    await all_agents(1, Measured())
    measured = Measured()
    began = time.perf_counter()
    await all_agents(_SECONDS, measured)
    measured.seconds = time.perf_counter() - began
    return measured


def _until_ready(ports: Sequence[int]) -> None:
    for port in ports:
        for _ in range(300):
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz")
                break
            time.sleep(0.1)


def _served(server: PostgresServer, nodes: int) -> Measured:
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        database = stack.enter_context(server.database())
        ports = []
        for number in range(1, nodes + 1):
            arguments = ("node", folder, str(_AGENTS), database, str(number))
            port, _pid = stack.enter_context(served_process(*arguments))
            ports.append(port)
        return asyncio.run(_measure(ports))


def _raw(server: PostgresServer) -> float:
    """Return how many commands' statements a second raw psycopg takes."""
    with server.database() as database, tempfile.TemporaryDirectory() as folder:
        recorded = asyncio.run(_record(Path(folder), database))
        done = [0] * _THREADS
        until = time.perf_counter() + _SECONDS

        def work(thread: int) -> None:
            connection = connect(database)
            mine = recorded[thread::_THREADS]
            repeater = Repeater(thread)
            while time.perf_counter() < until:
                for use_cases in mine:
                    for statements in use_cases:
                        _replay(connection, repeater.again(statements))
                    done[thread] += 2
            connection.close()

        threads = [threading.Thread(target=work, args=(n,)) for n in range(_THREADS)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / (time.perf_counter() - began)


async def _record(folder: Path, database: str) -> list[list[list[Statement]]]:
    async with node(folder, _AGENTS, 1, database) as (served, _application):
        async with asyncio.timeout(20):
            while not await served.core.read(lambda reader: reader.line_up()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return [await record(served, f"agent{n}") for n in range(_AGENTS)]


def _replay(connection: PgConnection, statements: Sequence[Statement]) -> None:
    seq = fact = None
    connection.command(b"begin")
    for statement, rows in statements:
        for values in rows:
            own = (values[0], seq, fact) if "into stream_events" in statement else values
            found = connection.execute(statement, own)
            if statement.startswith("update streams"):
                seq = _first(found)
            elif statement.startswith("insert into facts"):
                fact = _first(found)
            elif statement.startswith("select"):
                found.fetchall()
    connection.command(b"commit")


def _first(rows: psycopg.Cursor[Any]) -> Any:  # noqa: ANN401
    row = rows.fetchone()
    return row[0] if row else None


def run() -> dict[str, Any]:
    """Measure with 32 agents; return commands per second, latencies and ratios."""
    result: dict[str, Any] = {}
    with postgres_server(durable=True) as server:
        raw = _raw(server)
        one, two = (_served(server, nodes) for nodes in (1, 2))
    result["same statements on raw psycopg (commands/s)"] = round(raw)
    for nodes, measured in (("one node", one), ("two nodes", two)):
        result[f"served, {nodes} (commands/s)"] = round(measured.per_second)
        result[f"served, {nodes} p50 (ms)"] = round(measured.percentile(0.5), 2)
        result[f"served, {nodes} p99 (ms)"] = round(measured.percentile(0.99), 2)
    result["served by one node / raw psycopg (bar 0.6)"] = round(one.per_second / raw, 3)
    result["two nodes / one node"] = round(two.per_second / one.per_second, 3)
    return result


if __name__ == "__main__":
    for name, value in run().items():
        sys.stdout.write(f"{name}: {value}\n")
