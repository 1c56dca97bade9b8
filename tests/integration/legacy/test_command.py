"""The command servlet /ameyowebaccess/command (contract 5.1)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from screenpop.settings import Settings
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre

PATH = "/ameyowebaccess/command"


async def command(
    centre: ContactCentre, contract: Any, name: str, data: object = None, method: str = "GET"
) -> httpx2.Response:
    """Send a command with its data as JSON, in the query or in a form."""
    values = {"command": name}
    if data is not None:
        values["data"] = data if isinstance(data, str) else json.dumps(data)
    given = {"params" if method == "GET" else "data": values}
    reply = await centre.client.request(method, PATH, **given)  # type: ignore[arg-type]
    await contract.check(reply)
    return reply


def dial(agent: LoggedIn, **changes: object) -> dict[str, object]:
    return {"campaignId": "60", "sessionId": agent.session_id, "phone": "8447380993", **changes}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_manual_dial_dials_and_a_repeat_gives_the_first_reply(
    centre: ContactCentre, contract: Any, maya: LoggedIn, method: str
) -> None:
    data = dial(maya, campaignId="47,172,60", requestId="r-1")
    first = await command(centre, contract, "Manual-Dial", data, method)
    assert first.json()["result"] == "success"
    assert first.json()["campaignId"] == 172
    again = await command(centre, contract, "manual-dial", data, method)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = await command(centre, contract, "manual-dial", {**data, "phone": "1"}, method)
    assert (other.json()["message"], other.json()["requestId"]) == ("request.id.reused", "r-1")
    # The voice REST has a key space of its own.
    busy = await centre.post("voice/manualDial", maya.dial("8447380993", requestId="r-1"))
    assert busy.json()["message"] == "agent.busy"


@pytest.mark.parametrize(
    "form",
    [
        "{{campaignId:60,sessionId:'{0}',phone:'+18005550199'}}",
        "{{'campaignId':'60','sessionId':'{0}','phone':'+18005550199'}}",
        "{{campaignId:60,sessionId:{0},phone: '+18005550199'}}",
    ],
)
async def test_a_plus_that_was_not_encoded_is_read_back(
    centre: ContactCentre, maya: LoggedIn, form: str
) -> None:
    data = form.format(maya.session_id)
    reply = await centre.client.get(f"{PATH}/?command=manual-dial&data={data}")
    assert reply.json()["phone"] == "+18005550199"


async def test_a_customer_record_makes_a_customer(
    centre: ContactCentre, contract: Any, maya: LoggedIn
) -> None:
    data = dial(maya, phone="5550142", customerRecord={"Name": "Ada"})
    reply = await command(centre, contract, "manual-dial", data)
    number = reply.json()["customerId"]
    customer = await centre.read(lambda reader: reader.customer(3, number))
    assert customer is not None
    assert customer.columns["name"] == "Ada"


async def test_what_is_wrong_is_an_object_under_status_200(
    centre: ContactCentre, contract: Any, maya: LoggedIn
) -> None:
    for data, message, reason in (
        ({"phone": "1"}, "InvalidInput", "parameter expected in input: sessionId"),
        (dial(maya, sessionId="x"), "invalid.session.id", "invalid.session.id"),
        (dial(maya, sessionId="x", phone=""), "invalid.session.id", "invalid.session.id"),
        (dial(maya, phone=""), "InvalidInput", "parameter expected in input: phone"),
        (dial(maya, phone="x"), "phone.invalid", "The phone number cannot be dialled."),
        (dial(maya, campaignId=5), "access.denied", "Campaign 5 is not one of this login's."),
        (dial(maya, userCrtObjectId="x"), "access.denied", None),
        ("{", "InvalidInput", None),
        ("[1]", "InvalidInput", "data is no JSON object."),
    ):
        told = (await command(centre, contract, "manual-dial", data)).json()
        assert (told["status"], told["message"]) == ("error", message)
        assert reason is None or told["reason"] == reason
    reply = await centre.client.get(PATH)
    await contract.check(reply)
    assert reply.json()["reason"] == "parameter expected in input: command"


async def test_a_session_is_begun_pinged_and_ended(centre: ContactCentre, contract: Any) -> None:
    maya = {"userId": "maya", "password": "maya", "terminal": "127.0.0.1"}
    first = (await command(centre, contract, "login", maya, "POST")).json()
    assert first["result"] == "success"
    second = (await command(centre, contract, "login", maya, "POST")).json()
    assert (second["status"], second["code"]) == ("error", 20201)
    forced = (await command(centre, contract, "force-login", maya, "POST")).json()
    gone = {"sessionId": first["sessionId"], "sessionPushSeqNo": "0"}
    assert (await command(centre, contract, "ping-session", gone)).json()["status"] == "error"
    live = {"sessionId": forced["sessionId"]}
    pinged = (await command(centre, contract, "ping-session", live)).json()
    assert (pinged["alive"], "status" in pinged) == (True, False)
    assert (await command(centre, contract, "logout", live)).json()["result"] == "success"
    assert (await command(centre, contract, "ping-session", live)).json()["status"] == "error"
    wrong = await command(centre, contract, "login", {**maya, "password": "x"}, "POST")
    assert wrong.json()["code"] == 20203


async def test_a_password_is_not_taken_from_a_url(centre: ContactCentre, contract: Any) -> None:
    for name in ("login", "force-login"):
        reply = await command(centre, contract, name, {"userId": "maya", "password": "maya"})
        assert (reply.status_code, reply.json()["status"]) == (405, "error")


async def test_a_voice_log_is_refused_in_the_servlets_form(
    centre: ContactCentre, contract: Any, maya: LoggedIn
) -> None:
    crt = (await command(centre, contract, "manual-dial", dial(maya))).json()["crtObjectId"]
    wanted = {"crtObjectId": crt, "targetFormat": "wav", "sessionId": maya.session_id}
    reply = await command(centre, contract, "downloadVoiceLog", wanted)
    assert (reply.status_code, reply.json()["details"]) == (
        404,
        "There is no recording of this call.",
    )
    for changes, message in (
        ({"sessionId": None}, "InvalidInput"),
        ({"targetFormat": "ogg"}, "InvalidInput"),
        ({"crtObjectId": "x"}, "access.denied"),
    ):
        told = await command(centre, contract, "downloadVoiceLog", {**wanted, **changes})
        assert told.json()["message"] == message


async def test_the_session_may_stand_beside_the_data(centre: ContactCentre, maya: LoggedIn) -> None:
    beside = {"command": "ping-session", "sessionId": f'"{maya.session_id}"'}
    assert (await centre.client.get(PATH, params=beside)).json()["alive"] is True
    header = {"sessionId": maya.session_id}
    reply = await centre.client.get(f"{PATH}?command=ping-session", headers=header)
    assert reply.json()["alive"] is True
    cookie = {"cookie": f"sessionId={maya.session_id}"}
    reply = await centre.client.get(f"{PATH}?command=ping-session", headers=cookie)
    assert reply.json()["status"] == "error"


async def test_a_multipart_form_is_taken(centre: ContactCentre, maya: LoggedIn) -> None:
    head = '--x\r\nContent-Disposition: form-data; name="data"'
    body = f"{head}\r\n\r\n{json.dumps(dial(maya))}\r\n--x--"
    kind = {"content-type": "multipart/form-data; boundary=x"}
    reply = await centre.client.post(f"{PATH}?command=manual-dial", content=body, headers=kind)
    assert reply.json()["result"] == "success"


def at_the_contracts_rates(settings: Settings) -> Settings:
    return replace(settings, rate_multiplier=1)


async def test_the_rate_of_dials_is_told_with_retry_after(tmp_path: Path, contract: Any) -> None:
    clock = ManualClock()
    async with contact_centre(tmp_path, clock=clock, settings=at_the_contracts_rates) as centre:
        maya = await centre.log_in("maya")
        replies = [await command(centre, contract, "manual-dial", dial(maya)) for _ in range(6)]
        assert replies[-1].json()["message"] == "too.many.requests"
        assert int(replies[-1].headers["retry-after"]) >= 1
        disposed = [
            await centre.client.get("/dacx/dispose", params={"sessionId": maya.session_id})
            for _ in range(201)
        ]
        assert disposed[-1].text.startswith("Too many requests.")
