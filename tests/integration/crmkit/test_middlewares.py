"""The ASGI and WSGI middlewares around real applications, behind real servers (contract 3.6, 4)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from wsgiref.validate import validator

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from screenpop.crmkit import asgi, wsgi
from tests.integration.crmkit.serving import CONSOLE, asgi_server, is_fit, wsgi_server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PAGES = ("/page", "/pieces", "/nowhere", "/broken")


def get(url: str, path: str) -> httpx2.Response:
    return httpx2.get(f"{url}{path}", trust_env=False, timeout=60)


def cookie_lines(reply: httpx2.Response) -> list[str]:
    return [value for name, value in reply.headers.multi_items() if name == "set-cookie"]


async def page(_request: Request) -> Response:
    reply = PlainTextResponse("Customer", headers={"X-Frame-Options": "DENY"})
    reply.set_cookie("sid", "1", httponly=True, samesite="lax")
    reply.set_cookie("theme", "dark", samesite="strict")
    return reply


async def pieces(_request: Request) -> Response:
    return StreamingResponse(iter([b"Cust", b"omer"]))


async def broken(_request: Request) -> Response:
    return PlainTextResponse("Sorry", 500, {"Content-Security-Policy": "frame-ancestors 'none'"})


def test_starlette_pages_live_in_the_frame() -> None:
    routes = [Route("/page", page), Route("/pieces", pieces), Route("/broken", broken)]
    embed = Middleware(asgi.EmbeddingMiddleware, console_origins=[CONSOLE], cookies=["sid"])
    with asgi_server(Starlette(routes=routes, middleware=[embed])) as url:
        replies = {path: get(url, path) for path in PAGES}
    assert [one.status_code for one in replies.values()] == [200, 200, 404, 500]
    assert [replies[path].text for path in PAGES[:2]] == ["Customer", "Customer"]
    for reply in replies.values():
        assert is_fit([(k, v) for k, v in reply.headers.multi_items() if k != "set-cookie"])
    sid, theme = cookie_lines(replies["/page"])
    assert {"HttpOnly", "Secure", "SameSite=None", "Partitioned"} <= set(sid.split("; "))
    assert "SameSite=strict" in theme
    assert "Partitioned" not in theme


def wsgi_pages(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    plain = ("Content-Type", "text/plain")
    match environ["PATH_INFO"]:
        case "/page":
            start_response(
                "200 OK",
                [plain, ("X-Frame-Options", "DENY"), ("Set-Cookie", "sid=1; HttpOnly"),
                 ("Set-Cookie", "theme=dark; SameSite=Strict")],
            )  # fmt: skip
            return [b"Customer"]
        case "/pieces":
            write = start_response("200 OK", [plain])
            write(b"Cust")
            return [b"omer"]
        case "/broken":
            try:
                int("a fault of the page")
            except ValueError:
                refusing = [plain, ("Content-Security-Policy", "frame-ancestors 'none'")]
                start_response("500 Error", refusing, sys.exc_info())
            return [b"Sorry"]
        case _:
            start_response("404 Not Found", [plain])
            return [b"No such page"]


def test_wsgi_pages_live_in_the_frame_and_the_protocol_is_kept() -> None:
    """Python's own validator stands on both sides of the middleware."""
    inner: Callable[..., Iterable[bytes]] = validator(wsgi_pages)
    app = validator(wsgi.EmbeddingMiddleware(inner, [CONSOLE], cookies=["sid"]))
    with wsgi_server(app) as url:
        replies = {path: get(url, path) for path in PAGES}
    assert [one.status_code for one in replies.values()] == [200, 200, 404, 500]
    assert [replies[path].text for path in PAGES[:2]] == ["Customer", "Customer"]
    for reply in replies.values():
        assert is_fit([(k, v) for k, v in reply.headers.multi_items() if k != "set-cookie"])
    sid, theme = cookie_lines(replies["/page"])
    assert sid == "sid=1; HttpOnly; Secure; SameSite=None; Partitioned"
    assert theme == "theme=dark; SameSite=Strict"
