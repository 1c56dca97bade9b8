"""The minimal host page on the server's own origin, as the tests drive it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Frame

from tests.e2e.sdk_server.floor import RealServer


class Console:
    """One window of an agent's desk."""

    def __init__(self, context: BrowserContext, server: RealServer, script: Path) -> None:
        self.server = server
        self._script = script.read_text("utf-8")
        self.token = ""
        self.said: list[str] = []
        self.page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))

    def open(self, user_id: str = "maya") -> None:
        """Log the agent in and open the desk."""
        self.token = self.server.log_in(user_id)
        # Any document of the server's will do; one that a test makes up would have no address
        # space, and browsers keep such a page from the loopback network.
        self.page.goto(f"{self.server.url}/healthz#{self.token}")
        self._run()

    def reload(self) -> None:
        """Reload the window."""
        self.page.reload()
        self._run()

    def _run(self) -> None:
        self.page.add_script_tag(content=self._script, type="module")
        self.page.wait_for_function("window.desk !== undefined")

    def frame(self, app_id: str, point: str = "call") -> Frame:
        """Wait for an app's frame and for its document."""
        selector = f'iframe[name="{app_id}-{point}"]'
        element = self.page.wait_for_selector(selector, state="attached")
        assert element is not None
        frame = element.content_frame()
        assert frame is not None
        frame.wait_for_load_state()
        return frame


def page_of(frame: Frame) -> Frame:
    """Wait until the CRM page's script has initialised the SDK."""
    frame.wait_for_selector("html[data-ready]", state="attached")
    return frame


def names(frame: Frame) -> list[str]:
    """The names of the events that a page heard, in order."""
    return [name for name, _ in heard(frame)]


def heard(frame: Frame) -> list[Any]:
    """Every event that a page heard."""
    events: list[Any] = frame.evaluate("window.heard")
    return events


def until_heard(frame: Frame, name: str) -> dict[str, Any]:
    """Wait until a page heard an event, and return its payload."""
    frame.wait_for_function("name => window.heard.some(([heard]) => heard === name)", arg=name)
    return next(data for found, data in heard(frame) if found == name)


def done(frame: Frame, call: str) -> Any:
    """Run ``omni.<call>`` in the page, which must succeed, and return its value."""
    outcome = frame.evaluate(f"window.caught(window.omni.{call})")
    assert "value" in outcome, outcome
    return outcome["value"]
