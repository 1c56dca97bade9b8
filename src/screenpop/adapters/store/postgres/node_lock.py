"""Which node a process is, over its restarts."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path
from typing import Final

from screenpop.adapters.store.postgres.errors import NodeInUseError

__all__ = ["NodeLock"]

_NAME_BYTES: Final = 64


class NodeLock:
    """A file that the kernel keeps for one process, with the node's name in it.

    Whoever has it knows that the process which had it before is dead, and may go on in its place.
    """

    def __init__(self, folder: Path, node: int) -> None:
        """Take the lock of this node in a data folder.

        :raises NodeInUseError: somebody else has it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"node-{node}.lock"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise NodeInUseError(node, folder) from None
        known = os.pread(self._file, _NAME_BYTES, 0)
        if not known:
            known = f"{node}-{secrets.token_hex(12)}".encode()
            os.pwrite(self._file, known, 0)
        #: No other node of any machine has it.
        self.name = known.decode()

    def release(self) -> None:
        """Let go."""
        os.close(self._file)
