"""The reference CRM as a child process, as seen from the demo that starts it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

__all__ = ["CrmChild", "listen"]

_HOST: Final = "127.0.0.1"
_STOP_SECONDS: Final = 3.0


def listen(port: int) -> socket.socket:
    """Listen on loopback; 0 takes a free port.

    :raises OSError: something else listens there.
    """
    return socket.create_server((_HOST, port))


class CrmChild:
    """A started CRM. Its page answers once it was told who frames it (:meth:`tell`)."""

    def __init__(
        self, listener: socket.socket, database: Path | None, found_dead: Callable[[int], None]
    ) -> None:
        """Start it at ``listener``, which from then on is the child's alone.

        ``found_dead`` is called from a thread with the exit status if it ends by itself.
        """
        self.url = f"http://{_HOST}:{listener.getsockname()[1]}"
        arguments = ["--socket", str(listener.fileno())]
        if database is not None:
            arguments += ["--database", str(database)]
        with listener:
            # A session of its own: Ctrl+C in the terminal is the demo's affair, and the pipe
            # tells the child when the demo is gone, however that ended.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "screenpop.demo.crm", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        self._stopping = False
        self._found_dead = found_dead
        self._watch = threading.Thread(target=self._wait, name="reference CRM", daemon=True)
        self._watch.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def tell(self, settings: dict[str, Any]) -> None:
        """Give it the fields of `CrmSettings`; now it serves."""
        pipe = self._process.stdin
        if pipe is not None:
            try:
                pipe.write(json.dumps(settings).encode() + b"\n")
                pipe.flush()
            except BrokenPipeError:
                return  # it is dead, which the watch says

    def stop(self) -> None:
        """End it; blocks up to 3 s, then it is killed."""
        self._stopping = True
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        self._watch.join(_STOP_SECONDS)
        if self._watch.is_alive():
            self._process.kill()
            self._watch.join()

    def _wait(self) -> None:
        status = self._process.wait()
        if not self._stopping:
            self._found_dead(status)
