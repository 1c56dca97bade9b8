"""The demo as it is started by ``screenpop demo``: its console, and its own CRM on another site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.console.conftest import agent, browser
from tests.e2e.console.desk import Agent, Server, demo_server
from tests.e2e.demo.floor import CrmDesk

__all__ = ["agent", "browser", "desk", "server"]


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A demo of its own for each test; ``indirect`` parameters are its options.

    Its telephone network is slow, so that a telephone rings for a minute: a busy machine may take
    its time to answer.
    """
    with demo_server(tmp_path, "--sim-speed", "0.33", *getattr(request, "param", ())) as server:
        yield server


@pytest.fixture
def desk(agent: Agent, server: Server, browser: Browser) -> CrmDesk:
    """Maya's console, with the CRM in its frame."""
    return CrmDesk(agent, server.crm)
