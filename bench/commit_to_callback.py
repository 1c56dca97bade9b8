"""From the commit of an event to the callback in an embedded page, with 500 agents connected.

A node in a process of its own, a host page on its origin, and a CRM page on another one in
Chromium; every agent has a stream open. Run: ``python -m bench.commit_to_callback``.
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
_HOST = Path(__file__).parents[1] / "tests" / "e2e" / "sdk_server" / "pages" / "host.ts"


async def _serve(folder: Path, port: int) -> None:
    """Serve; print the agents' sessions, then when each event of the named one was committed."""
    async with node(folder, AGENTS, port) as (served, application):
        config = uvicorn.Config(
            application, port=port, log_config=None, access_log=False, lifespan="off"
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


def _measure(frame: Frame, server: subprocess.Popen[str], client: httpx2.Client) -> list[float]:
    """Change the agent's state so often; return the milliseconds of each event."""
    assert server.stdout is not None
    committed = []
    for turn in range(_EVENTS):
        path, body = ("ready", {}) if turn % 2 else ("break", {"reason": "Lunch"})
        reply = client.post(f"/api/v1/me/{path}", json=body)
        reply.raise_for_status()
        committed.append(float(server.stdout.readline()))
        time.sleep(_APART)
    frame.wait_for_function("count => stamps.length === count", arg=_EVENTS)
    heard: list[float] = frame.evaluate("stamps")
    pairs = zip(committed, heard, strict=True)
    return sorted([after - before for before, after in pairs][_WARM_UP:])


def run() -> dict[str, float]:
    """Milliseconds from a commit to the callback in the page."""
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
        times = _measure(frame, server, client)
        browser.close()
    return {
        "agents": AGENTS,
        "events": len(times),
        "p50_ms": round(times[len(times) // 2], 2),
        "bar_p50_ms": BAR_P50_MILLISECONDS,
        "p99_ms": round(times[int(len(times) * 0.99)], 2),
        "bar_p99_ms": BAR_P99_MILLISECONDS,
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        uvloop.run(_serve(Path(sys.argv[2]), int(sys.argv[3])))
    else:
        print(json.dumps(run()))
