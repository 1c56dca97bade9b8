"""GET /dacx/dispose: one line of text, whatever happens (contract 5.1)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2

from screenpop.domain.configuration import Configuration
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre

DONE = "Dispose Successfully"
WRONG: list[tuple[dict[str, str], str]] = [
    ({"sessionId": ""}, "parameter expected in input: sessionId."),
    ({"sessionId": "nonsense"}, "invalid.session.id."),
    ({"crtObjectId": ""}, "parameter expected in input: crtObjectId."),
    ({"crtObjectId": "d1-00000000-vce-1"}, "This is not open to the agent"),
    ({"dispositionCode": "null"}, "parameter expected in input: dispositionCode."),
    ({"dispositionCode": "Nothing"}, "The campaign of this call has these codes: Sale (11)"),
    ({"campaignId": "5"}, "Campaign 5 is not one of this login's."),
    ({"campaignId": "x"}, "campaignId must be a whole number."),
    ({"userCrtObjectId": "d1-x-uce-y@1"}, "This userCrtObjectId is not a seat"),
    ({"dispositionCode": "Callback"}, "This disposition code needs a callback time."),
    (
        {"dispositionCode": "Callback", "dispositionAttr": "soon"},
        "dispositionAttr cannot be read.",
    ),
    (
        {"dispositionCode": "Callback", "dispositionAttr": "local-01-02-2003-04:05:06"},
        "The callback time is in the past.",
    ),
]


async def dispose(centre: ContactCentre, contract: Any, **query: str) -> httpx2.Response:
    reply = await centre.client.get("/dacx/dispose", params=query)
    await contract.check(reply)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert "\n" not in reply.text
    return reply


async def connected(centre: ContactCentre, agent: LoggedIn) -> str:
    reply = await centre.post("voice/manualDial", agent.dial("8447380993"))
    crt: str = reply.json()["crtObjectId"]
    await centre.until_state(agent, "onCall")
    return crt


def named(agent: LoggedIn, crt: str, code: str = "Sale", **more: str) -> dict[str, str]:
    """Give the query that a CRM of the field sends."""
    return {
        "phone": "8447380993",
        "campaignId": "60",
        "crtObjectId": crt,
        "userCrtObjectId": agent.seat,
        "customerId": "-1",
        "dispositionCode": code,
        "sessionId": agent.session_id,
        **more,
    }


async def disposition(centre: ContactCentre, agent: LoggedIn, crt: str) -> Any:
    found = await centre.read(lambda reader: reader.association_with(agent.session_id, crt))
    assert found is not None
    return found.disposition


async def test_a_connected_call_is_hung_up_and_disposed(
    centre: ContactCentre, contract: Any, maya: LoggedIn
) -> None:
    crt = await connected(centre, maya)
    query = named(maya, crt, " follow UP ", dispositionAttr="local-", userId="maya")
    assert (await dispose(centre, contract, **query)).content == DONE.encode()
    made = await disposition(centre, maya, crt)
    assert (made.disposition_code, made.by_crm) == ("Follow up", True)
    await centre.until_state(maya, "ready")


async def test_a_repeat_with_the_same_code_succeeds_and_with_another_is_told(
    centre: ContactCentre, contract: Any, maya: LoggedIn
) -> None:
    crt = await connected(centre, maya)
    for code in ("Sale", "Sale", "SALE "):
        assert (await dispose(centre, contract, **named(maya, crt, code))).text == DONE
    other = await dispose(centre, contract, **named(maya, crt, "Resolved"))
    assert other.text.startswith("The call is already disposed.")
    assert (await disposition(centre, maya, crt)).disposition_code == "Sale"


async def test_the_least_is_a_session_a_call_and_a_code(
    centre: ContactCentre, contract: Any, maya: LoggedIn
) -> None:
    crt = await connected(centre, maya)
    query = {"SESSIONID": maya.seat, "CrtObjectId": crt, "dispositioncode": "sale"}
    assert (await dispose(centre, contract, **query)).text == DONE


async def test_what_is_wrong_is_one_line_and_nothing_is_done(
    centre: ContactCentre, contract: Any, maya: LoggedIn
) -> None:
    crt = await connected(centre, maya)
    for changes, line in WRONG:
        reply = await dispose(centre, contract, **{**named(maya, crt), **changes})
        assert reply.text.startswith(line), changes
    assert await disposition(centre, maya, crt) is None


async def test_a_callback_is_kept_for_its_time_in_the_zone_of_the_contact_centre(
    tmp_path: Path, contract: Any
) -> None:
    def in_india(configuration: Configuration) -> Configuration:
        centers = tuple(replace(c, time_zone="Asia/Kolkata") for c in configuration.contact_centers)
        return replace(configuration, contact_centers=centers)

    clock = ManualClock(1_795_365_000_000)
    async with contact_centre(tmp_path, clock=clock, change=in_india) as centre:
        maya = await centre.log_in("maya")
        for attr, due, own in (
            ("local-12-25-2026-4:30:05 PM", 1_798_196_405_000, "false"),
            ("local-25-12-2026 16:30:05", 1_798_196_405_000, "true"),
            ("after-00-00-0000 00:30:00", 1_795_366_800_000, "true"),
        ):
            reply = await centre.post("voice/manualDial", maya.dial("8447380993"))
            crt = reply.json()["crtObjectId"]
            query = named(maya, crt, "Callback", dispositionAttr=attr, selfCallback=own)
            assert (await dispose(centre, contract, **query)).text == DONE
            made = await disposition(centre, maya, crt)
            assert (made.callback_time, made.self_callback) == (due, own == "true")


async def test_a_time_that_cannot_be_read_does_not_matter_to_another_code(
    centre: ContactCentre, contract: Any, maya: LoggedIn
) -> None:
    crt = await connected(centre, maya)
    query = named(maya, crt, dispositionAttr="soon", campaignId="999,60")
    assert (await dispose(centre, contract, **query)).text == DONE
