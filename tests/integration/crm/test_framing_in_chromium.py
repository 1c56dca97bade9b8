"""The framing verdicts against the judge that counts: a browser (contract 3.6)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright

from screenpop.adapters.crm.framing import WebOrigin, judge_framing
from screenpop.testing.stub_crm import StubAnswer, StubCrm

Headers = tuple[tuple[str, str], ...]

CSP, XFO, REPORT = (
    "Content-Security-Policy",
    "X-Frame-Options",
    "Content-Security-Policy-Report-Only",
)
HTML = ("Content-Type", "text/html")


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    yield browser.new_page()
    browser.close()


def cases(console: str, crm: str) -> list[Headers]:
    host = console.removeprefix("http://")
    port = host.partition(":")[2]
    sources = [
        *("*", "http:", "https:", "ws:", "'self'", "'none'", "", "'unsafe-inline'", "localhost"),
        *(console, console.upper(), f"{console}/", f"{console}/path", f"'self' {console}", crm),
        *(host, "localhost:*", "http://localhost", f"https://{host}", f"ws://{host}", "*:*"),
        *(f"http://*:{port}", f"*.localhost:{port}"),
    ]
    good, bad = f"frame-ancestors {console}", "frame-ancestors 'self'"
    options = ["DENY", "SAMEORIGIN", "sameorigin", "ALLOWALL", "ALLOW-FROM x", "nonsense", ""]
    options += ["DENY, SAMEORIGIN", "SAMEORIGIN, SAMEORIGIN", "ALLOWALL, nonsense", "a, b"]
    return [
        (),
        *(((CSP, f"frame-ancestors {source}"),) for source in sources),
        *(((XFO, value),) for value in options),
        ((CSP, good), (CSP, bad)),
        ((CSP, f"{good}, {bad}"),),
        ((CSP, f"default-src 'none', {good}"),),
        ((CSP, "frame-ancestors 'none'; frame-ancestors *"),),
        ((CSP, "default-src 'none'"),),
        ((REPORT, bad),),
        ((XFO, "DENY"), (CSP, good)),
        ((XFO, "DENY"), (CSP, "default-src 'self'")),
        ((XFO, "DENY"), (REPORT, good)),
        ((XFO, "SAMEORIGIN"), (XFO, "ALLOWALL")),
    ]


@pytest.mark.needs("chromium")
def test_every_verdict_is_the_browsers(page: Page, crm: StubCrm) -> None:
    with StubCrm(host="localhost") as console:
        for number, headers in enumerate(cases(console.origin, crm.origin)):
            address = f"{crm.origin}/{number}"
            crm.script(f"/{number}", StubAnswer(headers=(HTML, *headers), body=b"<p id=ok>"))
            frame = f'<iframe src="{address}"></iframe>'.encode()
            console.script(f"/{number}", StubAnswer(headers=(HTML,), body=frame))
            page.goto(f"{console.origin}/{number}", wait_until="load")

            shown = page.frames[1].url == address and page.frames[1].query_selector("#ok")

            verdict = judge_framing(headers, WebOrigin.of(crm.origin), WebOrigin.of(console.origin))
            assert verdict.allowed == bool(shown), headers
