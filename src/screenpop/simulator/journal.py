"""The journal: what happened at far ends, one JSON object a line, flushed at once (design 2.9)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from screenpop.simulator.legs import JournalEntry

__all__ = ["JournalWriter"]


class JournalWriter:
    """Appends to a journal file; what is written outlives this process."""

    def __init__(self, path: Path) -> None:
        """Open the file, readable by its owner only.

        :raises OSError: it cannot be opened.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, entries: Iterable[JournalEntry]) -> None:
        """Append entries.

        :raises OSError: they cannot be written.
        """
        lines = "".join(json.dumps(asdict(entry)) + "\n" for entry in entries).encode()
        while lines:
            lines = lines[os.write(self._file, lines) :]

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
