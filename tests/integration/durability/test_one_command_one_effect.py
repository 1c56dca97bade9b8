"""One ``requestId``, one effect, over any number of copies and over a kill (contract 5)."""

import asyncio
from typing import Any

from screenpop.testing.server_process import ServerProcess
from screenpop.testing.voice_client import AgentLogin, VoiceClient

REPLAYED = "idempotent-replayed"
COPIES = 100


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


async def test_a_hundred_copies_make_one_call_also_after_a_kill(
    server: ServerProcess, client: VoiceClient
) -> None:
    agent = await client.log_in("agent0", "maya")
    body = dial(agent, "the-one")

    async def copies() -> set[bytes]:
        replies = await asyncio.gather(
            *(client.post("voice/manualDial", body, agent.session_id) for _ in range(COPIES))
        )
        assert [reply.status_code for reply in replies] == [200] * COPIES
        first_ones.append(sum(REPLAYED not in reply.headers for reply in replies))
        return {reply.content for reply in replies}

    first_ones: list[int] = []
    before = await copies()
    assert len(before) == 1
    changed = await client.post(
        "voice/manualDial", dial(agent, "the-one", "7900005678"), agent.session_id
    )
    assert (changed.status_code, changed.json()["message"]) == (422, "request.id.reused")
    await server.kill()
    await server.start()
    assert await copies() == before
    assert first_ones == [1, 0]
    changed = await client.post(
        "voice/manualDial", dial(agent, "the-one", "7900005678"), agent.session_id
    )
    assert (changed.status_code, changed.json()["message"]) == (422, "request.id.reused")
    calls = (await client.get("calls", agent.session_id)).json()
    assert len(calls) == 1
    rings = [(ring.call_id, ring.kind) for ring in server.journal.rings()]
    assert len(rings) == len(set(rings))
    assert {call_id for call_id, _ in rings} <= {calls[0]["crtObjectId"]}


async def test_the_second_click_of_a_double_click_is_refused(
    server: ServerProcess, client: VoiceClient
) -> None:
    agent = await client.log_in("agent0", "maya")
    clicks = [
        client.post("voice/manualDial", dial(agent, key), agent.session_id) for key in ("a", "b")
    ]
    done, refused = sorted(await asyncio.gather(*clicks), key=lambda reply: reply.status_code)
    assert done.status_code == 200
    assert (refused.status_code, refused.json()["message"]) == (512, "agent.busy")
    reader = client.reader(agent.session_id, from_seq=0)
    reading = asyncio.create_task(reader.run())
    await reader.until_event("interactionConnected", done.json()["crtObjectId"])
    assert len(server.journal.rings()) == 2
    reading.cancel()
