"""Killed with -9 again and again, the server forgets nothing and dials nobody twice.

Judged by what lies outside the killed process: the journal of the simulated network, and what
the agents' clients were answered and heard.
"""

import asyncio
import contextlib
import itertools
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from screenpop.testing.server_process import ServerProcess, server_process
from screenpop.testing.voice_client import ReceivedEvent, VoiceClient
from tests.integration.durability.floor import (
    DISPOSED_BY_DIAL,
    Acknowledged,
    WorkingAgent,
    configuration,
    eventually,
)

KILLS = 50
AGENTS = 16
#: Seconds after the ready line.
EARLIEST, LATEST = 0.2, 2.0


class Checker:
    """Asks each later life of the server for what an earlier one has acknowledged."""

    def __init__(self, client: VoiceClient, agents: list[WorkingAgent]) -> None:
        self._client = client
        self._agents = agents
        self._checked = dict.fromkeys((agent.login.user_id for agent in agents), 0)
        self.forgotten: list[Acknowledged] = []
        self.checked = 0

    async def look(self, life: int) -> None:
        """Look at everything acknowledged before this life; the server may die meanwhile."""
        for agent in self._agents:
            user = agent.login.user_id
            while self._checked[user] < len(agent.acknowledged):
                one = agent.acknowledged[self._checked[user]]
                if one.life >= life:
                    break
                if not await self._is_there(one, agent.login.session_id):
                    self.forgotten.append(one)
                self._checked[user] += 1
                self.checked += 1

    async def _is_there(self, one: Acknowledged, session: str) -> bool:
        for call, disposed in ((one.dialled, False), (one.disposed, True)):
            if call is None:
                continue
            reply = await self._client.get(f"calls/{call}", session)
            if reply.status_code != 200:
                return False
            if disposed and (reply.json()["state"], len(reply.json()["dispositions"])) != (
                "disposed",
                1,
            ):
                return False
        return True


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
        await eventually(lambda: _nobody_talks(server), "every leg is let go")
        life += 1
        await checker.look(life)
        for agent in agents:
            me = await client.get("me", agent.login.session_id)
            assert me.json()["state"] == "ready"
            await _caught_up(client, agent)
        for reader in readers:
            reader.cancel()
    times = sorted(server.start_times)
    acknowledged = [one for agent in agents for one in agent.acknowledged]
    _report(record_property, times, acknowledged, agents, server)
    assert checker.forgotten == []
    assert checker.checked == len(acknowledged)
    assert len(acknowledged) > KILLS * AGENTS / 2, "the agents hardly worked"
    _judge_rings(server, agents, acknowledged)
    for agent in agents:
        _judge_stream(agent)


async def _until_killed(looking: Awaitable[None]) -> None:
    with contextlib.suppress(httpx2.TransportError):
        await looking


async def _nobody_talks(server: ServerProcess) -> bool:
    control = server.control()
    try:
        return not await control.legs()
    finally:
        await control.close()


async def _caught_up(client: VoiceClient, agent: WorkingAgent) -> None:
    """The resumed reader has everything that the stream has."""
    fresh = client.reader(agent.login.session_id)
    task = asyncio.create_task(fresh.run())

    async def both() -> bool:
        return fresh.last_seq is not None and fresh.last_seq == agent.reader.last_seq

    await eventually(both, f"{agent.login.user_id}'s reader has everything")
    task.cancel()


def _report(
    record_property: Callable[[str, object], None],
    times: list[float],
    acknowledged: list[Acknowledged],
    agents: list[WorkingAgent],
    server: ServerProcess,
) -> None:
    facts = {
        "start_seconds_median": round(times[len(times) // 2], 2),
        "start_seconds_worst": round(times[-1], 2),
        "acknowledged": dict(Counter(one.path for one in acknowledged)),
        "refused": dict(Counter(key for agent in agents for key, _ in agent.refused)),
        "streams_opened": sum(agent.reader.connections for agent in agents),
        "events": sum(len(agent.reader.events) for agent in agents),
        "rings": len(server.journal.rings()),
    }
    for name, value in facts.items():
        record_property(name, value)
        print(f"{name}: {value}")


def _judge_rings(
    server: ServerProcess, agents: list[WorkingAgent], acknowledged: list[Acknowledged]
) -> None:
    rings = Counter((entry.call_id, entry.kind) for entry in server.journal.rings())
    dials = Counter((entry.call_id, entry.kind) for entry in server.journal.dials())
    dialled = [one.dialled for one in acknowledged if one.dialled is not None]
    # Repeated until answered, each command made one call, and nothing rang but those.
    assert len(dialled) == len(set(dialled))
    assert {call for call, _ in dials} <= set(dialled)
    assert {leg: n for leg, n in dials.items() if n > 1} == {}
    events = {agent.login.user_id: agent.reader for agent in agents}
    never_rang = 0
    for one in acknowledged:
        if one.dialled is None:
            continue
        heard = events[one.agent].of_call(one.dialled)
        names = [event.name for event in heard]
        assert names.count("interactionEnded") == 1, (one, names)
        if rings[one.dialled, "agent"] == 0:
            never_rang += 1
            ended = next(event for event in heard if event.name == "interactionEnded")
            assert ended.payload["systemDisposition"] in ("ATTEMPT_FAILED", "CALL_HANGUP"), ended
            assert "interactionFailed" in names
            assert "interactionConnected" not in names
            # Given up by its own agent, or never confirmed: nothing else may stop a dial.
            if ended.payload["systemDisposition"] == "CALL_HANGUP":
                assert names[-1] == "interactionDisposed"
                assert not heard[-1].payload["dispositionCode"].startswith("application")
    print(f"acknowledged dials that never rang: {never_rang} of {len(dialled)}")


def _judge_stream(agent: WorkingAgent) -> None:
    stream = agent.reader.events
    assert [event.seq for event in stream] == list(range(1, len(stream) + 1))
    by_call: dict[str, list[ReceivedEvent]] = {}
    for event in stream:
        if event.name.startswith("interaction"):
            by_call.setdefault(event.payload["crtObjectId"], []).append(event)
    for call, heard in by_call.items():
        names = [event.name for event in heard]
        once = [n for n in names if n in ("interactionInitiated", "interactionDisposed")]
        assert once == ["interactionInitiated", "interactionDisposed"], (call, names)
    both = {one.disposed: one.dialled for one in agent.acknowledged if one.disposed and one.dialled}
    done = {}
    for event, after in itertools.pairwise(stream):
        code = event.payload.get("dispositionCode")
        if event.name == "interactionDisposed" and code == DISPOSED_BY_DIAL:
            assert after.name == "interactionInitiated", f"{event} but not dialled: {after}"
            done[event.payload["crtObjectId"]] = after.payload["crtObjectId"]
    assert done == both, "a disposeAndManualDial is half done"
    # What was refused had ended by itself: its dial was never confirmed.
    for key, about in agent.refused:
        assert key == "call.already.disposed", (key, about)
        assert about is not None
        last = by_call[about][-1]
        assert last.payload["dispositionCode"] == "application.disposed", (key, last)
