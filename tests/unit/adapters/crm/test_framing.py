"""Framing and cookies, judged as browsers do (contract 3.6)."""

import pytest

from screenpop.adapters.crm.framing import (
    CookieVerdict,
    FramingVerdict,
    WebOrigin,
    judge_cookies,
    judge_framing,
)

PAGE = WebOrigin.of("https://crm.example/app")
CONSOLE = WebOrigin.of("https://console.example")
CSP, XFO = "Content-Security-Policy", "X-Frame-Options"


def allowed(*headers: tuple[str, str], page: str = "", console: str = "") -> bool:
    verdict = judge_framing(
        headers,
        WebOrigin.of(page) if page else PAGE,
        WebOrigin.of(console) if console else CONSOLE,
    )
    return verdict.allowed


def allows(sources: str, page: str = "", console: str = "") -> bool:
    return allowed((CSP, f"frame-ancestors {sources}"), page=page, console=console)


def test_page_without_framing_headers_may_be_framed() -> None:
    assert allowed(("Content-Type", "text/html"))


@pytest.mark.parametrize(
    "sources",
    [
        "*",
        "https:",
        "http:",
        "https://console.example",
        "HTTPS://CONSOLE.EXAMPLE",
        "http://console.example",
        "console.example",
        "*.example",
        "https://*.example",
        "https://console.example:443",
        "https://console.example:*",
        "console.example:80",
        "https://console.example/",
        "'self' https://a.example https://console.example",
    ],
)
def test_source_that_matches_the_console_allows_it(sources: str) -> None:
    assert allows(sources)


@pytest.mark.parametrize(
    "sources",
    [
        "",
        "'none'",
        "'self'",
        "https://other.example",
        "*.console.example",
        "https://console.example:8443",
        "https://console.example/path",
        "https://xconsole.example",
        "wss:",
        "'unsafe-inline'",
    ],
)
def test_source_that_does_not_match_forbids_it(sources: str) -> None:
    assert not allows(sources)


def test_source_without_scheme_means_the_pages_own_scheme() -> None:
    """The trap of a console on http and a CRM on https: ``localhost:8700`` is not enough."""
    console = "http://localhost:8700"

    assert not allows("localhost:8700", console=console)
    assert allows("http://localhost:8700", console=console)
    assert allows("localhost:8700", page="http://127.0.0.1:1", console=console)


def test_self_is_the_pages_origin_with_port() -> None:
    assert allows("'self'", page="https://console.example/x")
    assert not allows("'self'", page="https://console.example:8443/x")


def test_address_with_brackets_is_a_host() -> None:
    assert allows("https://[::1]:8443", console="https://[::1]:8443")
    assert not allows("https://[::1]", console="https://[::1]:8443")


def test_every_policy_must_allow_it() -> None:
    good, bad = "frame-ancestors https://console.example", "frame-ancestors 'self'"

    assert allowed((CSP, good), (CSP, good))
    assert not allowed((CSP, good), (CSP, bad))
    assert not allowed((CSP, f"{good}, {bad}"))
    assert allowed((CSP, f"default-src 'none', {good}"))


def test_first_directive_of_a_policy_counts() -> None:
    assert not allowed((CSP, "frame-ancestors 'none'; frame-ancestors *"))
    assert allowed((CSP, "default-src 'self'; FRAME-ANCESTORS *; frame-ancestors 'none'"))


def test_policy_without_frame_ancestors_says_nothing_of_framing() -> None:
    assert allowed((CSP, "default-src 'none'"))


def test_report_only_policy_never_forbids() -> None:
    assert allowed(("Content-Security-Policy-Report-Only", "frame-ancestors 'none'"))


@pytest.mark.parametrize("value", ["DENY", "deny", "SAMEORIGIN", "SameOrigin", "DENY, SAMEORIGIN"])
def test_frame_options_forbid(value: str) -> None:
    assert not allowed((XFO, value))


@pytest.mark.parametrize(
    "value", ["ALLOW-FROM https://console.example", "ALLOWALL", "", "nonsense"]
)
def test_frame_options_that_browsers_ignore_forbid_nothing(value: str) -> None:
    assert allowed((XFO, value))


def test_contradicting_frame_options_forbid() -> None:
    assert not allowed((XFO, "SAMEORIGIN"), (XFO, "ALLOWALL"))
    assert not allowed((XFO, "SAMEORIGIN"), (XFO, "x"), page="https://console.example")


def test_frame_options_of_the_consoles_own_origin_allow() -> None:
    assert allowed((XFO, "SAMEORIGIN"), page="https://console.example/crm")


def test_frame_options_do_not_count_beside_frame_ancestors() -> None:
    assert allowed((XFO, "DENY"), (CSP, "frame-ancestors https://console.example"))
    assert not allowed((XFO, "DENY"), (CSP, "default-src 'self'"))


def test_verdict_names_the_header_that_forbids() -> None:
    headers = [(CSP, "default-src *; frame-ancestors 'self'")]

    assert judge_framing(headers, PAGE, CONSOLE) == FramingVerdict(
        "https://console.example", False, CSP, "default-src *; frame-ancestors 'self'"
    )


def cookie(value: str, *consoles: str) -> CookieVerdict:
    origins = [WebOrigin.of(console) for console in consoles or ("https://console.example",)]
    return judge_cookies([("set-cookie", value)], PAGE, origins)[0]


@pytest.mark.parametrize(
    ("value", "missing"),
    [
        ("a=1", ("SameSite=None", "Secure", "Partitioned")),
        ("a=1; Path=/; HttpOnly; Secure", ("SameSite=None", "Partitioned")),
        ("a=1; Secure; SameSite=Lax", ("SameSite=None", "Partitioned")),
        ("a=1; SECURE; samesite=none", ("Partitioned",)),
        ("a=b=c;Secure;SameSite=None;Partitioned", ()),
        ("a=1; SameSite=Lax; Secure; Partitioned; SameSite=None", ()),
    ],
)
def test_cookie_lacks_what_a_foreign_frame_needs(value: str, missing: tuple[str, ...]) -> None:
    assert cookie(value) == CookieVerdict("a", missing)


def test_cookie_of_the_consoles_own_host_lacks_nothing() -> None:
    assert cookie("a=1", "https://crm.example:8443").missing == ()
    assert cookie("a=1", "https://crm.example:8443", "https://console.example").missing != ()


def test_each_cookie_is_judged() -> None:
    headers = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Secure; SameSite=None; Partitioned")]

    assert [v.name for v in judge_cookies(headers, PAGE, [CONSOLE]) if v.missing] == ["a"]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://A.example:443/x", "https://a.example"),
        ("http://localhost:8700", "http://localhost:8700"),
        ("https://[::1]:1/", "https://[::1]:1"),
    ],
)
def test_origin_is_written_as_browsers_write_it(url: str, text: str) -> None:
    assert str(WebOrigin.of(url)) == text


@pytest.mark.parametrize("url", ["", "crm", "ftp://crm.example", "https://"])
def test_what_is_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not a web origin"):
        WebOrigin.of(url)
