"""The process around the simulated network: arguments, signals, ready line, end."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from screenpop.simulator.errors import AlreadyRunningError
from screenpop.simulator.journal import JournalWriter
from screenpop.simulator.network import Network
from screenpop.simulator.plan import NumberPlan
from screenpop.simulator.server import SimulatorServer
from screenpop.simulator.state import SimulatorState, StateFile

__all__ = ["EXIT_ALREADY_RUNNING", "run"]

#: Exit status when another network has the state file.
EXIT_ALREADY_RUNNING = 3


def run(argv: Sequence[str] | None) -> int:
    """Run until told to stop; returns the exit status.

    0: stopped; 1: could not start, with a sentence on standard error;
    :data:`EXIT_ALREADY_RUNNING`: another one has the state file.
    """
    options = _parser().parse_args(argv)
    state_path = options.state_file or options.journal.with_name(options.journal.name + ".state")
    try:
        return asyncio.run(_live(options, state_path))
    except AlreadyRunningError as problem:
        sys.stderr.write(f"screenpop simulator: {problem}\n")
        return EXIT_ALREADY_RUNNING
    except OSError as problem:
        sys.stderr.write(
            f"screenpop simulator: it cannot start: {problem}. "
            "Give another --port, or folders that this user may write\n"
        )
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="screenpop simulator",
        description="The simulated telephone network, on a loopback port.",
    )
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 takes a free one")
    parser.add_argument("--journal", type=Path, required=True, help="file for what rang and ended")
    parser.add_argument("--state-file", type=Path, help="where its port and token are found")
    parser.add_argument("--speed", type=_speed, default=1.0, help="how fast its clock runs")
    parser.add_argument(
        "--idle-exit",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="end after so long without a controller and without calls",
    )
    parser.add_argument(
        "--with-parent", action="store_true", help="end when standard input is closed"
    )
    return parser


def _speed(text: str) -> float:
    try:
        return NumberPlan(float(text)).speed
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0") from None


async def _live(options: argparse.Namespace, state_path: Path) -> int:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    # Set by hand, or an "ignore" inherited from a shell's background job would win.
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    state_file = StateFile(state_path)
    try:
        journal = JournalWriter(options.journal)
        token = secrets.token_urlsafe(32)
        server = SimulatorServer(
            Network(NumberPlan(options.speed), f"sim-{secrets.token_hex(4)}"),
            journal,
            token,
            _clock(),
            idle_seconds=options.idle_exit,
            when_idle=over.set,
        )
        host, port = await server.start("127.0.0.1", options.port)
        state_file.write(
            SimulatorState(host, port, os.getpid(), token, str(options.journal.absolute()))
        )
        if options.with_parent:
            loop.add_reader(0, _end_at_eof, over.set)
        _say_ready(host, port)
        await over.wait()
        await server.stop()
        journal.close()
    finally:
        state_file.release()
    return 0


def _clock() -> Callable[[], int]:
    """Return a clock in epoch milliseconds that never goes back."""
    offset = time.time_ns() - time.monotonic_ns()
    return lambda: (offset + time.monotonic_ns()) // 1_000_000


def _end_at_eof(end: Callable[[], None]) -> None:
    if not os.read(0, 4096):
        asyncio.get_running_loop().remove_reader(0)
        end()


def _say_ready(host: str, port: int) -> None:
    ready = {"ready": True, "host": host, "port": port, "pid": os.getpid()}
    # Whoever started us may have gone; the next one finds us by the state file.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
