"""The running demo, and CRM pages on another site."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.integration.legacy.demo_server import Agent, DemoServer, demo_server


@dataclass(slots=True)
class CrmSite:
    """Serves pages by path; a page may be a redirect. Asked for at 127.0.0.2, another site."""

    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, html: str) -> str:
        self.pages[path] = f"<!doctype html><meta charset=utf-8>{html}"
        return f"http://127.0.0.2:{self.port}{path}"

    def redirect(self, path: str, target: str) -> str:
        """Redirect as old programs do: the Location is what they were given, unencoded."""
        self.redirects[path] = target
        return f"http://127.0.0.2:{self.port}{path}"


@pytest.fixture(scope="session")
def crm() -> Iterator[CrmSite]:
    site = CrmSite()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in site.redirects:
                self.send_response(302)
                self.send_header("Location", site.redirects[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            page = site.pages.get(self.path, "").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.2", 0), Pages)
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    with demo_server() as running:
        yield running


@pytest.fixture
def maya(demo: DemoServer) -> Agent:
    return demo.log_in("maya")


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as context:
        context.set_default_timeout(30_000)
        yield context.new_page()
