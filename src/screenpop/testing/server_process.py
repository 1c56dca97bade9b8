"""A real server as a child process, to be killed and started again on the same data.

For tests that judge what outlives a process::

    async with server_process(["demo", "--data", str(folder)]) as server:
        ...
        await server.kill()
        await server.start()
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from screenpop.adapters.telephony.simulator.control import SimulatorControl
from screenpop.adapters.telephony.simulator.starter import RunningSimulator
from screenpop.simulator.state import StateFile
from screenpop.testing.simulator_journal import SimulatorJournal

__all__ = ["ServerDidNotStartError", "ServerProcess", "server_process"]

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_COMMAND = (sys.executable, "-c", "import sys; from screenpop.cli import main; sys.exit(main())")


class ServerDidNotStartError(Exception):
    """The server ended, or said nothing, before it was ready."""

    def __init__(self, status: int | None, said: str) -> None:
        """Tell the exit status and what it said on standard error."""
        super().__init__(f"the server did not become ready (exit status {status}): {said}")
        self.status = status
        self.said = said


class ServerProcess:
    """``screenpop demo`` or ``screenpop serve`` as a child; use :func:`server_process`."""

    def __init__(
        self, arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """Run with ``arguments``; standard error of every run is appended to ``log``."""
        self._arguments = tuple(arguments)
        self._log = log
        # Told not to keep compiled modules, every start would compile every library again.
        self._environment = {
            k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"
        } | dict(environment or {})
        self._process: asyncio.subprocess.Process | None = None
        #: Where the present run answers; another port after each start.
        self.url = ""
        self.data_folder = Path()
        self._journal: Path | None = None
        #: Seconds from a start to its ready line, one for each start.
        self.start_times: list[float] = []

    @property
    def pid(self) -> int:
        """The process id of the present run."""
        assert self._process is not None  # it was started  # noqa: S101
        return self._process.pid

    @property
    def journal(self) -> SimulatorJournal:
        """What happened at the far ends of the simulated network, over all runs."""
        assert self._journal is not None  # it was started  # noqa: S101
        return SimulatorJournal(self._journal)

    @property
    def log(self) -> str:
        """What all runs said on standard error."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    def control(self) -> SimulatorControl:
        """The hands at the far ends of the simulated network; close it afterwards."""
        return SimulatorControl(self.data_folder / "simulator.json")

    def simulator_pid(self) -> int | None:
        """Return the process id of the simulated network, ``None`` if there is none."""
        state = StateFile.read(self.data_folder / "simulator.json")
        return None if state is None else state.pid

    async def start(self) -> None:
        """Start, and wait for the ready line.

        :raises ServerDidNotStartError: it ended, or 60 s passed.
        """
        began = asyncio.get_running_loop().time()
        said_before = len(self.log)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                *self._arguments,
                "--ready-json",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=self._environment,
            )
        assert self._process.stdout is not None  # it is a pipe  # noqa: S101
        line = b""
        try:
            async with asyncio.timeout(_START_SECONDS):
                line = await self._process.stdout.readline()
        except TimeoutError:
            self._process.kill()
        if not line:
            status = await self._process.wait()
            raise ServerDidNotStartError(status, self.log[said_before:])
        self.start_times.append(asyncio.get_running_loop().time() - began)
        facts = json.loads(line)
        self.url = facts["url"]
        self.data_folder = Path(facts["data_folder"])
        self._journal = Path(facts["journal"]) if facts["journal"] else None

    async def kill(self) -> None:
        """Kill with -9: nothing is finished, nothing is said."""
        await self.stop(signal.SIGKILL)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit status."""
        assert self._process is not None  # it was started  # noqa: S101
        if self._process.returncode is None:
            self._process.send_signal(number)
        async with asyncio.timeout(_STOP_SECONDS):
            return await self._process.wait()

    async def end(self) -> None:
        """Make sure that neither the server nor its simulated network lives on."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        state_file = self.data_folder / "simulator.json"
        state = StateFile.read(state_file) if self._journal else None
        if state is not None:
            # Stops it only if it answers as ours: the file may be older than the process id.
            journal = Path(state.journal)
            network = RunningSimulator(state_file, state.pid, state.host, state.port, journal)
            await asyncio.to_thread(network.stop)


@asynccontextmanager
async def server_process(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[ServerProcess]:
    """Run a server on free ports until the end of the block, its simulated network with it.

    ``arguments`` are those of ``screenpop``, without ``--port`` and ``--ready-json``; standard
    error goes to the file ``log``.
    """
    ports = ("--port", "0", "--crm-port", "0") if arguments[0] == "demo" else ()
    given = {"SCREENPOP_SERVER__PORT": "0"} if arguments[0] == "serve" else {}
    server = ServerProcess([*arguments, *ports], log, given | dict(environment or {}))
    try:
        await server.start()
        yield server
    finally:
        await server.end()
