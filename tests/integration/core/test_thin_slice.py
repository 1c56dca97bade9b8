"""The thinnest slice through everything: log in, dial, connect, dispose."""

from __future__ import annotations

from pathlib import Path

from screenpop.testing.contact_centre import contact_centre


async def test_dial_connects_and_is_disposed(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        maya = await centre.log_in("maya")
        dialled = await centre.post("voice/manualDial", maya.dial("8447380993"))
        assert dialled.status_code == 200
        await centre.until_state(maya, "onCall")

        crt_object_id = dialled.json()["crtObjectId"]
        disposed = await centre.post("voice/disposeCall", maya.dispose(crt_object_id))

        assert disposed.json()["dispositionCode"] == "Sale"
        await centre.until_state(maya, "ready")
        names = [type(stored.event).__name__ for stored in await centre.events(maya)]
        assert [n for n in names if n != "AgentStateChanged"] == [
            "LoggedIn",
            "Initiated",
            "ScreenPopped",
            "Ringing",
            "Connected",
            "Ended",
            "Disposed",
        ]
