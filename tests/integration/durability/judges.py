"""Judges of what outlives a killed process, by what lies outside of it."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable

from screenpop.testing.server_process import ServerProcess
from screenpop.testing.voice_client import ReceivedEvent, VoiceClient
from tests.integration.durability.floor import (
    DISPOSED_BY_DIAL,
    Acknowledged,
    WorkingAgent,
    eventually,
)


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


async def nobody_talks(server: ServerProcess) -> bool:
    """No leg lives on the simulated network."""
    control = server.control()
    try:
        return not await control.legs()
    finally:
        await control.close()


async def caught_up(client: VoiceClient, agent: WorkingAgent) -> None:
    """The resumed reader has everything that the stream has."""
    fresh = client.reader(agent.login.session_id)
    task = asyncio.create_task(fresh.run())

    async def both() -> bool:
        return fresh.last_seq is not None and fresh.last_seq == agent.reader.last_seq

    await eventually(both, f"{agent.login.user_id}'s reader has everything")
    task.cancel()


def report(
    record_property: Callable[[str, object], None],
    times: list[float],
    acknowledged: list[Acknowledged],
    agents: list[WorkingAgent],
    server: ServerProcess,
) -> None:
    """Print and keep what the run was like."""
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


def judge_rings(
    server: ServerProcess, agents: list[WorkingAgent], acknowledged: list[Acknowledged]
) -> None:
    """Each acknowledged dial rang once, or ended as one that was never confirmed."""
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


def judge_stream(agent: WorkingAgent) -> None:
    """The stream has every event once, and nothing is half done."""
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
