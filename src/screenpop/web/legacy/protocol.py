"""Taking request lines that older programs send unencoded (contract 5.1)."""

from __future__ import annotations

import re
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from screenpop.wire.legacy import mended_line

__all__ = ["OlderRequestLines"]

_LONGEST_LINE: Final = 64 * 1024
_OLDER: Final = re.compile(rb"(?:GET|POST|OPTIONS) /(?:dacx|ameyoweb)", re.IGNORECASE)


class OlderRequestLines(HttpToolsProtocol):
    """uvicorn's protocol, which mends the request lines of the older calls before they are parsed.

    A line is looked at where a message begins; of requests that share a packet with the end of
    another (pipelining, which the older programs do not do) it is left as it is.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # uvicorn's own
        super().__init__(*args, **kwargs)
        self._between_messages = True
        self._held = b""

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client."""
        if self._between_messages:
            if self._held:
                data, self._held = self._held + data, b""
            end = data.find(b"\n")
            if end < 0 and len(data) < _LONGEST_LINE:
                self._held = data
                return
            if _OLDER.match(data):
                data = mended_line(data[: end + 1]) + data[end + 1 :]
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Note that a message runs."""
        self._between_messages = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Note that a message is over."""
        self._between_messages = True
        super().on_message_complete()
