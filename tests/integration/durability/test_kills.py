"""Killed with -9 again and again, the server forgets nothing and dials nobody twice.

Judged by what lies outside the killed process: the journal of the simulated network, and what
the agents' clients were answered and heard.
"""

import asyncio
import contextlib
import os
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from screenpop.testing.server_process import server_process
from screenpop.testing.voice_client import VoiceClient
from tests.integration.durability.floor import WorkingAgent, configuration, eventually
from tests.integration.durability.judges import (
    Checker,
    caught_up,
    judge_rings,
    judge_stream,
    nobody_talks,
    report,
)

KILLS = 50
AGENTS = 16
#: Seconds after the ready line.
EARLIEST, LATEST = 0.2, 2.0


@pytest.mark.timeout(900)
async def test_fifty_kills_lose_no_command_and_ring_no_telephone_twice(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get("SCREENPOP_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed: SCREENPOP_TEST_SEED={seed}")
    fate = random.Random(seed)
    life = 0
    arguments = ["serve", "--config", str(configuration(tmp_path, AGENTS))]
    async with (
        server_process(arguments, tmp_path / "server.log") as server,
        VoiceClient(lambda: server.url) as client,
        asyncio.TaskGroup() as tasks,
    ):
        logins = [await client.log_in(f"agent{n}", "maya") for n in range(AGENTS)]
        agents = [
            WorkingAgent(
                client,
                login,
                client.reader(login.session_id, from_seq=0),
                random.Random(fate.random()),
                lambda: life,
            )
            for login in logins
        ]
        readers = [tasks.create_task(agent.reader.run()) for agent in agents]
        at_work = [tasks.create_task(agent.work()) for agent in agents]
        checker = Checker(client, agents)
        network = server.simulator_pid()
        for _ in range(KILLS):
            looking = tasks.create_task(_until_killed(checker.look(life)))
            await asyncio.sleep(fate.uniform(EARLIEST, LATEST))
            await server.kill()
            life += 1
            await looking
            await server.start()
        assert server.simulator_pid() == network, "the simulated network did not survive"

        for agent in agents:
            agent.stopping = True
        await asyncio.wait_for(asyncio.gather(*at_work), 120)
        await eventually(lambda: nobody_talks(server), "every leg is let go")
        life += 1
        await checker.look(life)
        for agent in agents:
            me = await client.get("me", agent.login.session_id)
            assert me.json()["state"] == "ready"
            await caught_up(client, agent)
        for reader in readers:
            reader.cancel()
    times = sorted(server.start_times)
    acknowledged = [one for agent in agents for one in agent.acknowledged]
    report(record_property, times, acknowledged, agents, server)
    assert checker.forgotten == []
    assert checker.checked == len(acknowledged)
    assert len(acknowledged) > KILLS * AGENTS / 2, "the agents hardly worked"
    judge_rings(server, agents, acknowledged)
    for agent in agents:
        judge_stream(agent)


async def _until_killed(looking: Awaitable[None]) -> None:
    with contextlib.suppress(httpx2.TransportError):
        await looking
