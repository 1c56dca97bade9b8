"""The line lost and found while the server goes on, and dials that had not reached it."""

import asyncio
import time
from pathlib import Path

from screenpop.domain.session import AgentState
from screenpop.ports.store import LineRowState, Reader
from screenpop.services.dialling import PREVIOUS_LEG_LIMIT
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre
from screenpop.testing.scripted_line import RINGS, ScriptedLine

PHONE = "7900001234"


class Later:
    """A clock by which a dial no longer waits for the old call's leg."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000 + PREVIOUS_LEG_LIMIT + 1_000


async def dialled(centre: ContactCentre, agent: LoggedIn) -> str:
    reply = await centre.post("voice/manualDial", agent.dial(PHONE))
    assert reply.status_code == 200, reply.text
    crt: str = reply.json()["crtObjectId"]
    return crt


async def names(centre: ContactCentre, agent: LoggedIn) -> list[str]:
    return [type(stored.event).__name__ for stored in await centre.events(agent)]


async def customer_leg(centre: ContactCentre, crt_object_id: str) -> str:
    def look(reader: Reader) -> str:
        call = reader.call(crt_object_id)
        assert call is not None
        return call.customer_leg_id

    return await centre.read(look)


async def line_is(centre: ContactCentre, up: bool) -> None:
    await centre.until(lambda reader: reader.line_up() is up, "the line's health is written down")


async def test_a_call_that_goes_on_without_the_line_goes_on_with_it(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        maya = await centre.log_in("maya")
        call = await dialled(centre, maya)
        await centre.until_state(maya, AgentState.ON_CALL)
        before = await names(centre, maya)
        centre.line.go_down()
        await line_is(centre, up=False)
        centre.line.come_up()
        await line_is(centre, up=True)
        await centre.line.settled()
        assert await names(centre, maya) == before
        reply = await centre.post("voice/disposeCall", maya.dispose(call))
        assert reply.status_code == 200
        assert len(centre.line.dials) == 2


async def test_a_customer_who_left_meanwhile_is_noticed_when_the_line_is_back(
    tmp_path: Path,
) -> None:
    async with contact_centre(tmp_path) as centre:
        maya = await centre.log_in("maya")
        call = await dialled(centre, maya)
        await centre.until_state(maya, AgentState.ON_CALL)
        leg = await customer_leg(centre, call)
        centre.line.go_down()
        await line_is(centre, up=False)
        centre.line.hang_up(leg)
        assert (await names(centre, maya))[-1] != "WrapStarted"
        centre.line.come_up()
        await centre.until_state(maya, AgentState.WRAP)
        assert (await names(centre, maya)).count("Ended") == 1


async def test_a_customer_who_answered_meanwhile_is_connected_when_the_line_is_back(
    tmp_path: Path,
) -> None:
    line = ScriptedLine()
    line.script(PHONE, RINGS)
    async with contact_centre(tmp_path, line=line) as centre:
        maya = await centre.log_in("maya")
        call = await dialled(centre, maya)
        leg = await customer_leg(centre, call)
        await centre.until(lambda r: len(line.dials) == 2, "the customer's telephone rings")
        line.go_down()
        await line_is(centre, up=False)
        line.answer(leg)
        line.come_up()
        await centre.until_state(maya, AgentState.ON_CALL)
        assert len(line.dials) == 2


async def test_a_hang_up_that_the_line_could_not_take_is_made_up_for(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        maya = await centre.log_in("maya")
        call = await dialled(centre, maya)
        await centre.until_state(maya, AgentState.ON_CALL)
        centre.line.go_down()
        await line_is(centre, up=False)
        reply = await centre.post("voice/disposeCall", maya.dispose(call))
        assert reply.status_code == 200
        reply = await centre.post("voice/manualDial", maya.dial(PHONE))
        assert reply.json()["message"] == "telephony.unavailable"
        centre.line.come_up()

        def let_go(reader: Reader) -> bool:
            return {leg.state.value for leg in reader.legs(call)} == {"ended"}

        await centre.until(let_go, "both legs are let go")


async def test_an_accepted_dial_that_never_reached_the_line_is_dialled_once_after_a_crash(
    tmp_path: Path,
) -> None:
    """Contract 5; the outbox looks before the line is up, and must not use the dial up."""
    async with contact_centre(tmp_path) as centre:
        maya = await centre.log_in("maya")
        old = await dialled(centre, maya)
        await centre.until_state(maya, AgentState.ON_CALL)
        # The line takes nothing more and nobody knows yet: the dial waits for the old call's leg.
        centre.line._is_up = False
        reply = await centre.post("voice/disposeAndManualDial", maya.dispose_and_dial(old, PHONE))
        assert reply.status_code == 200, reply.text
        call = reply.json()["crtObjectId"]
        assert len(centre.line.dials) == 2
    line = ScriptedLine()
    line.go_down()
    node_up = contact_centre(tmp_path, line=line, clock=Later())
    starting = asyncio.create_task(node_up.__aenter__())
    # Started, and for longer than the outbox waits between two looks.
    done, _ = await asyncio.wait({starting}, timeout=0.6)
    assert not done
    line.come_up()
    centre = await starting
    await centre.until_state(maya, AgentState.ON_CALL)
    assert [dial.call_id for dial in line.dials] == [call, call]

    def finished(reader: Reader) -> bool:
        return not reader.line_rows((LineRowState.PENDING, LineRowState.ATTEMPTED), call)

    await centre.until(finished, "every command is done")
    await node_up.__aexit__(None, None, None)
