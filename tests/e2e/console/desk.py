"""A real demo server with a CRM on another site, and agents' consoles in a browser."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, expect

from screenpop.adapters.telephony.simulator.starter import RunningSimulator
from screenpop.simulator.state import StateFile
from screenpop.testing.stub_crm import StubAnswer, StubCrm, StubRequest

ACCOUNT: Final = "Basic ZGVtby1hcGk6ZGVtby1hcGk="
CALLER: Final = "8447380993"
DID: Final = "18005550172"
_COMMAND: Final = (
    sys.executable,
    "-c",
    "import sys; from screenpop.cli import main; sys.exit(main())",
)
_STOP_SECONDS: Final = 15

#: A CRM page of a dozen lines: it shows what it was opened with, and uses the SDK.
CRM_PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>CRM</title>
<style>body{font:15px system-ui;margin:32px;color:#1d2733}h1{font-size:22px}
dl{display:grid;grid-template-columns:12em 1fr;gap:8px}dt{color:#5d6a78}
input,textarea{font:inherit;padding:8px;width:24em}.card{border:1px solid #dde2e8;
border-radius:12px;padding:24px;margin-top:16px}</style></head><body>
<h1 id="title">Customer</h1><div class="card"><dl id="facts"></dl></div>
<div class="card"><label>Remark <input id="typed"></label>
<button id="dispose" disabled>Dispose from the CRM</button><ul id="events"></ul>
<p id="refused"></p></div>
<script type="module">
const q = new URLSearchParams(location.search);
const info = JSON.parse(q.get("customerInfo") || "{}");
if (q.get("phone")) document.querySelector("#title").textContent = info.name || q.get("phone");
for (const [k, v] of [["Phone", q.get("displayPhone")], ...Object.entries(info)])
  if (v) document.querySelector("#facts").insertAdjacentHTML("beforeend",
    `<dt>${k}</dt><dd>${v}</dd>`);
const { default: sdk } = await import("%(host)s/omniapp/sdk/ameyo-sdk.js");
const omni = sdk.initialize({ context: "app", origin: location.origin, instanceId: "crm" });
for (const name of ["interactionInitiated", "interactionRinging", "interactionConnected",
    "interactionEnded", "interactionWrapStarted", "interactionDisposed"])
  omni.interaction.register(name, () => document.querySelector("#events")
    .insertAdjacentHTML("beforeend", `<li>${name}</li>`)).catch(() => null);
document.querySelector("#dispose").disabled = false;
document.querySelector("#dispose").onclick = () =>
  omni.interaction.disposeInteraction({ dispositionCode: "Resolved", notes: "By the CRM" })
    .catch(({ code, message }) =>
      { document.querySelector("#refused").textContent = `${code} ${message}`; });
</script></body></html>"""


