"""Contract 3.5: with masking on, a masked number is dialled for the customer it belongs to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from screenpop.domain.configuration import Configuration
from screenpop.testing.contact_centre import contact_centre


def masking(configuration: Configuration) -> Configuration:
    processes = tuple(replace(p, masking_enabled=True) for p in configuration.processes)
    return replace(configuration, processes=processes)


async def test_masked_number_of_a_customer_is_dialled_and_stays_hidden(tmp_path: Path) -> None:
    async with contact_centre(tmp_path, change=masking) as centre:
        maya = await centre.log_in("maya")
        body = maya.dial("xxxxxx0272", customerId=43800317962753)
        dialled = await centre.post("voice/manualDial", body)
        assert dialled.status_code == 200, dialled.text
        assert dialled.json()["phone"] == "xxxxxx0272"
        await centre.until_state(maya, "onCall")

        call = await centre.read(lambda r: r.call(dialled.json()["crtObjectId"]))
        assert call is not None
        assert call.phone == "7905690272"
        shown = await centre.client.get("/api/v1/calls", headers={"sessionId": maya.session_id})
        assert shown.json()[0]["phone"] == "xxxxxx0272"


async def test_masked_number_without_its_customer_is_refused(tmp_path: Path) -> None:
    async with contact_centre(tmp_path, change=masking) as centre:
        maya = await centre.log_in("maya")
        refused = await centre.post("voice/manualDial", maya.dial("xxxxxx0272"))
        assert refused.status_code == 512
        assert refused.json()["message"] == "phone.invalid"


async def test_call_of_an_earlier_login_counts_as_disposed_not_as_foreign(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        first = await centre.log_in("maya")
        dialled = await centre.post("voice/manualDial", first.dial("8447380993"))
        call = dialled.json()["crtObjectId"]
        again = await centre.log_in("maya", force=True)

        refused = await centre.post("voice/disposeCall", again.dispose(call))

        assert refused.json()["message"] == "call.already.disposed"
