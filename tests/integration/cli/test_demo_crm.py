"""The reference CRM as part of the demo: started, told, watched and ended with it."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest

from screenpop.cli import main

COMMAND = (sys.executable, "-c", "import sys; from screenpop.cli import main; sys.exit(main())")


def is_alive(pid: int) -> bool:
    """Whether the process still runs; one that nobody has buried yet does not."""
    line = Path(f"/proc/{pid}/cmdline")
    return line.exists() and line.read_bytes() != b""


def crms_of(pid: int) -> list[int]:
    """The reference CRMs among the children of a process."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"screenpop.demo.crm" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


class Demo:
    """A demo with its CRM on free ports."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.url = self.crm = ""

    @property
    def crm_pid(self) -> int:
        """The process that listens there, a child of the demo."""
        (pid,) = crms_of(self.process.pid)
        return pid

    async def ready(self) -> None:
        """Wait for the ready line."""
        assert self.process.stdout is not None
        facts: dict[str, Any] = json.loads(await self.process.stdout.readline())
        self.url, self.crm = facts["url"], facts["crm"]

    async def said(self, words: str) -> str:
        """Wait until it says so on standard error; the line."""
        assert self.process.stderr is not None
        async with asyncio.timeout(60):
            while line := (await self.process.stderr.readline()).decode():
                if words in line:
                    return line
        raise AssertionError(f"{words!r} was not said")

    def is_answering(self) -> bool:
        port = urlsplit(self.crm).port
        assert port is not None
        with socket.socket() as peer:
            return peer.connect_ex(("127.0.0.1", port)) == 0

    async def wait_until_gone(self, pid: int) -> None:
        """Wait until that process is no more, and its port is free."""
        async with asyncio.timeout(60):
            while is_alive(pid) or self.is_answering():  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "demo", "--port", "0", "--ready-json", "--data", str(tmp_path / "kept"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    running = Demo(process)
    try:
        await running.ready()
        yield running
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def logged_in(server: httpx2.AsyncClient) -> tuple[str, str]:
    """Log maya in by REST; her session and her seat."""
    login = {"userId": "maya", "token": "maya", "forceLogin": True}
    reply = (await server.post("/ameyorestapi/userLogin/login", json=login)).json()
    session = reply["userSessionInfo"]["sessionId"]
    me = (await server.get("/api/v1/me", headers={"sessionId": session})).json()
    return session, me["userCrtObjectIds"][0]


async def test_crm_dials_by_rest_for_the_agent_of_its_page(demo: Demo) -> None:
    """The page gives a key of the desk; the ids and the account's secret stay in the back end."""
    async with (
        httpx2.AsyncClient(base_url=demo.url, trust_env=False) as server,
        httpx2.AsyncClient(base_url=demo.crm, trust_env=False) as crm,
    ):
        session, seat = await logged_in(server)
        launch = {"sessionId": session, "userCrtObjectIds": f"[{seat}]", "userId": "maya",
                  "campaignId": "60,172,270", "origin": demo.url}  # fmt: skip
        html = (await crm.get("/agent", params=launch)).text
        assert f"{demo.url}/omniapp/sdk/ameyo-sdk.js" in html
        desk = html.partition('data-desk="')[2].partition('"')[0]
        form = {"desk": desk, "phone": "8447380993", "campaign": "60", "request_id": "once"}
        asks = {"Origin": demo.crm, "Accept": "application/json"}
        first = await crm.post("/dial", data=form, headers=asks)
        again = await crm.post("/dial", data=form, headers=asks)
        assert first.json()["said"] == "Dialling 8447380993."
        assert first.json() == again.json()
        busy = await crm.post("/dial", data={**form, "request_id": "two"}, headers=asks)
        assert (busy.status_code, busy.json()["key"]) == (409, "agent.busy")
        calls = (await server.get("/api/v1/calls", headers={"sessionId": session})).json()
        assert [one["crtObjectId"] for one in calls] == [first.json()["crtObjectId"]]


