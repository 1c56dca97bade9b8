"""Any node takes any command, any node serves any stream, one at a time owns the line."""

import asyncio
import time
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from screenpop.testing.server_process import ServerProcess
from screenpop.testing.voice_client import AgentLogin, EventReader, VoiceClient
from tests.integration.durability.floor import eventually
from tests.integration.nodes.floor import Nodes

pytestmark = pytest.mark.needs("postgresql")

#: An owner that is killed is replaced within this, in seconds (design 2.7).
REPLACED = 15


def dial(agent: AgentLogin, request_id: str, phone: str = "7900001234") -> dict[str, Any]:
    return {
        "sessionId": agent.session_id,
        "shouldAddCustomer": False,
        "campaignId": 60,
        "requestId": request_id,
        "userCrtObjectId": agent.seat,
        "searchable": phone,
        "phone": phone,
    }


def dispose(agent: AgentLogin, call: str, request_id: str) -> dict[str, Any]:
    return {
        "sessionId": agent.session_id,
        "campaignId": 60,
        "userCrtObjectId": agent.seat,
        "crtObjectId": call,
        "dispositionCodeId": 11,
        "requestId": request_id,
    }


async def ready(client: VoiceClient) -> bool:
    return (await client.ready()).status_code == 200


async def test_commands_and_streams_of_one_session_go_to_either_node(nodes: Nodes) -> None:
    """Log in at one, dial at the other, dispose at the first, listen at both."""
    async with nodes.client(nodes.servers[0]) as first, nodes.client(nodes.servers[1]) as second:
        await eventually(lambda: ready(second), "the line is up, as the other node sees it")
        agent = await first.log_in("agent0", "maya")
        readers = [client.reader(agent.session_id, from_seq=0) for client in (first, second)]
        tasks = [asyncio.create_task(reader.run()) for reader in readers]
        reply = await second.post("voice/manualDial", dial(agent, "one"), agent.session_id)
        assert reply.status_code == 200, reply.text
        call = reply.json()["crtObjectId"]
        for reader in readers:
            await reader.until_event("interactionConnected", call)
        copy = await first.post("voice/manualDial", dial(agent, "one"), agent.session_id)
        assert (copy.content, copy.headers["Idempotent-Replayed"]) == (reply.content, "true")
        done = await first.post("voice/disposeCall", dispose(agent, call, "two"), agent.session_id)
        assert done.status_code == 200, done.text
        for reader in readers:
            await reader.until_event("interactionDisposed", call)
        assert readers[0].events == readers[1].events
        for task in tasks:
            task.cancel()
    rings = [(ring.call_id, ring.kind) for ring in nodes.servers[0].journal.rings()]
    assert rings == [(call, "agent"), (call, "customer")]


