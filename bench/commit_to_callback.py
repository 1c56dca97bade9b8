"""From the commit of an event to the callback in an embedded page, with 500 agents connected.

A node in a process of its own, a host page on its origin, and a CRM page on another one in
Chromium; every agent has a stream open. Between two events a bare one takes the same road: the
same process and loop, a stream that writes one line, a reader in the same host page, a raw port to
the same frame. What the bare one needs is the machine's and the browser's; the figures to judge by
are those of the same run. Run: ``python -m bench.commit_to_callback``.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
import uvloop
from playwright.sync_api import Browser, Frame, sync_playwright
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.served import node
from screenpop.domain.commands import Login
from screenpop.ports.bus import session_stream
from screenpop.services import sessions
from tests.e2e.sdk.site import bundle
from tests.e2e.sdk_server.floor import ACCOUNT, ALL_SCOPES, CrmSite

BAR_P50_MILLISECONDS = 5.0
BAR_P99_MILLISECONDS = 25.0
AGENTS = 500
_EVENTS = 300
_WARM_UP = 50
#: Seconds between two events: each is on its own.
_APART = 0.02
_BARE = "/bench/bare"
#: The bare road in the browser: a stream read by ``fetch``, a raw port to the frame.
_BARE_HOST = """async ([path, origin]) => {
    const { port1, port2 } = new MessageChannel();
    document.querySelector("iframe").contentWindow.postMessage("bare", origin, [port2]);
    const reply = await fetch(path);
    const decoder = new TextDecoder();
    (async () => {
        for await (const chunk of reply.body) {
            const lines = decoder.decode(chunk, { stream: true }).split("data:").length - 1;
            for (let line = 0; line < lines; line += 1) port1.postMessage(1);
        }
    })();
}"""
_BARE_PAGE = """() => {
    window.bare = [];
    addEventListener("message", ({ data, ports: [port] }) => {
        if (data !== "bare") return;
        port.onmessage = () => bare.push(performance.timeOrigin + performance.now());
    });
}"""
_HOST = Path(__file__).parents[1] / "tests" / "e2e" / "sdk_server" / "pages" / "host.ts"


class _Bare:
    """An application with one bare stream beside it, which writes a line each time it is told."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()

    def tell(self) -> None:
        self._lines.put_nowait(b"data: 1\n\n")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != _BARE:
            await self._application(scope, receive, send)
            return
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.create_task(self._until_gone(receive))
        line = b":\n\n"
        while not gone.done():
            await send({"type": "http.response.body", "body": line, "more_body": True})
            line = await self._lines.get()

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.tell()


