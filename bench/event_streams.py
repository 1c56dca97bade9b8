"""Connected event streams: memory and idle CPU (design 7, fifth row), and replay (last row).

5,000 clients each hold a stream of one session; a node with 1,000 missed events sends them to a
reader that comes back.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.durable_commands import log_in, served_process
from bench.load import Connection, Measured

__all__ = ["run"]

_STREAMS = 5_000
_IDLE_SECONDS = 60.0
_EVENTS = 1_000
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def _open(port: int, session: str, last: str = "") -> tuple[Any, Any]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    resume = f"Last-Event-ID: {last}\r\n" if last else ""
    writer.write(
        f"GET /api/v1/events HTTP/1.1\r\nHost: localhost:{port}\r\nsessionId: {session}\r\n"
        f"{resume}\r\n".encode()
    )
    return reader, writer


async def _hold(port: int, pid: int, streams: int) -> dict[str, Any]:
    session, _seat = await log_in(port, "agent0")
    before = _resident(pid)
    held = []
    for first in range(0, streams, 100):
        opened = await asyncio.gather(
            *(_open(port, session) for _ in range(min(100, streams - first)))
        )
        # The first event has come: the stream stands.
        await asyncio.gather(*(reader.readuntil(b"\n\n") for reader, _writer in opened))
        held += opened
    grown = _resident(pid) - before
    cpu, began = _cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(_IDLE_SECONDS)
    share = (_cpu_seconds(pid) - cpu) / (time.perf_counter() - began)
    for _reader, writer in held:
        writer.close()
    return {
        "streams": streams,
        "RSS growth per stream (KiB; bar 20)": round(grown / streams / 1024, 1),
        f"idle CPU over {_IDLE_SECONDS:.0f} s (% of a core; bar 3)": round(share * 100, 2),
    }


async def _replay(port: int) -> dict[str, Any]:
    session, seat = await log_in(port, "agent1")
    connection = Connection("127.0.0.1", port, Measured())
    headers = {"sessionId": session}
    seen = 0
    while seen < _EVENTS:
        number = str(seen)
        common = {"campaignId": 60, "userCrtObjectId": seat}
        dial = {**common, "requestId": f"d{number}", "phone": "8447380993"}
        call = await connection.post("/ameyorestapi/voice/manualDial", dial, headers)
        done = {**common, "requestId": f"x{number}", "crtObjectId": call["crtObjectId"],
                "dispositionCodeId": 11}  # fmt: skip
        await connection.post("/ameyorestapi/voice/disposeCall", done, headers)
        seen += 6
    began = time.perf_counter()
    reader, writer = await _open(port, session, last="1")
    for _ in range(_EVENTS):
        await reader.readuntil(b"\n\n")
    spent = (time.perf_counter() - began) * 1000
    writer.close()
    connection.close()
    return {f"replay of {_EVENTS} events (ms; bar 200)": round(spent, 1)}


def run(streams: int = _STREAMS) -> dict[str, Any]:
    """Measure; needs two file descriptors a stream."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, streams * 2 + 200)), hard))
    with (
        tempfile.TemporaryDirectory() as folder,
        served_process("node", folder, "2") as (port, pid),
    ):
        result = asyncio.run(_hold(port, pid, streams))
        return result | asyncio.run(_replay(port))


if __name__ == "__main__":
    for name, value in run(int(sys.argv[1]) if len(sys.argv) > 1 else _STREAMS).items():
        sys.stdout.write(f"{name}: {value}\n")
