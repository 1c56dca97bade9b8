"""An agent's console as HTTP: a handle, a cookie, and what a page of ours sends along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from screenpop.testing.contact_centre import BASE_URL, ContactCentre, LoggedIn

CALLER, DID = "7905690272", "18005550172"
#: What a browser adds to a request of our own page.
OUR_PAGE = {"Sec-Fetch-Site": "same-origin", "Origin": BASE_URL}


@dataclass
class Console:
    """One tab of one browser."""

    centre: ContactCentre
    handle: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """Send a request as the page does; ``headers`` replaces what a browser would add."""
        sent = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        if self.handle:
            sent["X-Screenpop-Login"] = self.handle
        sent |= dict(OUR_PAGE if headers is None else headers)
        json = None if method == "GET" else body or {}
        self.centre.client.cookies.clear()
        return await self.centre.client.request(
            method, f"/api/v1/{path}", headers={n: v for n, v in sent.items() if v}, json=json
        )

    async def log_in(
        self, user_id: str, password: str | None = None, *, force: bool = False
    ) -> httpx2.Response:
        """Log in; keep handle and cookie."""
        body = {"userId": user_id, "password": password or user_id, "force": force}
        reply = await self.send("POST", "console/login", body)
        if reply.status_code == 200:
            self.handle = reply.json()["handle"]
            for line in reply.headers.get_list("set-cookie"):
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
        return reply

    async def start_work(self) -> LoggedIn:
        """Log Maya in, choose all her campaigns, and let her telephone answer by itself."""
        reply = await self.log_in("maya")
        assert reply.status_code == 200, reply.text
        body = {"campaignIds": [60, 172, 270], "selectedCampaignId": 60, "extension": "1001"}
        reply = await self.send("POST", "me/work", body)
        assert reply.status_code == 200, reply.text
        await self.send("POST", "me/auto-call", {"on": True})
        me = reply.json()
        return LoggedIn(me["sessionId"], me["userCrtObjectIds"][0])
