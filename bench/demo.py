"""The demo's start and memory, and the console's first load, each beside a comparison.

Once installed: compiled modules are kept (a machine may be told not to keep them; the bench takes
``PYTHONDONTWRITEBYTECODE`` out of the environment), and one start goes before those measured.
Run: ``python -m bench.demo``.
"""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from playwright.sync_api import Response, sync_playwright

BAR_START_SECONDS: Final = 3.0
BAR_MEMORY_MEBIBYTES: Final = 250
BAR_FIRST_LOAD_KILOBYTES: Final = 150
_STARTS: Final = 5
_CALLS: Final = 20
_DEMO: Final = (Path(sys.executable).with_name("screenpop"), "demo", "--ready-json")
#: What the demo stands on, with one page and nothing of ours.
_BARE: Final = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
async def page(request): return HTMLResponse("<h1>Hello</h1>")
uvicorn.run(Starlette(routes=[Route("/", page)]), port=int(sys.argv[1]), log_config=None)
"""


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def _running(command: tuple[object, ...]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True, env=_environment()
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for_page(url: str) -> None:
    for _ in range(6000):
        try:
            with urllib.request.urlopen(url, timeout=30) as reply:
                reply.read()
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.005)
    raise RuntimeError(f"{url} did not answer")


def _family(pid: int) -> list[int]:
    """The process and all that came from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _memory(pid: int) -> float:
    """The mebibytes of a process and its children; what they share is counted once (PSS)."""
    kibibytes = 0
    for one in _family(pid):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        kibibytes += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return kibibytes / 1024


def _work_done(pid: int) -> float:
    """Seconds of a processor that a process and its children have used."""
    ticks = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _ask(url: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401  # JSON
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, data, headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def _work(url: str) -> None:
    """Let an agent take and finish so many calls."""
    login = {"userId": "maya", "token": "maya", "forceLogin": True}
    reply = _ask(f"{url}/ameyorestapi/userLogin/login", login)
    session = reply["userSessionInfo"]["sessionId"]
    seat = _ask(f"{url}/api/v1/me", sessionId=session)["userCrtObjectIds"][0]
    for turn in range(_CALLS):
        call = _ask(f"{url}/api/v1/simulator/calls", {"from": "8447380993", "to": "18005550172"})[
            "crtObjectId"
        ]
        path = f"{url}/api/v1/calls/{call}"
        while _ask(path, sessionId=session)["state"] != "connected":
            time.sleep(0.05)
        disposal = {
            "sessionId": session,
            "campaignId": 172,
            "userCrtObjectId": seat,
            "crtObjectId": call,
            "dispositionCodeId": 11,
            "dispositionParams": {},
            "requestId": f"bench-{turn}",
        }
        _ask(f"{url}/ameyorestapi/voice/disposeCall", disposal, sessionId=session)


def _first_load(url: str) -> float:
    """Kilobytes, each file compressed, of all that the console asks for before it is used."""
    sizes: list[int] = []

    def weigh(response: Response) -> None:
        if response.status == 200:
            sizes.append(len(gzip.compress(response.body(), 9)))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.on("response", weigh)
        page.goto(url, wait_until="networkidle")
        page.get_by_role("button", name="Log in").wait_for()
        browser.close()
    return sum(sizes) / 1000


class _Start(NamedTuple):
    """Until the first page: seconds, seconds of a processor; and the mebibytes then."""

    seconds: float
    work: float
    memory: float


def _start(*command: object) -> _Start:
    port = _free_port()
    began = time.monotonic()
    with _running((*command, port)) as process:
        _wait_for_page(f"http://localhost:{port}/")
        seconds = time.monotonic() - began
        return _Start(seconds, _work_done(process.pid), _memory(process.pid))


def _demo() -> _Start:
    return _start(*_DEMO, "--crm-port", 0, "--port")


def _bare() -> _Start:
    return _start(sys.executable, "-c", _BARE)


def run() -> dict[str, float]:
    """Seconds from the command to the first page, mebibytes of all processes, kilobytes."""
    _demo()
    _bare()
    starts = [(_demo(), _bare()) for _ in range(_STARTS)]
    with _running((*_DEMO, "--port", 0, "--crm-port", 0)) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        _wait_for_page(facts["crm"])
        idle = _memory(process.pid)
        processes = len(_family(process.pid))
        first_load = _first_load(facts["url"])
        _work(facts["url"])
        worked = _memory(process.pid)
    return {
        "first page after s (median)": round(median(demo.seconds for demo, _ in starts), 2),
        "bar s": BAR_START_SECONDS,
        "of which a processor's work s": round(median(demo.work for demo, _ in starts), 2),
        "a bare Starlette page after s": round(median(bare.seconds for _, bare in starts), 2),
        "of which a processor's work there s": round(median(bare.work for _, bare in starts), 2),
        "processes": processes,
        "memory MiB": round(idle),
        f"memory after {_CALLS} calls MiB": round(worked),
        "bar MiB": BAR_MEMORY_MEBIBYTES,
        "a bare Starlette page MiB": round(median(bare.memory for _, bare in starts)),
        "console's first load kB gzip": round(first_load, 1),
        "bar kB": BAR_FIRST_LOAD_KILOBYTES,
    }


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name}: {value}")
