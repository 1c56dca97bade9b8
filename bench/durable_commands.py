"""Durable voice commands as served (design 7, first row).

manualDial and disposeCall over HTTP on SQLite with ``synchronous=FULL`` and a scripted line,
beside a bare Starlette endpoint that only validates the same bodies, and beside the same SQL
statements driven by the same writer without HTTP and domain.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from bench.load import Connection, Measured
from bench.statements import replayed_per_second

__all__ = ["agent_at_work", "log_in", "run", "served_process"]

_TOKEN = "Basic ZGVtby1hcGk6ZGVtby1hcGk="
_SECONDS = 6.0


@contextmanager
def served_process(*arguments: str) -> Iterator[tuple[int, int]]:
    """Run ``bench.served`` as a child; give its port and process id."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.served", *arguments], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        yield int(child.stdout.readline()), child.pid
    finally:
        child.terminate()
        child.wait()


async def agent_at_work(
    port: int, agent: tuple[str, str], until: float, measured: Measured, requests: Iterator[int]
) -> None:
    """Dial and dispose, one after the other, as fast as answers come."""
    connection = Connection("127.0.0.1", port, measured)
    session, seat = agent
    headers = {"Authorization": _TOKEN, "sessionId": session}
    while time.perf_counter() < until:
        n = next(requests)
        common: dict[str, Any] = {"sessionId": session, "campaignId": 60, "userCrtObjectId": seat}
        dial = {**common, "requestId": f"d{n}", "phone": "8447380993", "searchable": "8447380993",
                "shouldAddCustomer": False}  # fmt: skip
        call = await connection.post("/ameyorestapi/voice/manualDial", dial, headers)
        done = {**common, "requestId": f"x{n}", "crtObjectId": call["crtObjectId"],
                "dispositionCodeId": 11}  # fmt: skip
        await connection.post("/ameyorestapi/voice/disposeCall", done, headers)
    connection.close()


async def log_in(port: int, name: str) -> tuple[str, str]:
    """Log one of the bench's agents in; return session and seat."""
    connection = Connection("127.0.0.1", port, Measured())
    login = {"userId": name, "token": "maya", "forceLogin": True}
    reply = await connection.post("/ameyorestapi/userLogin/login", login, {})
    connection.close()
    session: str = reply["userSessionInfo"]["sessionId"]
    return session, await _seat(port, session)


async def _seat(port: int, session: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /api/v1/me HTTP/1.1\r\nHost: localhost:{port}\r\nsessionId: {session}\r\n"
        "Connection: close\r\n\r\n".encode()
    )
    answer = (await reader.read()).decode()
    writer.close()
    return answer.partition('"userCrtObjectIds":["')[2].partition('"')[0]


async def _measure(port: int, agents: int, *, bare: bool) -> Measured:
    measured = Measured()
    nobody = ("d1-0-ses-x", "d1-0-ses-x-uce-x@1")
    # Log-ins are not measured: argon2 is slow on purpose.
    people = [nobody if bare else await log_in(port, f"agent{n}") for n in range(agents)]
    requests = count(1)

    async def work(until: float, into: Measured) -> None:
        await asyncio.gather(
            *(agent_at_work(port, agent, until, into, requests) for agent in people)
        )

    # The first second warms up: statement caches, connections.
    await work(time.perf_counter() + 1, Measured())
    began = time.perf_counter()
    await work(began + _SECONDS, measured)
    measured.seconds = time.perf_counter() - began
    return measured


def run() -> dict[str, Any]:
    """Measure with 1 and 32 agents; return requests per second, ratios and p99."""
    result: dict[str, Any] = {}
    with served_process("bare") as (port, _pid):
        bare = asyncio.run(_measure(port, 32, bare=True))
    result["bare Starlette, 32 connections (requests/s)"] = round(bare.per_second)
    served = Measured()
    for agents in (1, 32):
        with (
            tempfile.TemporaryDirectory() as folder,
            served_process("node", folder, str(agents)) as (port, _pid),
        ):
            served = asyncio.run(_measure(port, agents, bare=False))
        result[f"served, {agents} agents (commands/s)"] = round(served.per_second)
        result[f"served, {agents} agents p50 (ms)"] = round(served.percentile(0.5), 2)
        result[f"served, {agents} agents p99 (ms; bar 50)"] = round(served.percentile(0.99), 2)
    statements = replayed_per_second(32, _SECONDS)
    result["same statements, same writer (commands/s)"] = round(statements)
    result["served / bare (bar 0.25)"] = round(served.per_second / bare.per_second, 3)
    result["served / same statements (bar 0.7)"] = round(served.per_second / statements, 3)
    return result


if __name__ == "__main__":
    for name, value in run().items():
        sys.stdout.write(f"{name}: {value}\n")
