"""A throw-away PostgreSQL for tests: its own folder and socket, gone at the end.

Debian keeps the server's programs outside of the path, and the server refuses to run as root::

    with postgres_server() as server:
        with server.database() as url:
            ...
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final, Self

import psycopg

from screenpop.adapters.store.postgres.schema import migrate_database

__all__ = ["PostgresServer", "postgres_server"]

_BINARIES: Final = "/usr/lib/postgresql"
_TEMPLATE: Final = "screenpop_template"
_SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "100",
    # As an administrator would set it (see the operators' page).
    "deadlock_timeout": "100ms",
    "shared_buffers": "64MB",
    "max_wal_size": "2GB",
}


class PostgresServer:
    """A server that can be stopped and started again; use :func:`postgres_server`."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        """Make a cluster in ``folder``; ``durable`` keeps what a power cut would lose."""
        self._folder = folder
        self._data = folder / "data"
        self._durable = durable
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._numbers = count(1)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--no-sync",
            "--encoding=UTF8", "--locale=C.UTF-8",
        )  # fmt: skip

    def url(self, database: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = _SETTINGS | {
            "unix_socket_directories": str(self._folder),
            "fsync": "on" if self._durable else "off",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = self._folder / "log"
        self._run("pg_ctl", "start", "-w", "-D", str(self._data), "-l", str(log), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop; mode ``fast`` throws everybody out, ``immediate`` is a crash."""
        self._run("pg_ctl", "stop", "-w", "-D", str(self._data), "-m", mode)

    def make_template(self) -> None:
        """Make the database with our tables that the tests' databases are copied from."""
        self._execute(f"create database {_TEMPLATE}")
        migrate_database(self.url(_TEMPLATE))

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """Make a database with our tables, and drop it at the end; gives its URL."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"create database {name} template {_TEMPLATE}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"drop database {name} with (force)")

    @contextlib.contextmanager
    def empty_database(self) -> Iterator[str]:
        """Make a database without tables, and drop it at the end; gives its URL."""
        name = f"empty_{next(self._numbers)}"
        self._execute(f"create database {name}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"drop database {name} with (force)")

    def __enter__(self) -> Self:
        self._watcher = self._watch()
        try:
            self.start()
            self.make_template()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._watcher.communicate()

    def _watch(self) -> subprocess.Popen[bytes]:
        """Start what stops the server and removes its folder when our end of a pipe is closed.

        The kernel closes it, too, when a test run is killed.
        """
        script = f'read _; "$1" stop -D "$2/{self._data.name}" -m immediate; rm -rf "$2"'
        return subprocess.Popen(
            ["/bin/sh", "-c", script, "watcher", str(_binaries() / "pg_ctl"), str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **self._as_user(),
        )

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (str(_binaries() / program), *arguments)
        # The server keeps what it inherits open: a pipe to it would never end.
        with (self._folder / "commands").open("ab") as said:
            subprocess.run(
                command,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self._folder,
                **self._as_user(),
            )

    def _as_user(self) -> dict[str, Any]:
        """The server refuses to run as root; then it runs as the user that Debian made for it."""
        if os.geteuid() != 0:
            return {}
        return {"user": self._user, "group": self._user, "extra_groups": []}


def _binaries() -> Path:
    """Return the folder of the newest server's programs.

    :raises FileNotFoundError: no server is installed.
    """
    found = sorted(Path(_BINARIES).glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if not found:
        raise FileNotFoundError(f"no PostgreSQL server in {_BINARIES} (apt install postgresql)")
    return found[-1].parent


@contextlib.contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Run a PostgreSQL until the end of the block."""
    # Not in a test's own folder: that is closed to the user the server runs as, and its path is
    # longer than a socket's may be.
    folder = Path(tempfile.mkdtemp(prefix="screenpop-pg-"))
    try:
        with PostgresServer(folder, durable=durable) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