async def _serve(folder: Path, port: int) -> None:
    """Serve; print the agents' sessions, then when each event of the named one was committed.

    Each further line on standard input sends a bare event; its time is printed as well.
    """
    async with node(folder, AGENTS, port) as (served, application):
        bare = _Bare(application)
        config = uvicorn.Config(
            bare,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  # uvicorn has no event for this
            await asyncio.sleep(0.01)
        logged_in = [
            await served.core.run(
                sessions.login, Login(f"agent{n}", force=False, select_work=False, auto_call=True)
            )
            for n in range(AGENTS)
        ]
        _say([one.session_id for one in logged_in])
        measured = (await asyncio.to_thread(sys.stdin.readline)).strip()
        served.bus.subscribe(session_stream(measured), lambda: _say(time.time() * 1000))
        while await asyncio.to_thread(sys.stdin.readline):
            _say(time.time() * 1000)
            bare.tell()
        await serving


def _say(value: object) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()


@contextmanager
def _server(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.commit_to_callback", "serve", str(folder), str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        assert process.stdin is not None
        # Its reader of lines would outlive it.
        process.stdin.close()
        process.terminate()
        process.wait(20)


@contextmanager
def _streams(port: int, session_ids: list[str]) -> Iterator[None]:
    """Keep a stream of each of these sessions open."""
    with ExitStack() as stack:
        for session_id in session_ids:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            request = (
                f"GET /api/v1/events HTTP/1.1\r\nHost: localhost:{port}\r\n"
                f"sessionId: {session_id}\r\n\r\n"
            )
            connection.sendall(request.encode())
            if b" 200 " not in connection.recv(4096)[:20]:
                raise RuntimeError("a stream was refused")
        yield


def _page(browser: Browser, folder: Path, url: str, token: str) -> Frame:
    """Open the host with the app's login frame, and let its page hear each change of state."""
    bundle(folder, host=_HOST)
    page = browser.new_page()
    page.goto(f"{url}/healthz#{token}")
    page.add_script_tag(content=(folder / "host.js").read_text("utf-8"), type="module")
    page.wait_for_selector("iframe[name=bench-login]", state="attached")
    page.frames[1].wait_for_selector("html[data-ready]", state="attached")
    frame = page.frames[1]
    frame.evaluate(
        """() => {
            window.stamps = [];
            const now = () => performance.timeOrigin + performance.now();
            return omni.session.register("stateChanged", () => stamps.push(now()));
        }"""
    )
    return frame


def _measure(
    frame: Frame, server: subprocess.Popen[str], client: httpx2.Client
) -> tuple[list[float], list[float]]:
    """Change the agent's state so often; return the milliseconds of each event and bare event."""
    assert server.stdin is not None
    assert server.stdout is not None
    committed, told = [], []
    for turn in range(_EVENTS):
        path, body = ("ready", {}) if turn % 2 else ("break", {"reason": "Lunch"})
        reply = client.post(f"/api/v1/me/{path}", json=body)
        reply.raise_for_status()
        committed.append(float(server.stdout.readline()))
        time.sleep(_APART)
        server.stdin.write("bare\n")
        server.stdin.flush()
        told.append(float(server.stdout.readline()))
        time.sleep(_APART)
    frame.wait_for_function(
        "count => stamps.length === count && bare.length === count", arg=_EVENTS
    )
    return _taken(committed, frame.evaluate("stamps")), _taken(told, frame.evaluate("bare"))


def _taken(before: list[float], after: list[float]) -> list[float]:
    """Milliseconds of each, in order of size; the first ones warm up."""
    return sorted([b - a for a, b in zip(before, after, strict=True)][_WARM_UP:])


def _at(times: list[float], share: float) -> float:
    return round(times[int(len(times) * share)], 2)


def run() -> dict[str, float]:
    """Milliseconds from a commit to the callback in the page, and of the bare road."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(_server(folder, port))
        assert server.stdin is not None
        assert server.stdout is not None
        session_ids: list[str] = json.loads(server.stdout.readline())
        client = stack.enter_context(httpx2.Client(base_url=url, timeout=60))
        crm = CrmSite(url)
        stack.callback(crm.close)
        app = {
            "appId": "bench",
            "name": "Bench",
            "urls": {"login": f"{crm.origin}/pages/crm.html"},
            "scopes": ALL_SCOPES,
        }
        client.post("/api/v1/apps", json=app, headers=ACCOUNT).raise_for_status()
        maya = {"userId": "maya", "token": "maya", "forceLogin": True}
        login: Any = client.post("/ameyorestapi/userLogin/login", json=maya).json()
        client.headers["sessionId"] = login["userSessionInfo"]["sessionId"]
        server.stdin.write(f"{login['userSessionInfo']['sessionId']}\n")
        server.stdin.flush()
        password = login["authenticationState"]["authPolicyVsUserInfo"]["auth.type.passwd"]
        stack.enter_context(_streams(port, session_ids))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        frame = _page(browser, folder, url, password["loginProperties"]["jwt"])
        frame.evaluate(_BARE_PAGE)
        frame.page.evaluate(_BARE_HOST, [_BARE, crm.origin])
        times, bare = _measure(frame, server, client)
        browser.close()
    return {
        "agents": AGENTS,
        "events": len(times),
        "p50_ms": _at(times, 0.5),
        "bar_p50_ms": BAR_P50_MILLISECONDS,
        "bare_p50_ms": _at(bare, 0.5),
        "p99_ms": _at(times, 0.99),
        "bar_p99_ms": BAR_P99_MILLISECONDS,
        "bare_p99_ms": _at(bare, 0.99),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        uvloop.run(_serve(Path(sys.argv[2]), int(sys.argv[3])))
    else:
        print(json.dumps(run()))
