"""What one node takes into the shared configuration counts at the other at once."""

import os
import signal
from pathlib import Path

import pytest

from screenpop.cli import main
from screenpop.settings import read_configuration
from screenpop.testing.server_process import ServerProcess
from screenpop.testing.voice_client import VoiceClient
from tests.integration.durability.floor import eventually
from tests.integration.nodes.floor import Nodes
from tests.integration.nodes.test_two_nodes import dial, dispose, ready

pytestmark = pytest.mark.needs("postgresql")


async def campaign_at(server: ServerProcess, client: VoiceClient, session_id: str) -> str:
    url = f"{server.url}/ameyorestapi/cc/campaigns/getAssigned"
    reply = await client.http.get(url, headers=client.headers(session_id))
    return str(reply.json()[0]["campaignName"])


async def test_file_that_one_node_reads_again_counts_at_both_with_a_call_up(
    nodes: Nodes,
    tmp_path: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = nodes.servers
    file = tmp_path / "screenpop.toml"
    async with nodes.client(second) as client:
        await eventually(lambda: ready(client), "the line is up")
        agent = await client.log_in("agent0", "maya")
        reply = await client.post("voice/manualDial", dial(agent, "one"), agent.session_id)
        call = reply.json()["crtObjectId"]

        async def on_call() -> bool:
            return bool((await client.get("me", agent.session_id)).json()["state"] == "onCall")

        await eventually(on_call, "the customer answers")
        changed = (
            file.read_text("utf-8")
            .replace('name = "Outbound"', 'name = "Renamed"')
            .replace("{ id = 12,", '{ id = 13, name = "New" }, { id = 12,')
        )
        file.write_text(changed, "utf-8")
        os.kill(first.pid, signal.SIGHUP)

        async def renamed() -> bool:
            return await campaign_at(second, client, agent.session_id) == "Renamed"

        await eventually(renamed, "the other node has the new name")
        assert await on_call()
        body = {**dispose(agent, call, "two"), "dispositionCodeId": 13}
        done = await client.post("voice/disposeCall", body, agent.session_id)
        assert (done.status_code, done.json()["dispositionCode"]) == (200, "New")
    monkeypatch.setenv("SCREENPOP_SERVER__DATABASE", database)
    assert main(["export-config", "--config", str(file)]) == 0
    exported = read_configuration(capsys.readouterr().out, Path("exported.toml"))
    assert [campaign.name for campaign in exported.campaigns] == ["Renamed"]
