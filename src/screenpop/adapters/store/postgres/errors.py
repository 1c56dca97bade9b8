"""What can be wrong with the database of an installation.

DatabaseError
├── DatabaseUnreachableError   nobody answers, or we are not let in
├── SchemaOlderError           ``screenpop migrate`` has not been run
├── SchemaNewerError           a newer screenpop has migrated it
└── NodeInUseError             another process is this node already
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "DatabaseError",
    "DatabaseUnreachableError",
    "NodeInUseError",
    "SchemaNewerError",
    "SchemaOlderError",
]


class DatabaseError(Exception):
    """The database cannot be used."""


class DatabaseUnreachableError(DatabaseError):
    """Nobody answers at the database's address, or we are not let in."""

    def __init__(self, reason: str) -> None:
        """Give the driver's reason, which names no password."""
        super().__init__(
            f"The database of server.database cannot be reached: {' '.join(reason.split())}. "
            "Start it, or correct the setting."
        )
        self.reason = reason


class SchemaOlderError(DatabaseError):
    """The database lacks tables that this program needs."""

    def __init__(self, found: str | None, needed: str) -> None:
        """Name both revisions and the cure."""
        has = "has no tables yet" if found is None else f"is at revision {found}"
        super().__init__(
            f"The database {has}, this program needs revision {needed}. "
            "Run `screenpop migrate --config …` once, then start the servers."
        )
        self.found = found
        self.needed = needed


class SchemaNewerError(DatabaseError):
    """The database was made by a newer program."""

    def __init__(self, found: str, known: str) -> None:
        """Name both revisions and the cure."""
        super().__init__(
            f"The database is at revision {found}, this program knows {known} at most. "
            "Install the newer screenpop here as well."
        )
        self.found = found
        self.known = known


class NodeInUseError(DatabaseError):
    """Another process on this machine is this node already."""

    def __init__(self, node: int, folder: Path) -> None:
        """Name node, folder and the cure."""
        super().__init__(
            f"Another process works as node {node} in the data folder {folder}. "
            "Stop that one, or give this one another server.node or server.data_folder."
        )
        self.node = node
        self.folder = folder
