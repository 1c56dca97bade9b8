"""The moment in which the line is up for everybody but itself."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from screenpop.ports.ids import Draw
from screenpop.ports.store import LineRowState, Transaction
from screenpop.ports.telephony import LineEvent, LineUp, ReportTo
from screenpop.services import line_outbox
from screenpop.testing.contact_centre import contact_centre
from screenpop.testing.scripted_line import ScriptedLine


class LineSlowToLearn(ScriptedLine):
    """Learns late that its ``LineUp`` was taken, as when the commit's answer tarries."""

    def __init__(self) -> None:
        super().__init__()
        self.learns = asyncio.Event()

    async def start(self, report_to: ReportTo) -> None:
        async def report(event: LineEvent) -> None:
            await report_to(event)
            if isinstance(event, LineUp):
                await self.learns.wait()

        await super().start(report)


async def test_a_dial_taken_while_line_up_is_committed_but_not_yet_known_to_the_line_rings(
    tmp_path: Path,
) -> None:
    line = LineSlowToLearn()
    async with contact_centre(tmp_path, line=line) as centre:
        maya = await centre.log_in("maya")
        reply = await centre.post("voice/manualDial", maya.dial("7900001234"))
        call = reply.json()["crtObjectId"]

        def attempted(tx: Transaction, call: str, _now: int, _ids: Draw) -> bool:
            return bool(tx.line_rows((LineRowState.ATTEMPTED,), call))

        async with asyncio.timeout(30):
            while not await centre.core.run(attempted, call):  # noqa: ASYNC110  # a look at a table
                await asyncio.sleep(0.005)
        assert not line.dials
        line.learns.set()
        await centre.until_state(maya, "onCall")
        assert len(line.dials) == 2


async def test_a_dial_whose_claim_tarries_while_the_line_comes_up_rings(tmp_path: Path) -> None:
    """With several workers a claim could overtake the list of legs that it was asked before."""
    line = ScriptedLine()
    async with contact_centre(tmp_path, line=line) as centre:
        maya = await centre.log_in("maya")
        line.go_down()
        await centre.until(lambda reader: not reader.line_up(), "the line is down")
        run, held, let_go = centre.core.run, asyncio.Event(), asyncio.Event()

        async def tarrying(use_case: Any, command: Any) -> Any:
            if use_case is line_outbox.claim:
                held.set()
                await let_go.wait()
            return await run(use_case, command)

        centre.core.run = tarrying  # type: ignore[method-assign]
        await held.wait()
        line.come_up()
        dial = maya.dial("7900001234")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):  # it must not come up meanwhile
                while (await centre.post("voice/manualDial", dial)).status_code != 200:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        let_go.set()
        await centre.until(lambda reader: reader.line_up(), "the line is up")
        assert (await centre.post("voice/manualDial", dial)).status_code == 200
        await centre.until_state(maya, "onCall")
