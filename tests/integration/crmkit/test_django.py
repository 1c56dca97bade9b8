"""crmkit in a real Django project, synchronous and asynchronous, over HTTP (contract 3.6, 4)."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import django  # type: ignore[import-untyped]
import httpx2
import pytest
from django.conf import settings  # type: ignore[import-untyped]
from django.core.asgi import get_asgi_application  # type: ignore[import-untyped]
from django.core.wsgi import get_wsgi_application  # type: ignore[import-untyped]

from screenpop.wire.sso_xml import SsoLogin, SsoLogout, compose_form, parse_reply
from tests.integration.crmkit.django_project import SETTINGS, sessions
from tests.integration.crmkit.serving import CONSOLE, asgi_server, is_fit, wsgi_server


@pytest.fixture(params=["wsgi", "asgi"])
def crm(request: pytest.FixtureRequest) -> Iterator[httpx2.Client]:
    """The project, served in one of Django's two ways."""
    if not settings.configured:
        settings.configure(**SETTINGS)
        django.setup()
    is_wsgi = request.param == "wsgi"
    server = wsgi_server(get_wsgi_application()) if is_wsgi else asgi_server(get_asgi_application())
    with server as url, httpx2.Client(base_url=url, trust_env=False, timeout=60) as client:
        yield client


def cookies_of(reply: httpx2.Response) -> dict[str, str]:
    """The ``Set-Cookie`` lines by name."""
    lines = [value for name, value in reply.headers.multi_items() if name == "set-cookie"]
    return {line.partition("=")[0]: line for line in lines}


def test_page_of_a_project_lives_in_the_frame_and_its_cookies_come_back(
    crm: httpx2.Client,
) -> None:
    reply = crm.get("/call", params={"userId": "maya", "phone": "8447380993"})
    assert reply.status_code == 200
    assert reply.text.startswith("8447380993 ")
    assert "x-frame-options" not in reply.headers
    policy = reply.headers["content-security-policy"]
    assert policy == f"default-src 'self'; frame-ancestors 'self' {CONSOLE}"
    cookies = cookies_of(reply)
    own = cookies.pop("theme")
    assert is_fit([("Content-Security-Policy", policy)] +
                  [("Set-Cookie", line) for line in cookies.values()])  # fmt: skip
    assert set(cookies) == {"sessionid", "csrftoken"}
    assert "SameSite=Strict" in own
    assert "Partitioned" not in own


def test_error_page_may_be_framed_too(crm: httpx2.Client) -> None:
    reply = crm.get("/nowhere")
    assert reply.status_code == 404
    assert is_fit(reply.headers.multi_items())


def test_change_needs_the_csrf_token_and_is_taken_with_it(crm: httpx2.Client) -> None:
    """The marked cookies are the ones that Django wrote: it reads them again."""
    opened = crm.get("/call", params={"userId": "maya", "phone": "1"})
    kept = SimpleCookie()
    for line in cookies_of(opened).values():
        kept.load(line)
    cookie = "; ".join(f"{name}={kept[name].value}" for name in ("sessionid", "csrftoken"))
    token = opened.text.partition(" ")[2]
    assert crm.post("/note", headers={"Cookie": cookie}).status_code == 403
    taken = crm.post("/note", headers={"Cookie": cookie, "X-CSRFToken": token})
    assert (taken.status_code, taken.text) == (200, "kept for maya")


def test_sign_on_endpoint_is_one_view(crm: httpx2.Client) -> None:
    login = compose_form(SsoLogin("maya", password="secret"))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    opened = parse_reply(crm.post("/sso", content=login, headers=form).content)
    assert (opened.ok, opened.crm_session_id) == (True, "crm-maya")
    assert sessions == {"crm-maya": "maya"}
    logout = compose_form(SsoLogout("crm-maya"))
    assert parse_reply(crm.post("/sso", content=logout, headers=form).content).ok
    assert sessions == {}
    wrong = compose_form(SsoLogin("maya", password="guess"))
    assert not parse_reply(crm.post("/sso", content=wrong, headers=form).content).ok


def test_launch_is_read_as_django_gives_it(crm: httpx2.Client) -> None:
    query = urlencode({"userId": "mäyä", "phone": "+1 555 010"})
    assert crm.get(f"/call?{query}").text.startswith("+1 555 010 ")
