"""Either of two nodes is killed with -9 again and again, and the database stopped under load.

The judges are those of the killing test of a single server.
"""

import asyncio
import contextlib
import os
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from screenpop.testing.postgres import postgres_server
from screenpop.testing.voice_client import VoiceClient
from tests.integration.durability.floor import WorkingAgent, eventually
from tests.integration.durability.judges import (
    Checker,
    caught_up,
    judge_rings,
    judge_stream,
    nobody_talks,
    report,
)
from tests.integration.nodes.floor import AGENTS, Nodes, two_nodes

pytestmark = pytest.mark.needs("postgresql")

KILLS = 50
#: Seconds after both nodes are there.
EARLIEST, LATEST = 0.2, 1.2
#: Seconds for which the database is away.
AWAY = 20


class Floor:
    """Agents at work on two nodes, and those who judge them."""

    def __init__(self, nodes: Nodes, client: VoiceClient, fate: random.Random) -> None:
        self.nodes = nodes
        self.client = client
        self.fate = fate
        self.life = 0
        self.agents: list[WorkingAgent] = []
        self.readers: list[asyncio.Task[None]] = []
        self.at_work: list[asyncio.Task[None]] = []

    async def open(self, tasks: asyncio.TaskGroup, agents: int) -> None:
        """Log everybody in and let them work."""
        for n in range(agents):
            login = await self.client.log_in(f"agent{n}", "maya")
            reader = self.client.reader(login.session_id, from_seq=0)
            own = random.Random(self.fate.random())
            self.agents.append(WorkingAgent(self.client, login, reader, own, lambda: self.life))
        self.checker = Checker(self.client, self.agents)
        self.readers = [tasks.create_task(agent.reader.run()) for agent in self.agents]
        self.at_work = [tasks.create_task(agent.work()) for agent in self.agents]

    async def close(self) -> None:
        """Let everybody finish, and ask for all that was acknowledged."""
        for agent in self.agents:
            agent.stopping = True
        await asyncio.wait_for(asyncio.gather(*self.at_work), 120)
        await eventually(lambda: nobody_talks(self.nodes.servers[0]), "every leg is let go")
        self.life += 1
        await self.checker.look(self.life)
        for agent in self.agents:
            me = await self.client.get("me", agent.login.session_id)
            assert me.json()["state"] == "ready"
            await caught_up(self.client, agent)
        for reader in self.readers:
            reader.cancel()

    def judge(self, record_property: Callable[[str, object], None]) -> int:
        """Judge everything; return how many commands were acknowledged."""
        acknowledged = [one for agent in self.agents for one in agent.acknowledged]
        server = self.nodes.servers[0]
        times = sorted(t for one in self.nodes.servers for t in one.start_times)
        report(record_property, times, acknowledged, self.agents, server)
        assert self.checker.forgotten == []
        assert self.checker.checked == len(acknowledged)
        judge_rings(server, self.agents, acknowledged)
        for agent in self.agents:
            judge_stream(agent)
        return len(acknowledged)


async def until_killed(looking: Awaitable[None]) -> None:
    with contextlib.suppress(httpx2.TransportError):
        await looking


def drawn_seed() -> int:
    seed = int(os.environ.get("SCREENPOP_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed: SCREENPOP_TEST_SEED={seed}")
    return seed


@pytest.mark.timeout(900)
async def test_fifty_kills_of_either_node_lose_no_command_and_ring_no_telephone_twice(
    tmp_path: Path, database: str, record_property: Callable[[str, object], None]
) -> None:
    seed = drawn_seed()
    fate = random.Random(seed)
    async with (
        two_nodes(tmp_path, database, seed) as nodes,
        nodes.client() as client,
        asyncio.TaskGroup() as tasks,
    ):
        floor = Floor(nodes, client, fate)
        await floor.open(tasks, AGENTS)
        network = nodes.servers[0].simulator_pid()
        for _ in range(KILLS):
            looking = tasks.create_task(until_killed(floor.checker.look(floor.life)))
            await asyncio.sleep(fate.uniform(EARLIEST, LATEST))
            victim = fate.choice(nodes.servers)
            await nodes.kill(victim)
            floor.life += 1
            await looking
            await nodes.start(victim)
        assert nodes.servers[0].simulator_pid() == network, "the network did not survive"
        await floor.close()
    assert floor.judge(record_property) > KILLS * AGENTS / 2, "the agents hardly worked"


@pytest.mark.timeout(300)
async def test_database_that_is_away_for_twenty_seconds_loses_no_command(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Meanwhile the answers are honest, and afterwards the work goes on by itself."""
    seed = drawn_seed()
    with postgres_server() as postgres, postgres.database() as database:
        async with (
            two_nodes(tmp_path, database, seed) as nodes,
            nodes.client() as client,
            asyncio.TaskGroup() as tasks,
        ):
            floor = Floor(nodes, client, random.Random(seed))
            await floor.open(tasks, 8)
            await worked(floor, 20)
            await asyncio.to_thread(postgres.stop)
            gone = time.monotonic()
            for server in nodes.servers:
                async with nodes.client(server) as one:
                    await eventually(lambda one=one: says_not_ready(one), "it says so")  # type: ignore[misc]
                    refused = await one.post("userLogin/login", {"userId": "x", "token": "x"})
                    assert refused.status_code == 512
                    reply = await one.post(
                        "session/keepAliveWithPingPush", {}, floor.agents[0].login.session_id
                    )
                    assert (reply.status_code, reply.json()["message"]) == (
                        512,
                        "store.unavailable",
                    )
                    own = await one.get("me", floor.agents[0].login.session_id)
                    assert (own.status_code, own.json()["message"]) == (503, "store.unavailable")
            await asyncio.sleep(AWAY - (time.monotonic() - gone))
            await asyncio.to_thread(postgres.start)
            await worked(floor, 40)
            await floor.close()
        floor.judge(record_property)


async def says_not_ready(client: VoiceClient) -> bool:
    reply = await client.ready()
    return reply.status_code == 503 and reply.json()["parts"]["store"] == "not reachable"


async def worked(floor: Floor, more: int) -> None:
    """Wait until that many more commands were acknowledged."""

    def done() -> int:
        return sum(len(agent.acknowledged) for agent in floor.agents)

    enough = done() + more

    async def reached() -> bool:
        return done() >= enough

    await eventually(reached, f"{more} more commands are done", seconds=60)
