"""What an agent sees of the reference CRM in the console, and what the CRM's server was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx2
from playwright.sync_api import FrameLocator, expect

from tests.e2e.console.desk import Agent, Server

CRM_NAME: Final = "Demo CRM"


@dataclass(frozen=True)
class CrmDesk:
    """An agent's console and the CRM within it."""

    agent: Agent
    crm: str

    @property
    def page(self) -> FrameLocator:
        """The CRM's page that the console shows."""
        return self.agent.page.frame_locator(f"iframe.shown[title='{CRM_NAME}']")

    def shows(self, heading: str) -> None:
        """Wait until the CRM's page has this heading."""
        expect(self.page.locator("h1")).to_have_text(heading)

    def call_is(self, word: str) -> None:
        """Wait until the CRM, which hears it by the SDK, calls the call so."""
        expect(self.page.locator("#state")).to_have_text(word)

    def said(self, words: str) -> None:
        """Wait until the CRM has said so."""
        expect(self.page.locator("#said")).to_contain_text(words)

    def finish(self, disposition: str, notes: str = "") -> None:
        """Note and dispose in the CRM."""
        self.page.get_by_label("Disposition").select_option(label=disposition)
        self.page.get_by_label("Call notes").fill(notes)
        self.page.get_by_role("button", name="Finish call").click()

    def connect(self) -> None:
        """Pick up the agent's own telephone, and wait for the other end."""
        self.agent.button("Answer").click()
        self.agent.state_is("On call")

    def asked(self, path: str) -> list[str]:
        """The queries of the requests to this path, as the CRM's server got them, checks left out.

        What follows ``?`` byte for byte.
        """
        received = httpx2.get(f"{self.crm}/inspector.json", trust_env=False, timeout=30).json()
        targets = [one["target"] for one in received if not one["purpose"]]
        pairs = [target.partition("?") for target in targets]
        return [query for at, _, query in pairs if at == path]

    def pops(self) -> list[dict[str, str]]:
        """What each pop carried."""
        return [carried(query) for query in self.asked("/call")]

    def history(self) -> str:
        """The CRM's own list of calls, as its page shows it to anybody."""
        return httpx2.get(f"{self.crm}/", trust_env=False, timeout=30).text


def carried(query: str) -> dict[str, str]:
    """The parameters of a query, in their order."""
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)


def until(condition: Callable[[], bool], agent: Agent) -> None:
    """Wait for what only the server can tell, up to 30 s."""
    for _ in range(300):
        if condition():
            return
        agent.page.wait_for_timeout(100)
    raise AssertionError("it did not come in 30 s")


def dispositions(server: Server, call: str) -> list[tuple[str, str, str, bool]]:
    """Who disposed of a call, with which code and notes, and whether the CRM did it."""
    told: list[dict[str, Any]] = server.ask("GET", f"/api/v1/calls/{call}")["dispositions"]
    return [
        (one["userId"], one["dispositionCode"], one["notes"], one["disposedByCrm"]) for one in told
    ]
