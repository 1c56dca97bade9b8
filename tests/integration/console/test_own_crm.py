"""A programmer brings their own CRM into a running demo (contract 3.6, 8)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from screenpop.testing.contact_centre import contact_centre
from screenpop.testing.stub_crm import StubAnswer, StubCrm

from .desk import Console

pytestmark = pytest.mark.asyncio


async def test_own_crm_stands_first_and_its_check_is_told(tmp_path: Path) -> None:
    with StubCrm() as crm:
        crm.script("/customer", StubAnswer(200, (("X-Frame-Options", "DENY"),), b""))
        async with contact_centre(tmp_path) as centre:
            console = Console(centre)
            await console.start_work()
            url = f"{crm.origin}/customer?phone={{phone}}"
            first = await console.send("POST", "console/own-crm", {"url": url})
            assert first.status_code == 200, first.text
            assert first.json()["refusesFraming"] is True
            [point] = first.json()["points"]
            assert "frame-ancestors" in point["problems"][0]["toSet"]
            again = await console.send("POST", "console/own-crm", {"url": f"{crm.origin}/other"})
            assert again.status_code == 200, again.text
            apps = centre.core.configuration().apps
            assert apps[0].name == "Your CRM"
            assert [dict(app.urls) for app in apps if app.app_id == "own-crm"] == [
                {"call": f"{crm.origin}/other"}
            ]


async def test_url_that_cannot_be_used_is_refused_with_its_cure(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        await console.start_work()
        for url in ("ftp://crm.example/", "http://crm.example/", "", "https://c.example/{nope}"):
            reply = await console.send("POST", "console/own-crm", {"url": url})
            assert reply.status_code == 400, reply.text
            assert reply.json()["detail"]
        assert "own-crm" not in centre.core.configuration().app_by_id


async def test_what_is_no_demo_has_no_such_path(tmp_path: Path) -> None:
    async with contact_centre(tmp_path, settings=lambda s: replace(s, demo=False)) as centre:
        console = Console(centre)
        await console.start_work()
        reply = await console.send("POST", "console/own-crm", {"url": "https://crm.example/"})
        assert reply.status_code == 404
