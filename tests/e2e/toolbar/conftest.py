"""Fixtures of the toolbar's tests: those of the real server, and an app whose page frames it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.sdk_server.conftest import browser, context, crm, server
from tests.e2e.sdk_server.floor import CrmSite, RealServer

__all__ = ["browser", "context", "crm", "server"]


@pytest.fixture
def framing_app(server: RealServer, crm: CrmSite) -> Iterator[str]:
    """The app of a page that frames the toolbar; it is granted every scope."""
    server.add_app("framing", crm.origin, login="/pages/framing.html")
    yield f"{crm.origin}/pages/framing.html"
    server.remove_app("framing")
