"""A scripted CRM: a real HTTP server on port 0 that keeps what it was sent, byte for byte.

    with StubCrm() as crm:
        crm.script("/sso", StubAnswer(body=b"<response>...</response>"))
        ...                                       # let the code under test ask f"{crm.origin}/sso"
        request = crm.wait_for_requests(1)[0]
        assert request.target == "/sso"

It runs in threads of its own, so synchronous and asynchronous tests use it alike.
"""

import socketserver
import ssl
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Final, Self, cast
from urllib.parse import parse_qsl

__all__ = ["StubAnswer", "StubCrm", "StubRequest"]

MAX_WAIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class StubRequest:
    """One request as it came over the line: ``raw`` is all of it."""

    raw: bytes

    @property
    def head(self) -> list[str]:
        """The request line and the header lines."""
        return self.raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")

    @property
    def method(self) -> str:
        """The request line's first word."""
        return self.head[0].split(" ")[0]

    @property
    def target(self) -> str:
        """Path and query, not decoded."""
        return self.head[0].split(" ")[1]

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, not decoded."""
        return self.target.partition("?")[2]

    @property
    def body(self) -> bytes:
        """What follows the head."""
        return self.raw.partition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str | None:
        """The first header of that name (without case), or None."""
        for line in self.head[1:]:
            key, _, value = line.partition(":")
            if key.casefold() == name.casefold():
                return value.strip()
        return None

    def form(self) -> dict[str, str]:
        """The body read as a form."""
        return dict(parse_qsl(self.body.decode("latin-1"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class StubAnswer:
    """What to answer.

    Attributes:
        raw: if given, exactly these bytes are sent instead of a response made from the rest.
        hang: read the request and never answer (until the stub closes).
        drop: close the connection without an answer.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    raw: bytes | None = None
    hang: bool = False
    drop: bool = False

    def to_bytes(self) -> bytes:
        """The response as sent; ``Content-Length`` and ``Connection: close`` are added."""
        if self.raw is not None:
            return self.raw
        lines = [f"HTTP/1.1 {self.status} Scripted"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += [f"Content-Length: {len(self.body)}", "Connection: close"]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


class StubCrm:
    """The server; use it as a context manager.

    Args:
        ssl_context: with it the stub speaks https.
        host: the name put into `origin`; the server always listens on 127.0.0.1.
    """

    def __init__(
        self, *, ssl_context: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> None:
        self._changed = threading.Condition()
        self._requests: list[StubRequest] = []
        self._scripts: dict[str, deque[StubAnswer]] = defaultdict(deque)
        self._closing = threading.Event()
        self._server = _Server(self, ssl_context)
        scheme = "http" if ssl_context is None else "https"
        self.origin = f"{scheme}://{host}:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def requests(self) -> list[StubRequest]:
        """What has come so far, in order."""
        with self._changed:
            return list(self._requests)

    def script(self, path: str, *answers: StubAnswer) -> None:
        """Answer requests to ``path`` with these in turn, the last one again and again.

        A path that has no script is answered 200 with an empty body.
        """
        with self._changed:
            self._scripts[path] = deque(answers)

    def wait_for_requests(self, count: int, timeout_s: float = MAX_WAIT_S) -> list[StubRequest]:
        """Wait until ``count`` requests have come and give them all.

        Raises:
            TimeoutError: fewer came in ``timeout_s``.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._requests) >= count, timeout_s):
                came = [request.head[0] for request in self._requests]
                raise TimeoutError(f"waited for {count} requests, had {came}")
            return list(self._requests)

    def receive(self, request: StubRequest) -> StubAnswer:
        """Keep ``request`` and give the answer that is its turn; called for every connection."""
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()
            script = self._scripts[request.path]
            if not script:
                return StubAnswer()
            return script.popleft() if len(script) > 1 else script[0]

    def wait_until_closed(self) -> None:
        """What a hanging answer does."""
        self._closing.wait()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, stub: StubCrm, ssl_context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stub = stub
        if ssl_context is not None:
            # The handshake happens at the first read, in the connection's own thread.
            self.socket = ssl_context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up, or that refuses the certificate, is no fault of the stub."""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        stub = cast("_Server", self.server).stub
        head = bytearray()
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline(1 << 20)
            if not line:
                return
            head += line
        length = StubRequest(bytes(head)).header("content-length")
        answer = stub.receive(StubRequest(bytes(head) + self.rfile.read(int(length or 0))))
        if answer.hang:
            stub.wait_until_closed()
        elif not answer.drop:
            self.wfile.write(answer.to_bytes())
