"""From a line event to the CRM's server having the pop's request, in a real console in Chromium.

The demo with its own CRM, an agent logged in at the console, the CRM's login frame open; a caller
rings and gives up, again and again. Beside it, in turns and in the same browser: a bare page that
makes an iframe of the same CRM on a server-sent message.
Run: ``python -m bench.pop_request``.
"""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import httpx2
from playwright.sync_api import Browser, sync_playwright

from bench.load import Measured
from screenpop.testing.simulator_journal import SimulatorJournal
from tests.e2e.console.desk import Agent, Server, demo_server, open_context

BAR_P99_MILLISECONDS: Final = 100.0
_POPS: Final = 200
_WARM_UP: Final = 10
#: Seconds between two rounds: each is on its own.
_APART: Final = 0.25
_BARE_PAGE: Final = b"""<!doctype html><title>Bare</title><script>
new EventSource("/messages").onmessage = ({ data }) => {
  document.querySelector("iframe")?.remove();
  const frame = document.createElement("iframe");
  frame.src = data;
  document.body.append(frame);
};
</script><body></body>"""


class _Bare(ThreadingHTTPServer):
    """The page, and the stream of messages to it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _BareHandler)
        self.wishes: queue.Queue[str] = queue.Queue()
        self.is_open = threading.Event()
        #: Epoch milliseconds at which each message was sent.
        self.sent_at: list[float] = []


class _BareHandler(BaseHTTPRequestHandler):
    server: _Bare

    def do_GET(self) -> None:
        """Answer the page or the stream."""
        self.send_response(200)
        if self.path != "/messages":
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(_BARE_PAGE)
            return
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b": hello\n\n")
        self.server.is_open.set()
        while url := self.server.wishes.get():
            self.server.sent_at.append(time.time() * 1000)
            self.wfile.write(f"data: {url}\n\n".encode())

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def _bare(browser: Browser) -> Iterator[_Bare]:
    """The bare page, open in the browser."""
    with _Bare() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = open_context(browser).new_page()
        page.goto(f"http://localhost:{server.server_address[1]}/")
        if not server.is_open.wait(30):
            raise RuntimeError("the bare page did not ask for its messages")
        yield server
        server.wishes.put("")
        server.shutdown()


class _Crm:
    """What the demo's CRM says it was asked."""

    def __init__(self, origin: str) -> None:
        self._http = httpx2.Client(base_url=origin, trust_env=False, timeout=30)
        self._last = 0

    def asked_at(self, mark: str) -> int:
        """Wait for the next request for a call whose query has ``mark``; its epoch milliseconds."""
        found: list[int] = []

        def look() -> bool:
            news = self._http.get("/inspector.json", params={"after": self._last}).json()
            for one in news:
                self._last = one["number"]
                if "/call?" in one["target"] and mark in one["target"]:
                    found.append(one["at"])
            return bool(found)

        _until(look)
        return found[0]


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(1500):
        if condition():
            return
        time.sleep(0.02)
    raise RuntimeError("it did not come in 30 s")


def _measure(server: Server, bare: _Bare) -> dict[str, Measured]:
    crm = _Crm(server.crm)
    journal = SimulatorJournal(server.folder / "data" / "simulator-journal.jsonl")
    measured = {"pop": Measured(), "bare page": Measured()}
    for turn in range(_POPS + _WARM_UP):
        call = server.incoming_call()
        popped_at = crm.asked_at(f"crtObjectId={call}")
        offered_at = journal.offers()[-1].at
        server.far_end(call, "hangup")
        bare.wishes.put(f"{server.crm}/call?bare={turn}&phone=8447380993")
        bare_at = crm.asked_at(f"bare={turn}&")
        path = f"/api/v1/calls/{call}"
        _until(lambda asked=path: server.ask("GET", asked)["disposedAt"] is not None)  # type: ignore[misc]
        if turn >= _WARM_UP:
            measured["pop"].latencies.append(float(popped_at - offered_at))
            measured["bare page"].latencies.append(bare_at - bare.sent_at[-1])
        time.sleep(_APART)
    return measured


def run() -> dict[str, float]:
    """Milliseconds from the line's event to the request at the CRM's server."""
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--mute-audio"]
        )
        with _bare(browser) as bare:
            agent = Agent(open_context(browser).new_page(), server.url)
            agent.log_in()
            agent.page.frame_locator("iframe[title='Demo CRM']").locator("#presence").wait_for()
            measured = _measure(server, bare)
        browser.close()
    figures = {
        f"{what}, p{share} ms": round(one.percentile(share / 100), 1)
        for what, one in measured.items()
        for share in (50, 99)
    }
    return {"pops": _POPS, **figures, "bar of the pop's p99 ms": BAR_P99_MILLISECONDS}


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name}: {value}")
