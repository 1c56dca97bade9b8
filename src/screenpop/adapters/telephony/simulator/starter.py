"""Finds the simulated network of an installation, or starts it (design 2.9)."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

from screenpop.adapters.telephony.simulator.errors import SimulatorStartError
from screenpop.simulator.process import EXIT_ALREADY_RUNNING
from screenpop.simulator.protocol import VERSION, encode_line
from screenpop.simulator.state import SimulatorState, StateFile

__all__ = ["RunningSimulator", "ensure_simulator"]

#: Seconds that a start may take; some 0.2 is usual.
_START_SECONDS: Final = 10.0
_ATTACH_SECONDS: Final = 2.0
_STOP_SECONDS: Final = 5.0


class _Ready(TypedDict):
    host: str
    port: int
    pid: int


@dataclass(slots=True)
class RunningSimulator:
    """A living network."""

    state_file: Path
    pid: int
    host: str
    port: int
    #: The journal it writes, which need not be the one asked for when it lived already.
    journal: Path
    #: The child process, when it was started by this call.
    process: subprocess.Popen[bytes] | None = None

    @property
    def started(self) -> bool:
        """Whether it was started by this call, not found."""
        return self.process is not None

    def stop(self) -> None:
        """End the network, and its calls with it, whoever started it; blocks up to 5 s."""
        if self.process is None:
            self._stop_found()
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _stop_found(self) -> None:
        state = _living(self.state_file)
        if state is None or state.pid != self.pid:
            return
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while self.state_file.exists() and time.monotonic() < deadline:
            _pause()


def ensure_simulator(
    state_file: Path,
    *,
    journal: Path,
    speed: float = 1.0,
    port: int = 0,
    survive: bool = False,
) -> RunningSimulator:
    """Return the living network of ``state_file``, or start one; blocks until it is ready.

    With ``survive`` the network outlives this process, however that ends; without, it ends when
    this process does (``kill -9`` included).  Either way it has a session of its own, so that
    Ctrl+C in the terminal is this process's affair.  What it says on standard error goes to
    ``<state_file>.log``.

    :raises SimulatorStartError: it could not be started; the reason is what it said.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if (state := _living(state_file)) is not None:
            journal_file = Path(state.journal)
            return RunningSimulator(state_file, state.pid, state.host, state.port, journal_file)
        log_before = _log_size(state_file)
        child = _spawn(state_file, journal, speed, port, survive=survive)
        ready = _ready_line(child, deadline)
        if ready is not None:
            host, number = ready["host"], ready["port"]
            return RunningSimulator(state_file, ready["pid"], host, number, journal, child)
        status = _reap(child)
        if status != EXIT_ALREADY_RUNNING:
            raise SimulatorStartError(_last_words(state_file, log_before, status))
        # Another one was faster and is about to write the state file.
        _pause()
    raise SimulatorStartError(
        f"{state_file} is held by a network that does not answer; end that process"
    )


def _pause() -> None:
    select.select([], [], [], 0.02)


def _living(state_file: Path) -> SimulatorState | None:
    """Return what the state file says if a network that knows its token answers there."""
    state = StateFile.read(state_file)
    if state is None:
        return None
    hello = {"hello": VERSION, "role": "control", "token": state.token}
    try:
        with socket.create_connection((state.host, state.port), _ATTACH_SECONDS) as peer:
            peer.sendall(encode_line(hello))
            with peer.makefile("rb") as answers:
                answer = json.loads(answers.readline())
    except (OSError, ValueError):
        return None
    return state if answer == {"welcome": VERSION} else None


def _spawn(
    state_file: Path, journal: Path, speed: float, port: int, *, survive: bool
) -> subprocess.Popen[bytes]:
    arguments = ["--port", str(port), "--speed", str(speed)]
    arguments += ["--journal", str(journal), "--state-file", str(state_file)]
    if not survive:
        arguments.append("--with-parent")
    state_file.parent.mkdir(parents=True, exist_ok=True)
    with _log_file(state_file).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "screenpop.simulator", *arguments],
            stdin=subprocess.DEVNULL if survive else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )


def _ready_line(child: subprocess.Popen[bytes], deadline: float) -> _Ready | None:
    pipe = child.stdout
    if pipe is None or not select.select([pipe], [], [], deadline - time.monotonic())[0]:
        return None
    line = pipe.readline()
    if not line:
        return None
    ready: _Ready = json.loads(line)
    return ready


def _reap(child: subprocess.Popen[bytes]) -> int:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    try:
        return child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def _log_file(state_file: Path) -> Path:
    return state_file.with_name(state_file.name + ".log")


def _log_size(state_file: Path) -> int:
    log = _log_file(state_file)
    return log.stat().st_size if log.exists() else 0


def _last_words(state_file: Path, log_before: int, status: int) -> str:
    words = _log_file(state_file).read_bytes()[log_before:].decode(errors="replace").strip()
    return words or f"it ended with status {status}"
