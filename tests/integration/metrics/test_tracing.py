"""One name per request and one per interaction in every line of the log about them."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from screenpop import logs
from screenpop.domain.configuration_commands import ChangeConfiguration
from screenpop.domain.events import AssociationEvent
from screenpop.services import configuring
from screenpop.testing.contact_centre import ACCOUNT_TOKEN, contact_centre
from screenpop.testing.stub_crm import StubAnswer, StubCrm
from tests.integration.sso.gate import log_in, session_of, sso_app, success, with_apps

REFUSED = b"<response><status>failed</status><message>Licence expired</message></response>"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, as JSON lines; logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    logs.configure("debug", "json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


def lines(written: io.StringIO, event: str) -> list[dict[str, object]]:
    entries = [json.loads(line) for line in written.getvalue().splitlines()]
    return [entry for entry in entries if entry["event"] == event]


async def test_command_is_logged_with_its_request_and_interaction(
    tmp_path: Path, written: io.StringIO
) -> None:
    async with contact_centre(tmp_path) as centre:
        maya = await centre.log_in("maya")
        reply = await centre.post("voice/manualDial", maya.dial("8447380993"))
        (line,) = [
            line for line in lines(written, "command") if line["use_case"] == "dialling.manual_dial"
        ]
        assert line["request"] == reply.headers["x-request-id"]
        assert line["interaction"] == reply.json()["interactionId"]
        assert line["outcome"] == "done"
    text = written.getvalue()
    assert "8447380993" not in text
    assert maya.session_id not in text


async def test_every_line_about_a_call_names_its_interaction(
    tmp_path: Path, written: io.StringIO
) -> None:
    """From the command over the line's reports and refusals to the disposal."""
    async with contact_centre(tmp_path) as centre:
        maya = await centre.log_in("maya")
        reply = await centre.post("voice/manualDial", maya.dial("8447380993"))
        ids = reply.json()
        await centre.until_state(maya, "onCall")
        unknown = maya.dispose(ids["crtObjectId"], dispositionCodeId=999)
        refused = await centre.post("voice/disposeCall", unknown)
        assert refused.status_code == 512
        done = await centre.post("voice/disposeCall", maya.dispose(ids["crtObjectId"]))
        assert done.status_code == 200
        await centre.until(
            lambda r: all(leg.ended_at for leg in r.legs(ids["crtObjectId"])), "all is over"
        )
        told = await centre.read(lambda r: r.events_after(f"session:{maya.session_id}", 0, 100))
    about = ("dialling.manual_dial", "intake.report", "disposing.dispose_call")
    found = [line for line in lines(written, "command") if line["use_case"] in about]
    # The first report is that the line is up.
    named = [line for line in found if line.get("interaction") == ids["interactionId"]]
    others = [line["use_case"] for line in found if line not in named]
    assert others == ["intake.report"]
    assert [line["outcome"] for line in named if line["use_case"] == about[2]] == [
        "disposition.code.not.found", "done",
    ]  # fmt: skip
    interactions = {
        stored.event.about.interaction_id
        for stored in told
        if isinstance(stored.event, AssociationEvent)
    }
    assert interactions == {ids["interactionId"]}
    assert done.json()["interactionId"] == ids["interactionId"]


@pytest.mark.parametrize(
    ("answer", "event"),
    [(StubAnswer(body=REFUSED), "sso.refused"), (StubAnswer(body=b"?"), "sso.no.answer")],
)
async def test_sign_on_that_failed_is_logged_with_its_request(
    tmp_path: Path, written: io.StringIO, answer: StubAnswer, event: str
) -> None:
    with StubCrm() as crm:
        crm.script("/sso", answer)
        async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
            reply = await log_in(centre)
    assert reply.status_code == 512
    (line,) = lines(written, event)
    assert line["request"] == reply.headers["x-request-id"]


async def test_sign_off_that_is_dropped_is_logged_with_its_own_name(
    tmp_path: Path, written: io.StringIO
) -> None:
    """It is told long after the request is over, by whichever node comes to it."""
    with StubCrm() as crm:
        crm.script("/sso", success("S-1"))
        async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
            session_id = session_of(await log_in(centre))
            await centre.core.run(
                configuring.change,
                ChangeConfiguration(lambda present: replace(present, apps=())),
            )
            headers = {"sessionId": session_id, "Authorization": ACCOUNT_TOKEN}
            await centre.client.post("/ameyorestapi/session/userLogout", headers=headers)
            await centre.until(lambda reader: not reader.sign_offs(9), "nothing is left to tell")
    (line,) = lines(written, "sso.logout.dropped")
    assert line["app_id"] == "crm"
    assert isinstance(line["sign_off"], int)