async def test_console_s_check_finds_nothing_against_the_frame(demo: Demo) -> None:
    query = urlencode({"origin": demo.url})
    async with httpx2.AsyncClient(trust_env=False) as client:
        for path in ("/agent", "/call", "/knowledge"):
            policy = (await client.get(f"{demo.crm}{path}?{query}")).headers[
                "content-security-policy"
            ]
            assert policy.endswith(f"frame-ancestors 'self' {demo.url}")


async def test_crm_ends_with_the_demo(demo: Demo) -> None:
    pid = demo.crm_pid
    demo.process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        assert await demo.process.wait() == 0
    assert not is_alive(pid)
    assert not demo.is_answering()


async def test_crm_ends_when_the_demo_is_killed(demo: Demo) -> None:
    pid = demo.crm_pid
    demo.process.kill()
    await demo.process.wait()
    await demo.wait_until_gone(pid)


async def test_dead_crm_is_said_and_the_demo_goes_on(demo: Demo) -> None:
    os.kill(demo.crm_pid, signal.SIGKILL)
    line = await demo.said("reference CRM ended by itself")
    assert "(exit status -9)" in line
    assert "start it again" in line
    async with httpx2.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{demo.url}/healthz")).status_code == 200


async def test_demo_without_a_crm_starts_none(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "demo", "--port", "0", "--no-crm", stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode() for _ in range(4)]
    crms = crms_of(process.pid)
    process.terminate()
    await process.communicate()
    assert lines[-1] == "  CRM          left out (--no-crm)\n"
    assert crms == []


def test_taken_crm_port_is_one_sentence_with_the_cure(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert main(["demo", "--port", "0", "--crm-port", port]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"screenpop: Port {port} on 127.0.0.1 is taken by another program.")
    assert "--crm-port 8801; --crm-port 0 takes any free one, --no-crm leaves it out." in said


async def test_own_crm_is_added_first_its_check_is_said_and_a_call_opens_it() -> None:
    """Nothing listens at its address, which is what is found; the call comes all the same."""
    own = "http://127.0.0.1:{}/customer?phone={{phone}}"
    with socket.create_server(("127.0.0.1", 0)) as page:
        port = page.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "demo", "--port", "0", "--no-crm", "--ready-json", "--crm", own.format(port),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    running = Demo(process)
    try:
        await running.ready()
        assert "not.visible.from.server" in await running.said("Your CRM's page: ")
        async with httpx2.AsyncClient(base_url=running.url, trust_env=False) as client:
            reply = await client.get("/api/v1/apps", auth=("demo-api", "demo-api"))
        first = reply.json()["apps"][0]
        assert (first["name"], first["urls"]["call"]) == ("Your CRM", own.format(port))
        await running.said("Log in, and a call comes in")
        async with httpx2.AsyncClient(base_url=running.url, trust_env=False) as client:
            session, _ = await logged_in(client)
            assert "A call from 8447380993 comes in." in await running.said("A call from")
            mine = {"sessionId": session}
            (call,) = (await client.get("/api/v1/calls", headers=mine)).json()
            assert (call["phone"], call["direction"]) == ("8447380993", "inbound")
            details = (
                await client.get(f"/api/v1/calls/{call['crtObjectId']}", headers=mine)
            ).json()
            popped = [pop["appName"] for pop in details["pops"] if pop["popped"]]
            assert popped == ["Your CRM"]
    finally:
        process.terminate()
        await process.communicate()


def test_own_crm_with_an_address_that_cannot_be_used_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["demo", "--port", "0", "--crm", "http://crm.example/customer"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("screenpop: --crm: ")
    assert "https" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--crm-sign-in", "--crm-sso"], "two ways to sign agents on at the CRM. Give one."),
        (["--no-crm", "--crm-sso"], "there is no CRM to sign on at."),
        (["--no-crm", "--crm-sign-in"], "there is no CRM to sign on at."),
    ],
)
def test_session_policies_that_exclude_each_other_are_refused(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["demo", "--port", "0", *options]) == 1
    assert said in capsys.readouterr().err