@dataclass
class Server:
    """``screenpop demo`` as a process; it can be killed and started again on the same port."""

    folder: Path
    options: tuple[str, ...] = ()
    url: str = ""
    #: Where the demo's own reference CRM answers, the same after each start.
    crm: str = ""
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        port, crm_port = (one.rpartition(":")[2] or "0" for one in (self.url, self.crm))
        with (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(  # our own command
                [
                    *_COMMAND,
                    *("demo", "--port", port, "--crm-port", crm_port),
                    *("--data", str(self.folder / "data"), "--ready-json", *self.options),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, (self.folder / "log.txt").read_text()
        facts = json.loads(line)
        self.url, self.crm = facts["url"].rstrip("/"), facts["crm"] or ""

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it; SIGKILL finishes nothing."""
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(_STOP_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request with the demo's account token."""
        request = urllib.request.Request(  # our own address
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": ACCOUNT, "Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            text = reply.read()
        return json.loads(text) if text else None

    def incoming_call(self, caller: str = CALLER) -> str:
        """Let a call come in; return its ``crtObjectId``."""
        reply = self.ask("POST", "/api/v1/simulator/calls", {"from": caller, "to": DID})
        return str(reply["crtObjectId"])

    def far_end(self, call: str, act: str) -> None:
        """Let the customer act."""
        self.ask("POST", f"/api/v1/simulator/calls/{call}/{act}", {})


@contextmanager
def demo_server(folder: Path, *options: str) -> Iterator[Server]:
    """Run a demo server with these options until the end of the block."""
    server = Server(folder, options)
    server.start()
    try:
        yield server
    finally:
        if server._process is not None and server._process.poll() is None:
            server.stop()
        _stop_network(folder / "data" / "simulator.json")


def _stop_network(state_file: Path) -> None:
    """End the simulated network of a server that was killed and never came back."""
    state = StateFile.read(state_file)
    if state is not None:
        journal = Path(state.journal)
        RunningSimulator(state_file, state.pid, state.host, state.port, journal).stop()


@contextmanager
def crm_of(server: Server) -> Iterator[StubCrm]:
    """Put a CRM on another site and make it the demo's only app."""
    with StubCrm() as crm:
        html = (("Content-Type", "text/html; charset=utf-8"),)
        page = StubAnswer(200, html, (CRM_PAGE % {"host": server.url}).encode())
        for path in ("/agent", "/call"):
            crm.script(path, page)
        for app in server.ask("GET", "/api/v1/apps")["apps"]:
            server.ask("DELETE", f"/api/v1/apps/{app['appId']}")
        add_app(server, crm, "test-crm", "Test CRM")
        yield crm


def add_app(server: Server, crm: StubCrm, app_id: str, name: str, path: str = "") -> None:
    """Add an app whose login and call URL are at this CRM."""
    server.ask(
        "POST",
        "/api/v1/apps",
        {
            "appId": app_id,
            "name": name,
            "processId": 3,
            "urls": {
                "login": f"{crm.origin}{path}/agent",
                "call": f"{crm.origin}{path}/call",
            },
        },
    )


def asked_by_frames(crm: StubCrm, path: str) -> list[StubRequest]:
    """What frames asked of the CRM at a path, without the server's own checks."""
    return [r for r in crm.requests if r.path == path and r.header("purpose") != "screenpop-check"]


@dataclass
class Agent:
    """One agent's console in a tab of its own."""

    page: Page
    url: str

    def log_in(self, user_id: str = "maya", *, force: bool = False) -> None:
        """Log in and start to work in every campaign."""
        page = self.page
        page.goto(self.url)
        page.get_by_label("User ID", exact=True).fill(user_id)
        page.get_by_label("Password", exact=True).fill(user_id)
        page.get_by_role("button", name="Log in", exact=True).click()
        if force:
            page.get_by_role("button", name="Log in here", exact=True).click()
        page.get_by_role("button", name="Start", exact=True).click()
        self.state_is("Ready")

    def state_is(self, word: str) -> None:
        """Wait until the top bar says so."""
        expect(self.page.locator("sp-top-bar #word")).to_have_text(word)

    def button(self, name: str) -> Any:
        """The button with this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def choose_disposition(self, name: str) -> None:
        """Type a disposition's name and take it."""
        box = self.page.get_by_role("combobox", name="Disposition")
        box.fill(name)
        box.press("Enter")

    def frame(self, selector: str) -> Any:
        """An element of the page that the console shows."""
        return self.page.frame_locator("iframe.shown").locator(selector)


def legs_up(server: Server, call: str) -> int:
    """How many legs of the call are up: its customer, agents and others."""
    legs = server.ask("GET", f"/api/v1/calls/{call}")["legs"]
    return [leg["state"] for leg in legs].count("up")


def until(page: Page, met: Callable[[], bool], what: str) -> None:
    """Wait for what no page shows."""
    for _ in range(150):
        if met():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"not seen in 30 s: {what}")


def open_context(browser: Browser, *, tour: bool = False, **options: Any) -> BrowserContext:
    """Open a browser profile of its own; who works there has seen the demo's tour, or has not."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
    context.set_default_timeout(30_000)
    if not tour:
        seen = "if (self === top) localStorage.setItem('screenpop.tour', 'over')"
        context.add_init_script(seen)
    return context
