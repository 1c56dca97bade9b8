"""The moment in which the line is up for everybody but itself."""

import asyncio
from pathlib import Path

from screenpop.ports.ids import Draw
from screenpop.ports.store import LineRowState, Transaction
from screenpop.ports.telephony import LineEvent, LineUp, ReportTo
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
