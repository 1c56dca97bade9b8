"""A real server as a process, a CRM on another origin, and Debian's Chromium."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Coroutine
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2

from screenpop.testing.server_process import ServerProcess

T = TypeVar("T")

ACCOUNT = {"Authorization": "Basic ZGVtby1hcGk6ZGVtby1hcGk="}
ALL_SCOPES = [
    "interaction:read",
    "interaction:control",
    "interaction:dial",
    "interaction:dispose",
    "session:read",
    "session:control",
    "configuration:read",
    "ui",
]
CALLER, DID = "7905690272", "18005550172"
PAGES = Path(__file__).parents[1] / "sdk" / "pages"


class RealServer:
    """``screenpop demo`` on a port of its own, which it keeps over kills and starts.

    Its coroutines run in a thread, for Playwright occupies the test's own.
    """

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        arguments = ["demo", "--data", str(folder / "data"), "--port", str(port)]
        arguments += ["--crm-port", "0", "--sim-speed", "4"]
        self._process = ServerProcess(arguments, folder / "server.log")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.client = httpx2.Client(base_url=self.url, timeout=60)

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(90)

    def start(self) -> None:
        """Start it, the first time or again, and wait until it answers."""
        self._run(self._process.start())

    def kill(self) -> None:
        """Kill it with -9; the telephone network goes on."""
        self._run(self._process.kill())

    def end(self) -> None:
        """Take everything down."""
        self.client.close()
        self._run(self._process.end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def add_app(self, app_id: str, crm: str, *scopes: str, login: str = "", call: str = "") -> None:
        """Let an administrator add an app whose pages are on the CRM's site."""
        urls = {"login": login and crm + login, "call": call and crm + call}
        body = {
            "appId": app_id,
            "name": app_id,
            "urls": {point: url for point, url in urls.items() if url},
            "scopes": scopes or ALL_SCOPES,
        }
        known = self.client.get(f"/api/v1/apps/{app_id}", headers=ACCOUNT).status_code == 200
        method, path = ("PUT", f"apps/{app_id}") if known else ("POST", "apps")
        reply = self.client.request(method, f"/api/v1/{path}", json=body, headers=ACCOUNT)
        assert reply.status_code in (200, 201), reply.text

    def remove_app(self, app_id: str) -> None:
        """Let an administrator remove an app."""
        self.client.delete(f"/api/v1/apps/{app_id}", headers=ACCOUNT)

    def log_in(self, user_id: str = "maya") -> str:
        """Log an agent in by force, and return the session's token."""
        body = {"userId": user_id, "token": user_id, "forceLogin": True}
        reply = self.client.post("/ameyorestapi/userLogin/login", json=body)
        assert reply.status_code == 200, reply.text
        policies = reply.json()["authenticationState"]["authPolicyVsUserInfo"]
        token: str = policies["auth.type.passwd"]["loginProperties"]["jwt"]
        return token

    def calls_in(self, caller: str = CALLER) -> str:
        """Let a customer call, and return the call's ``crtObjectId``."""
        body = {"from": caller, "to": DID}
        reply = self.client.post("/api/v1/simulator/calls", json=body)
        assert reply.status_code == 201, reply.text
        crt_object_id: str = reply.json()["crtObjectId"]
        return crt_object_id

    def call(self, token: str, crt_object_id: str) -> dict[str, Any]:
        """Return a call as its agent sees it."""
        headers = {"Authorization": f"Bearer {token}"}
        reply = self.client.get(f"/api/v1/calls/{crt_object_id}", headers=headers)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found


class CrmSite:
    """The test pages of the bridge on an origin of their own, for the SDK of ``desk``.

    With a certificate, a file that holds its key too, they are served over https.
    """

    def __init__(self, desk: str, host: str = "127.0.0.1", certificate: Path | None = None) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text = _page(self.path, desk)
                self.send_response(HTTPStatus.OK if text is not None else HTTPStatus.NOT_FOUND)
                script = self.path.partition("?")[0].endswith(".js")
                self.send_header("Content-Type", "text/javascript" if script else "text/html")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write((text or "").encode())

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
            # The handshake belongs to the connection's own thread, not to the one that accepts.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.origin = f"{scheme}://{host}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def _page(path: str, host: str) -> str | None:
    url = urlsplit(path)
    folder, _, name = url.path.strip("/").partition("/")
    file = PAGES / name
    if folder not in ("pages", "scripts") or "/" in name or not file.is_file():
        return None
    text = file.read_text("utf-8")
    if folder == "scripts":
        return text
    sdk = parse_qs(url.query).get("sdk", ["ameyo-sdk.js"])[0]
    return text.replace("$HOST", host).replace("$SDK", sdk)
