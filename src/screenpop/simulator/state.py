"""The state file: where a running network is found, and the token that opens it.

It is readable by its owner only.  Beside it, ``<name>.lock`` is locked for as long as the
network lives, so that there is never a second one for the same file.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from screenpop.simulator.errors import AlreadyRunningError

__all__ = ["SimulatorState", "StateFile"]


@dataclass(frozen=True, slots=True)
class SimulatorState:
    """Where a network listens."""

    host: str
    port: int
    pid: int
    token: str
    journal: str


class StateFile:
    """The state file, as the network that owns it sees it."""

    def __init__(self, path: Path) -> None:
        """Claim the file.

        :raises AlreadyRunningError: another network has it.
        :raises OSError: the folder cannot be written.
        """
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise AlreadyRunningError(str(path)) from None

    def write(self, state: SimulatorState) -> None:
        """Write the file whole, or not at all."""
        draft = self._path.with_name(self._path.name + ".new")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(state), file)
        draft.replace(self._path)

    def release(self) -> None:
        """Remove the file and let others have it."""
        self._path.unlink(missing_ok=True)
        os.close(self._lock)

    @staticmethod
    def read(path: Path) -> SimulatorState | None:
        """Return what the file says, or ``None`` when it is missing or unreadable."""
        try:
            return SimulatorState(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
