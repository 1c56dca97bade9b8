"""One process per database file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

__all__ = ["DatabaseInUseError", "FileLock"]


class DatabaseInUseError(Exception):
    """Another screenpop process uses this data folder."""

    def __init__(self, path: Path) -> None:
        """Name the folder and the cure."""
        super().__init__(
            f"The data folder {path.parent} is in use by another screenpop process. "
            "Stop that one first, or give this one another folder."
        )
        self.path = path


class FileLock:
    """A lock that the kernel lets go of when the process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        """Take the lock of the database at ``path``.

        :raises DatabaseInUseError: somebody else has it.
        """
        self._file = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise DatabaseInUseError(path) from None

    def release(self) -> None:
        """Let go."""
        os.close(self._file)
