"""A small HTTP load: keep-alive connections that send prepared requests as fast as answers come."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Connection", "Measured"]


@dataclass(slots=True)
class Measured:
    """What a load saw."""

    seconds: float = 0.0
    #: Milliseconds of each request.
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Requests answered per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency, in milliseconds, that this share of requests did not pass."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Connection:
    """One keep-alive connection; a client as thin as can be, so that the server is measured."""

    def __init__(self, host: str, port: int, measured: Measured) -> None:
        """Connect at the first request."""
        self._host, self._port = host, port
        self._measured = measured
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """Send one request and return its JSON; a refusal raises ``RuntimeError``."""
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        data = json.dumps(body).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = (
            f"POST {path} HTTP/1.1\r\nHost: localhost:{self._port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n{head}\r\n"
        )
        began = time.perf_counter()
        self._writer.write(request.encode() + data)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in answer.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        content = await self._reader.readexactly(length)
        self._measured.latencies.append((time.perf_counter() - began) * 1000)
        if b" 200 " not in answer[:20]:
            raise RuntimeError(content.decode())
        reply: dict[str, Any] = json.loads(content)
        return reply

    def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
