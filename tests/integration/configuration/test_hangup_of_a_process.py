"""SIGHUP to a real ``screenpop serve`` with a call up."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from screenpop.demo import world
from screenpop.domain.configuration import Configuration, DispositionCode
from screenpop.settings.export import toml_of
from screenpop.testing.contact_centre import ACCOUNT_TOKEN
from screenpop.testing.server_process import ServerProcess, server_process

DEMO = world.load().configuration
NEW_CODE = DispositionCode(77, "Promised", 1)
SECTIONS = """
[server]
data_folder = "data"

[telephony]
simulator_speed = 20
simulator_survives = false
"""


def write(file: Path, configuration: Configuration) -> None:
    """Write a server's file at once, as a careful administrator does."""
    beside = file.with_suffix(".new")
    beside.write_text(toml_of(configuration) + SECTIONS, "utf-8")
    beside.replace(file)


def changed() -> Configuration:
    """The demo with another name for the campaign 60, and one more code in its plan."""
    plan_id = DEMO.campaign_by_id[60].plan_id
    campaigns = [replace(c, name="Renamed") if c.campaign_id == 60 else c for c in DEMO.campaigns]
    plans = [
        replace(p, codes=(*p.codes, NEW_CODE)) if p.plan_id == plan_id else p for p in DEMO.plans
    ]
    return replace(DEMO, campaigns=tuple(campaigns), plans=tuple(plans))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "screenpop.toml"
    write(file, DEMO)
    return file


@pytest.fixture
async def server(file: Path, tmp_path: Path) -> AsyncIterator[ServerProcess]:
    async with server_process(["serve", "--config", str(file)], tmp_path / "log") as running:
        yield running


@pytest.fixture
async def client(server: ServerProcess) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": ACCOUNT_TOKEN}
    async with httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=30) as client:
        yield client


async def until(condition: Callable[[], Any], what: str) -> None:
    async with asyncio.timeout(30):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)
    pytest.fail(what)


class Maya:
    """An agent who talks with a customer, over HTTP alone."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self.session = self.seat = self.call = ""

    async def talk(self) -> None:
        login = await self.client.post(
            "/ameyorestapi/userLogin/login", json={"userId": "maya", "token": "maya"}
        )
        self.session = login.json()["userSessionInfo"]["sessionId"]
        me = await self.client.get("/api/v1/me", headers={"sessionId": self.session})
        (self.seat,) = me.json()["userCrtObjectIds"]
        dialled = await self.post(
            "manualDial",
            shouldAddCustomer=False,
            campaignId=60,
            searchable="8447380993",
            phone="8447380993",
        )
        self.call = dialled.json()["crtObjectId"]
        await until(self.is_on_call, "the customer answers")

    async def is_on_call(self) -> bool:
        me = await self.client.get("/api/v1/me", headers={"sessionId": self.session})
        return bool(me.json()["state"] == "onCall")

    async def post(self, what: str, **body: Any) -> httpx2.Response:
        ids = {
            "sessionId": self.session,
            "userCrtObjectId": self.seat,
            "requestId": f"{what}-{body.get('dispositionCodeId')}",
        }
        return await self.client.post(f"/ameyorestapi/voice/{what}", json={**ids, **body})

    async def dispose(self, code: int) -> httpx2.Response:
        return await self.post(
            "disposeCall", campaignId=60, crtObjectId=self.call, dispositionCodeId=code
        )

    async def campaign(self) -> str:
        listed = await self.client.get(
            "/ameyorestapi/cc/campaigns/getAssigned", headers={"sessionId": self.session}
        )
        return str(next(c["campaignName"] for c in listed.json() if c["campaignId"] == 60))


async def test_changed_file_counts_at_once_and_the_call_goes_on(
    server: ServerProcess, client: httpx2.AsyncClient, file: Path
) -> None:
    maya = Maya(client)
    await maya.talk()
    refused = await maya.dispose(NEW_CODE.disposition_code_id)
    assert refused.json()["message"] == "disposition.code.not.found"

    write(file, changed())
    os.kill(server.pid, signal.SIGHUP)
    await until(lambda: "configuration.reread" in server.log, "the file is read again")

    assert await maya.is_on_call()
    assert await maya.campaign() == "Renamed"
    done = await maya.dispose(NEW_CODE.disposition_code_id)
    assert (done.status_code, done.json()["dispositionCode"]) == (200, "Promised")
    assert len(server.journal.rings("customer")) == 1


async def test_broken_file_is_refused_with_a_line_and_the_old_stays(
    server: ServerProcess, client: httpx2.AsyncClient, file: Path
) -> None:
    maya = Maya(client)
    await maya.talk()
    write(file, replace(changed(), campaigns=()))
    os.kill(server.pid, signal.SIGHUP)
    await until(lambda: "configuration.refused" in server.log, "the file is refused")
    line = next(one for one in server.log.splitlines() if "configuration.refused" in one)
    assert "screenpop.toml" in line
    assert "campaign" in line

    assert await maya.is_on_call()
    assert await maya.campaign() == DEMO.campaign_by_id[60].name
    refused = await maya.dispose(NEW_CODE.disposition_code_id)
    assert refused.json()["message"] == "disposition.code.not.found"

    write(file, changed())
    os.kill(server.pid, signal.SIGHUP)
    await until(lambda: "configuration.reread" in server.log, "the mended file is taken")
    assert (await maya.dispose(NEW_CODE.disposition_code_id)).status_code == 200
