"""The host page as the tests drive it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Frame, Page

from tests.e2e.sdk.site import Site

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


class Desk:
    """One console window with embedded frames."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.console: list[str] = []
        page.on("console", lambda message: self.console.append(message.text))
        self.load()

    def load(self) -> None:
        """Open the host page, or open it again as a reload does."""
        self.page.goto(f"{self.site.host}/pages/host.html")
        self.page.wait_for_function("window.desk !== undefined")

    def open(
        self,
        frame_id: str = "login",
        *,
        url: str | None = None,
        kind: str = "login",
        call: int | None = None,
        start_seq: int = 0,
        limits: dict[str, int] | None = None,
        popup: bool = False,
        query: dict[str, str] | None = None,
        **app: Any,
    ) -> Frame:
        """Open an app in a frame and return the frame once its document is there."""
        opening = {
            "frame": {
                "id": frame_id,
                "kind": kind,
                "interactionId": call and f"d1-00000001-int-{call}",
                "associationId": call and f"d1-00000001--assoc--{call}",
                "campaignId": call and 60,
                "startSeq": start_seq,
            },
            "app": {
                "appId": 7,
                "origins": [self.site.crm],
                "scopes": ALL_SCOPES,
                "campaigns": None,
                "queues": None,
                "token": f"token-of-{frame_id}",
                "sessionId": "minted-session",
                "seats": {"true-seat": "minted-seat"},
                **app,
            },
            "url": url or f"{self.site.crm}/pages/crm.html?{urlencode(query or {})}",
            "limits": limits or {},
        }
        if popup:
            with self.page.context.expect_page() as opened:
                self.page.evaluate("opening => desk.popUp(opening)", opening)
            return opened.value.main_frame
        self.page.evaluate("opening => desk.open(opening)", opening)
        return self.frame(frame_id)

    def frame(self, frame_id: str = "login") -> Frame:
        """The frame of that name, once it has a document of its own."""
        selector = f"iframe[name={frame_id}]"
        element = self.page.wait_for_selector(selector, state="attached")
        assert element is not None
        frame = element.content_frame()
        assert frame is not None
        frame.wait_for_load_state()
        return frame

    def crm(self, frame_id: str = "login", **opening: Any) -> Frame:
        """Open the CRM page and wait until its script has run."""
        return ready(self.open(frame_id, **opening))

    def states(self, frame_id: str = "login") -> list[str]:
        """Every state the bridge has been in."""
        states: list[str] = self.page.evaluate("id => desk.states[id]", frame_id)
        return states

    def wait_state(self, state: str, frame_id: str = "login") -> None:
        """Wait until the bridge is in that state."""
        self.page.wait_for_function(
            "([id, state]) => desk.bridges[id].state === state", arg=[frame_id, state]
        )


def ready(frame: Frame) -> Frame:
    """Wait until the CRM page's script has initialised the SDK."""
    frame.wait_for_selector("html[data-ready]", state="attached")
    return frame


def heard(frame: Frame, count: int) -> list[Any]:
    """Wait for that many events and return all that were heard."""
    frame.wait_for_function("count => window.heard.length >= count", arg=count)
    events: list[Any] = frame.evaluate("window.heard")
    return events


def caught(frame: Frame, call: str) -> dict[str, Any]:
    """Run ``omni.<call>`` in the page; its value, or the error's fields."""
    outcome: dict[str, Any] = frame.evaluate(f"window.caught(window.omni.{call})")
    return outcome


def seqs(frame: Frame, count: int) -> list[int]:
    """Wait for that many events and return their ``seq`` in the order heard."""
    return [data["seq"] for _, data in heard(frame, count)]


def settled(desk: Desk, world_seq: int) -> None:
    """Wait until the host has read the log up to there and every page took what was sent."""
    desk.page.wait_for_function("seq => desk.feed.lastSeq >= seq", arg=world_seq)
