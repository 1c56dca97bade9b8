"""Which pages may call, and what they are told."""

import pytest

from screenpop.domain.app import App, IntegrationPoint
from screenpop.domain.configuration import Configuration
from screenpop.web.cors import AppOrigins, Cors, app_origins, origin_of

CRM = "https://crm.example"
CORS = Cors(lambda origin: origin == CRM)


def app(*urls: str, origins: tuple[str, ...] = (), enabled: bool = True) -> App:
    points = dict(zip(IntegrationPoint, urls, strict=False))
    return App("1", 1, 3, "CRM", points, origins=origins, enabled=enabled)


def test_an_allowed_origin_is_repeated_and_may_read_our_headers() -> None:
    headers = dict(CORS.reply_headers(CRM))
    assert headers[b"access-control-allow-origin"] == CRM.encode()
    assert headers[b"access-control-expose-headers"] == b"Idempotent-Replayed, Retry-After"
    assert headers[b"vary"] == b"Origin"
    assert b"access-control-allow-credentials" not in headers


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", CRM + ".evil.example"])
def test_any_other_origin_is_told_nothing(origin: str | None) -> None:
    assert CORS.reply_headers(origin) == ((b"vary", b"Origin"),)
    assert CORS.preflight_headers(origin, private_network=True) == ((b"vary", b"Origin"),)


def test_a_preflight_lists_methods_and_headers() -> None:
    headers = dict(CORS.preflight_headers(CRM, private_network=False))
    assert headers[b"access-control-allow-methods"] == b"GET, POST, OPTIONS"
    assert headers[b"access-control-allow-headers"] == (
        b"authorization, sessionid, content-type, accept, x-requested-with"
    )
    assert headers[b"access-control-max-age"] == b"600"
    assert b"access-control-allow-private-network" not in headers


def test_a_private_network_preflight_is_granted_to_the_same_origins() -> None:
    headers = dict(CORS.preflight_headers(CRM, private_network=True))
    assert headers[b"access-control-allow-private-network"] == b"true"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://crm.example/a?b={phone}#c", "https://crm.example"),
        ("https://CRM.example:443/", "https://crm.example"),
        ("https://crm.example:8443/", "https://crm.example:8443"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://[::1]:8701/x", "http://[::1]:8701"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_an_apps_origins_are_those_of_its_urls_and_those_listed() -> None:
    assert app_origins(app("https://a.example/x", "https://a.example/y")) == ("https://a.example",)
    assert app_origins(app("https://a.example/", origins=("https://b.example",))) == (
        "https://a.example",
        "https://b.example",
    )
    assert app_origins(app("https://a.example/", enabled=False)) == ()


def test_a_changed_configuration_is_seen_at_once() -> None:
    present = Configuration()
    origins = AppOrigins(lambda: present)
    assert not origins(CRM)
    present = Configuration(apps=(app(CRM + "/pop"),))
    assert origins(CRM)
