"""Chromium by its own protocol: under Playwright a tab never becomes hidden (design 6).

The protocol is spoken over a pipe: one JSON text after another, each ended by a NUL.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

#: How long anything may take on a machine that does much at a time, in seconds.
PATIENCE: Final = 60.0
_LOOK_AGAIN: Final = 0.25
_FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--mute-audio",
    "--no-first-run",
    "--remote-debugging-pipe",
    # Page timers of hidden tabs sleep after so many seconds, not after five minutes.
    "--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/5",
)
#: What every page gets to be watched by: an element through all shadow roots, and a record of
#: notifications, tones and of being frozen.
_WATCH: Final = """
if (self === top) {
  localStorage.setItem("screenpop.tour", "over");
  window.deep = (selector, at = document) => {
    const found = at.querySelector(selector);
    if (found) return found;
    for (const one of at.querySelectorAll("*")) {
      const inside = one.shadowRoot && deep(selector, one.shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  window.seen = { notified: [], tones: 0, lifecycle: [], ticks: 0 };
  const Real = window.Notification;
  window.Notification = class extends Real {
    constructor(title, options) { super(title, options); seen.notified.push(options.body); }
  };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...given) {
    seen.tones += 1;
    return start.apply(this, given);
  };
  for (const name of ["freeze", "resume"])
    document.addEventListener(name, () => seen.lifecycle.push(name));
  setInterval(() => { seen.ticks += 1; }, 1000);
}
"""


class RawChromium:
    """One browser with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        """Keep the profile in ``folder``."""
        self._folder = folder
        self._number = 0
        self._unread = b""

    def __enter__(self) -> Self:
        """Start it."""
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        # It reads from descriptor 3 and writes to 4, whatever the pipe's own numbers are.
        wired = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        with (self._folder / "chromium.txt").open("wb") as log:
            self._process = subprocess.Popen(  # our own command
                [
                    *("/bin/bash", "-c", wired, "/usr/bin/chromium", *_FLAGS),
                    *(f"--user-data-dir={self._folder / 'profile'}", "about:blank"),
                ],
                pass_fds=(theirs_in, theirs_out),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        os.close(theirs_in)
        os.close(theirs_out)
        self._in, self._out = ours_in, ours_out
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def send(self, method: str, session: str | None = None, **params: Any) -> Any:
        """Send a command and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            reply = self._read(deadline - time.monotonic())
            assert reply is not None, f"{method} was not answered in {PATIENCE} s"
            if reply.get("id") == self._number:
                assert "error" not in reply, (method, reply["error"])
                return reply["result"]

    def _read(self, seconds: float) -> dict[str, Any] | None:
        """Return the next message; None: none came in this time."""
        deadline = time.monotonic() + seconds
        while b"\0" not in self._unread:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._in], [], [], left)[0]:
                return None
            read = os.read(self._in, 1 << 20)
            assert read, (self._folder / "chromium.txt").read_text("utf-8", "replace")
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message

    def let_pass(self, seconds: float) -> None:
        """Let real time pass: what is claimed is claimed for a span of it."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def until(self, met: Callable[[], bool], what: str) -> None:
        """Wait for a condition."""
        deadline = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < deadline, f"not seen in {PATIENCE} s: {what}"
            self.let_pass(_LOOK_AGAIN)

    def open(self, url: str) -> RawTab:
        """Open a tab, in front of the others."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        tab = RawTab(self, target, attached["sessionId"])
        tab.send("Page.enable")
        tab.send("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
        tab.send("Page.navigate", url=url)
        return tab


@dataclass(frozen=True, slots=True)
class RawTab:
    """One tab."""

    browser: RawChromium
    target: str
    session: str

    def send(self, method: str, **params: Any) -> Any:
        """Send a command to the tab."""
        return self.browser.send(method, self.session, **params)

    def activate(self) -> None:
        """Bring the tab to the front; the one that was there is hidden."""
        self.browser.send("Target.activateTarget", targetId=self.target)

    def evaluate(self, expression: str) -> Any:
        """Return an expression's value, as if the user had asked for it by a gesture."""
        result = self.send(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        self.browser.until(lambda: self.evaluate(expression) is True, expression)
