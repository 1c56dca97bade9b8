"""Real servers for the applications that crmkit's middlewares are put around."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import uvicorn

from screenpop.adapters.crm.framing import WebOrigin, judge_cookies, judge_framing

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

CONSOLE = "https://console.example"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: what matters is in the response."""


@contextmanager
def wsgi_server(app: WSGIApplication) -> Iterator[str]:
    """Serve a WSGI application until the end of the block; its address."""
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(60)


@contextmanager
def asgi_server(app: Any) -> Iterator[str]:
    """Serve an ASGI application until the end of the block; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        serve = server.serve(sockets=[listener])
        thread = threading.Thread(target=asyncio.run, args=(serve,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(60)


def is_fit(headers: list[tuple[str, str]]) -> bool:
    """Whether the server's own probe has nothing against the frame, and all cookies come back."""
    page, console = WebOrigin.of("https://crm.example"), WebOrigin.of(CONSOLE)
    framed = judge_framing(headers, page, console).allowed
    return framed and not any(cookie.missing for cookie in judge_cookies(headers, page, [console]))
