"""The headers and cookies of an embedded page, and the middlewares that set them."""

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.adapters.crm.framing import WebOrigin, judge_cookies, judge_framing
from screenpop.crmkit import asgi, wsgi
from screenpop.crmkit.embedding import Embedding

CONSOLE = "https://console.example"
EMBEDDING = Embedding.of([CONSOLE])
CSP = "Content-Security-Policy"


def is_fit(headers: Iterable[tuple[str, str]]) -> bool:
    """Judged by the very code of the server's probe."""
    page, console = WebOrigin.of("https://crm.example"), WebOrigin.of(CONSOLE)
    kept = list(headers)
    framed = judge_framing(kept, page, console).allowed
    return framed and not any(cookie.missing for cookie in judge_cookies(kept, page, [console]))


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Frame-Options", "DENY")],
        [("x-frame-options", "SAMEORIGIN"), ("X-FRAME-OPTIONS", "DENY")],
        [(CSP, "frame-ancestors 'none'")],
        [(CSP, "default-src 'self'; Frame-Ancestors 'self'"), ("X-Frame-Options", "DENY")],
        [(CSP, "frame-ancestors 'self'"), (CSP, "frame-ancestors 'none'; img-src *")],
        [(CSP, "default-src 'self', frame-ancestors 'none'")],
        [(CSP, "default-src 'self'")],
        [(CSP, "frame-ancestors")],
        [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; SameSite=Strict; Path=/")],
    ],
)
def test_any_response_becomes_fit_for_the_frame(headers: list[tuple[str, str]]) -> None:
    assert is_fit(EMBEDDING.apply(headers))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([CSP, "X-Frame-Options", "Set-Cookie", "Vary"]),
            st.text("abc;,= 'frame-ancestors*none'SAMEORIGIN", max_size=60),
        )
    )
)
def test_framing_is_allowed_whatever_the_application_sent(headers: list[tuple[str, str]]) -> None:
    page, console = WebOrigin.of("https://crm.example"), WebOrigin.of(CONSOLE)

    assert judge_framing(EMBEDDING.apply(headers), page, console).allowed


def test_other_directives_and_headers_stay() -> None:
    headers = [("Vary", "Cookie"), (CSP, "default-src 'self'; frame-ancestors 'none'; img-src *")]

    assert EMBEDDING.apply(headers) == [
        ("Vary", "Cookie"),
        (CSP, f"default-src 'self'; img-src *; frame-ancestors 'self' {CONSOLE}"),
    ]


def test_other_sites_still_may_not_frame_the_page() -> None:
    page, evil = WebOrigin.of("https://crm.example"), WebOrigin.of("https://evil.example")

    assert not judge_framing(EMBEDDING.apply([]), page, evil).allowed


def test_cookie_keeps_its_own_attributes() -> None:
    fit = EMBEDDING.cookie("a=b=c; Path=/x; HttpOnly; secure; SameSite=Lax; Max-Age=5")

    assert fit == "a=b=c; Path=/x; HttpOnly; Max-Age=5; Secure; SameSite=None; Partitioned"


def test_cookie_that_is_not_named_stays_as_it_is() -> None:
    embedding = Embedding.of([CONSOLE], cookies=["sid"])

    assert embedding.cookie("csrf=1; SameSite=Strict") == "csrf=1; SameSite=Strict"
    assert embedding.cookie("sid=1").endswith("Partitioned")


@pytest.mark.parametrize("origin", ["", "console.example", "https://c.example/", "https://*", "*"])
def test_what_is_no_origin_is_refused_with_the_cure(origin: str) -> None:
    with pytest.raises(ValueError, match="write it as https://"):
        Embedding.of([origin])


def test_no_origin_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one console origin"):
        Embedding.of([])


async def test_asgi_middleware_makes_responses_fit() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"X-Frame-Options", b"DENY"), (b"set-cookie", b"a=1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"hello"})

    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    await asgi.EmbeddingMiddleware(app, [CONSOLE])({"type": "http"}, receive, send)

    start, body = sent
    assert is_fit((name.decode(), value.decode()) for name, value in start["headers"])
    assert body == {"type": "http.response.body", "body": b"hello"}


async def test_asgi_middleware_leaves_other_connections_alone() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    async def nothing(*_: Any) -> Any: ...

    await asgi.EmbeddingMiddleware(app, [CONSOLE])({"type": "websocket"}, nothing, nothing)

    assert seen == [({"type": "websocket"}, nothing, nothing)]


def test_wsgi_middleware_makes_responses_fit() -> None:
    def app(environ: Any, start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("200 OK", [("X-Frame-Options", "DENY"), ("Set-Cookie", "a=1")])
        return [b"hello"]

    started: list[Any] = []

    def start_response(*arguments: Any) -> Callable[[bytes], object]:
        started.extend(arguments)
        return lambda data: None

    body = wsgi.EmbeddingMiddleware(app, [CONSOLE])({}, start_response)

    assert list(body) == [b"hello"]
    assert started[0] == "200 OK"
    assert is_fit(started[1])
