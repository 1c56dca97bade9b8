"""The CRM's process: it listens at a socket that its parent opened, and ends with that parent."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

import uvicorn

from screenpop.crmkit.voice import AsyncVoiceClient
from screenpop.demo.crm.application import ReferenceCrm
from screenpop.demo.crm.records import Records
from screenpop.demo.crm.sign_on import CrmSettings

__all__ = ["run"]

_STOP_SECONDS = 2.0


class _Uvicorn(uvicorn.Server):
    """uvicorn without its own signal handlers, which an inherited "ignore" would switch off."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop, or until standard input ends; return the exit status.

    The first line of standard input is JSON, the fields of `CrmSettings`. It comes when the
    console listens; until then requests wait in the socket.
    """
    parser = argparse.ArgumentParser(
        prog="screenpop.demo.crm", description="The reference CRM; `screenpop demo` starts it."
    )
    parser.add_argument("--socket", type=int, required=True, help="number of the open socket")
    parser.add_argument("--database", default=":memory:", help="file of its records")
    options = parser.parse_args(argv)
    line = sys.stdin.readline()
    if not line:
        return 0  # the parent ended before it was ready
    settings = CrmSettings(**json.loads(line))
    records = Records(options.database)
    try:
        with socket.socket(fileno=options.socket) as listener:
            asyncio.run(_serve(settings, records, listener))
    finally:
        records.close()
    return 0


async def _serve(settings: CrmSettings, records: Records, listener: socket.socket) -> None:
    async with AsyncVoiceClient(settings.console, settings.authorization) as voice:
        crm = ReferenceCrm(settings, records, voice)
        config = uvicorn.Config(
            crm.app, log_config=None, access_log=False, lifespan="off", server_header=False,
            ws="none", timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = _Uvicorn(config)
        _stop_when_told(server)
        await server.serve(sockets=[listener])


def _stop_when_told(server: uvicorn.Server) -> None:
    loop = asyncio.get_running_loop()

    def stop(_number: int = 0, _frame: FrameType | None = None) -> None:
        # Whatever hangs, the process is gone in time.
        timer = threading.Timer(_STOP_SECONDS, os._exit, (0,))
        timer.daemon = True
        timer.start()
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    loop.add_reader(0, _end_at_eof, loop, stop)


def _end_at_eof(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    if not os.read(0, 4096):
        loop.remove_reader(0)
        end()
