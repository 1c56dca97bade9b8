"""Pushes of a real server: killed in the middle of one, and looked after by command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import pytest

from screenpop.cli import main
from screenpop.testing.server_process import ServerProcess, server_process
from screenpop.testing.stub_crm import StubAnswer, StubCrm
from screenpop.testing.voice_client import VoiceClient
from tests.integration.pushes.receiver import arrived

ANSWERS_AT_ONCE = "5550006"


@pytest.fixture
async def server(tmp_path: Path, crm: StubCrm) -> AsyncIterator[ServerProcess]:
    """The demo's contact centre as an installation of its own, with one app."""
    world = resources.files("screenpop.demo").joinpath("world.toml").read_text("utf-8")
    file = tmp_path / "screenpop.toml"
    file.write_text(
        f"""
[server]
credentials = "lenient"
data_folder = "data"

[telephony]
simulator_survives = false

{world}

[[app]]
id = "crm"
name = "CRM"
urls.dispose = "{crm.origin}/dispose"
""",
        "utf-8",
    )
    arguments = ["serve", "--config", str(file)]
    async with server_process(arguments, tmp_path / "server.log") as running:
        yield running


async def dispose_a_call(server: ServerProcess) -> None:
    async with VoiceClient(lambda: server.url) as client:
        maya = await client.log_in("maya")
        body = {
            "sessionId": maya.session_id,
            "userCrtObjectId": maya.seat,
            "campaignId": 60,
            "phone": ANSWERS_AT_ONCE,
            "searchable": ANSWERS_AT_ONCE,
            "shouldAddCustomer": False,
            "requestId": "dial",
        }
        dialled = await client.post("voice/manualDial", body, maya.session_id)
        assert dialled.status_code == 200, dialled.text
        disposed = {
            "sessionId": maya.session_id,
            "userCrtObjectId": maya.seat,
            "campaignId": 60,
            "crtObjectId": dialled.json()["crtObjectId"],
            "dispositionCodeId": 11,
            "requestId": "dispose",
        }
        reply = await client.post("voice/disposeCall", disposed, maya.session_id)
        assert reply.status_code == 200, reply.text


async def test_push_outlives_a_kill_of_the_server(server: ServerProcess, crm: StubCrm) -> None:
    crm.script("/dispose", StubAnswer(hang=True), StubAnswer(200))
    await dispose_a_call(server)
    await arrived(crm, 1)
    await server.kill()
    await server.start()
    first, again, last = await arrived(crm, 3)

    assert again.target == first.target
    assert again.header("X-Delivery-Id") == first.header("X-Delivery-Id")
    assert last.header("X-Delivery-Id") != first.header("X-Delivery-Id")


async def test_deliveries_are_looked_after_by_command_line(
    server: ServerProcess,
    crm: StubCrm,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SCREENPOP_URL", server.url)
    monkeypatch.setenv("SCREENPOP_ACCOUNT", "demo-api:demo-api")

    async def screenpop(*arguments: str) -> tuple[int, str, str]:
        status = await asyncio.to_thread(main, ["deliveries", *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    assert await screenpop("retry", "--all") == (0, "nothing was set aside\n", "")
    crm.script("/dispose", StubAnswer(410))
    await dispose_a_call(server)
    await arrived(crm, 2)
    listed = ""
    while listed.count("The CRM answered 410") != 2:
        status, listed, _ = await screenpop("list", "--state", "set-aside", "--app", "crm")
        assert status == 0
    ids = [line.split()[0] for line in listed.splitlines()]
    crm.script("/dispose", StubAnswer(200))

    status, said, _ = await screenpop("retry", "--all")
    assert status == 0
    assert said.splitlines() == [f"{one}  is sent again" for one in reversed(ids)]
    sent_again = (await arrived(crm, 4))[2:]
    assert [one.header("X-Delivery-Id") for one in sent_again] == list(reversed(ids))
    assert (await screenpop("retry", ids[0]))[0] == 0
    await arrived(crm, 5)

    for arguments, told in [
        (("retry",), "--all"),
        (("retry", "unknown"), "no delivery with this id"),
        (("list", "--account", "demo-api"), "SCREENPOP_ACCOUNT"),
        (("list", "--account", "demo-api:wrong"), "token"),
        (("list", "--state", "lost"), "state is one of"),
    ]:
        status, _, said = await screenpop(*arguments)
        assert (status, told in said) == (1, True), said
