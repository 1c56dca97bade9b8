"""Reads the journal of the simulated network: what happened at far ends (design 2.9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from screenpop.simulator.legs import JournalEntry, Kind

__all__ = ["JournalEntry", "SimulatorJournal"]


class SimulatorJournal:
    """A journal file, read anew at each question; one that is not there yet is empty."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> tuple[JournalEntry, ...]:
        """Return every entry, oldest first."""
        return tuple(self._read())

    def dials(self, kind: Kind | None = None) -> tuple[JournalEntry, ...]:
        """Return the dials that reached the network, refused ones included."""
        return self._of("dial", kind)

    def rings(self, kind: Kind | None = None) -> tuple[JournalEntry, ...]:
        """Return every ring of a far end."""
        return self._of("ring", kind)

    def offers(self) -> tuple[JournalEntry, ...]:
        """Return the inbound calls."""
        return self._of("offer", None)

    def answers(self, kind: Kind | None = None) -> tuple[JournalEntry, ...]:
        """Return every answer."""
        return self._of("answer", kind)

    def ends(self, kind: Kind | None = None) -> tuple[JournalEntry, ...]:
        """Return every end of a leg."""
        return self._of("end", kind)

    def _of(self, event: str, kind: Kind | None) -> tuple[JournalEntry, ...]:
        return tuple(
            entry for entry in self._read() if entry.event == event and kind in (None, entry.kind)
        )

    def _read(self) -> Iterator[JournalEntry]:
        if not self._path.exists():
            return
        # The last line may still be on its way to the file.
        for line in self._path.read_bytes().split(b"\n")[:-1]:
            yield JournalEntry(**json.loads(line))