async def test_an_event_reaches_the_other_nodes_stream_at_once(nodes: Nodes) -> None:
    """By the hint, not by the look once a second."""
    async with nodes.client(nodes.servers[0]) as first, nodes.client(nodes.servers[1]) as second:
        agent = await first.log_in("agent0", "maya")
        reader = second.reader(agent.session_id, from_seq=0)
        reading = asyncio.create_task(reader.run())
        await reader.until(lambda event: event.name == "loggedIn")
        waits = []
        for _ in range(6):
            known = reader.last_seq or 0
            began = time.perf_counter()
            reply = await first.http.post(
                f"{nodes.servers[0].url}/api/v1/me/ready",
                json={},
                headers=first.headers(agent.session_id),
            )
            assert reply.status_code == 200, reply.text
            await reader.until(lambda event, known=known: event.seq > known)  # type: ignore[misc]
            waits.append(time.perf_counter() - began)
        reading.cancel()
    assert sorted(waits)[len(waits) // 2] < 0.4, waits


async def test_hundred_copies_at_both_nodes_make_one_call(nodes: Nodes) -> None:
    async with nodes.client() as client:
        await eventually(lambda: ready(client), "the line is up")
        agent = await client.log_in("agent0", "maya")
        replies = await asyncio.gather(
            *(
                client.post("voice/manualDial", dial(agent, "the-one"), agent.session_id)
                for _ in range(100)
            )
        )
        assert {reply.status_code for reply in replies} == {200}, {r.text for r in replies}
        assert len({reply.content for reply in replies}) == 1
        assert sum("Idempotent-Replayed" not in reply.headers for reply in replies) == 1
        calls = (await client.get("calls", agent.session_id)).json()
        assert len(calls) == 1


async def test_dial_at_both_nodes_at_once_is_taken_by_one(nodes: Nodes) -> None:
    """Two keys, so no copies: the second is refused, for the agent has one telephone."""
    async with nodes.client(nodes.servers[0]) as first, nodes.client(nodes.servers[1]) as second:
        await eventually(lambda: ready(first), "the line is up")
        agent = await first.log_in("agent0", "maya")
        for n in range(5):
            replies = await asyncio.gather(
                first.post("voice/manualDial", dial(agent, f"a{n}"), agent.session_id),
                second.post("voice/manualDial", dial(agent, f"b{n}"), agent.session_id),
            )
            done, refused = sorted(replies, key=lambda reply: reply.status_code)
            assert done.status_code == 200, done.text
            assert (refused.status_code, refused.json()["message"]) == (512, "agent.busy")
            call = done.json()["crtObjectId"]
            over = await first.post(
                "voice/disposeCall", dispose(agent, call, f"c{n}"), agent.session_id
            )
            assert over.status_code == 200, over.text


async def test_killed_owner_is_replaced_by_the_other_node(nodes: Nodes) -> None:
    """Its call goes on, and a dial of the time in between is rung once."""
    first, second = nodes.servers
    async with nodes.client(second) as client:
        await eventually(lambda: ready(client), "the line is up")
        agents = [await client.log_in(f"agent{n}", "maya") for n in range(2)]
        readers: list[EventReader] = []
        tasks = []
        for agent in agents:
            reader = client.reader(agent.session_id, from_seq=0)
            readers.append(reader)
            tasks.append(asyncio.create_task(reader.run()))
        before = await client.post(
            "voice/manualDial", dial(agents[0], "before"), agents[0].session_id
        )
        talk = before.json()["crtObjectId"]
        await readers[0].until_event("interactionConnected", talk)
        # The first to start owns the line.
        await nodes.kill(first)
        killed = time.monotonic()
        between = await client.post(
            "voice/manualDial", dial(agents[1], "between"), agents[1].session_id
        )
        assert between.status_code == 200, between.text
        late = between.json()["crtObjectId"]
        await readers[1].until_event("interactionConnected", late, seconds=REPLACED + 5)
        assert time.monotonic() - killed < REPLACED
        done = await client.post(
            "voice/disposeCall", dispose(agents[0], talk, "done"), agents[0].session_id
        )
        assert done.status_code == 200, done.text
        await readers[0].until_event("interactionDisposed", talk)
        names = [event.name for event in readers[0].of_call(talk)]
        assert names.count("interactionConnected") == names.count("interactionEnded") == 1
        for task in tasks:
            task.cancel()
    rings = [(ring.call_id, ring.kind) for ring in second.journal.rings()]
    assert sorted(rings) == sorted([(c, k) for c in (talk, late) for k in ("agent", "customer")])


async def test_stopped_owner_hands_over_at_once(nodes: Nodes, database: str) -> None:
    """It gives its lease back; the next one need not wait until it has run out."""
    owner = await eventually(lambda: owning(nodes), "one of them owns the line")
    nodes.alive.remove(owner)
    (other,) = nodes.alive
    async with nodes.client(other) as client:
        agent = await client.log_in("agent0", "maya")
        reader = client.reader(agent.session_id, from_seq=0)
        reading = asyncio.create_task(reader.run())
        before = lease(database)
        assert await owner.stop() == 0
        after = lease(database)
        assert after["until"] == 0 or after["owner"] != before["owner"]

        async def dialled() -> str | None:
            """Dial; refused for the moment in which the next one is connecting."""
            reply = await client.post("voice/manualDial", dial(agent, "one"), agent.session_id)
            return reply.json()["crtObjectId"] if reply.status_code == 200 else None

        await reader.until_event("interactionConnected", await eventually(dialled, "dialled"))
        reading.cancel()


async def owning(nodes: Nodes) -> ServerProcess | None:
    return next((server for server in nodes.servers if "lease.taken" in server.log), None)


def lease(database: str) -> dict[str, Any]:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        row = connection.execute("select owner, until from leases where name = 'line'").fetchone()
    assert row is not None
    return row
