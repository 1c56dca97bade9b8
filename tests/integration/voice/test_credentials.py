"""The contract's table of credentials, in both modes, and what a credential is not."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from screenpop.domain.configuration import Configuration
from screenpop.web.voice import VoiceSettings
from tests.integration.voice.desk import ACCOUNT, Agent, Desk, configuration, dial

UNKNOWN = "Basic ZGVtby1hcGk6d3Jvbmc="
OTHER_CENTRE = "Basic b3RoZXI6b3RoZXI="
NO_SESSION = "d1-6955296d-ses-maya-appId-App-Server-AAAAAAAAAAAAAAAAAAAAAA-999"
GO, UNAUTHENTICATED, SESSION, DENIED = (
    (200, None),
    (401, "invalid.authentication.token"),
    (403, "invalid.session.id"),
    (403, "access.denied"),
)

# account, session, strict, lenient: the rows of the contract's table.
TABLE = [
    ("valid", "live", GO, GO),
    ("valid", "none", SESSION, SESSION),
    ("valid", "ended", SESSION, SESSION),
    ("valid", "unknown", SESSION, SESSION),
    ("refused", "live", UNAUTHENTICATED, UNAUTHENTICATED),
    ("refused", "none", UNAUTHENTICATED, UNAUTHENTICATED),
    ("refused", "ended", UNAUTHENTICATED, UNAUTHENTICATED),
    ("none", "live", UNAUTHENTICATED, GO),
    ("none", "ended", UNAUTHENTICATED, SESSION),
    ("none", "unknown", UNAUTHENTICATED, SESSION),
    ("none", "none", UNAUTHENTICATED, UNAUTHENTICATED),
    ("other centre", "live", DENIED, DENIED),
    ("other agent", "live", DENIED, DENIED),
    ("own token", "live", GO, GO),
    ("own token", "none", GO, GO),
]
ROWS = [
    pytest.param(
        VoiceSettings(lenient=lenient),
        account,
        session,
        row[lenient],
        id=f"{'lenient' if lenient else 'strict'}: {account} account, {session} session",
    )
    for account, session, *row in TABLE
    for lenient in (False, True)
]


def answered(reply: httpx2.Response) -> tuple[int, str | None]:
    return reply.status_code, reply.json().get("message")


@pytest.mark.parametrize(("settings", "account", "session", "wanted"), ROWS)
async def test_the_table_of_credentials_holds(
    desk: Desk, account: str, session: str, wanted: Any
) -> None:
    ravi = await desk.login("ravi")
    ended = await desk.login("maya")
    maya = await desk.login("maya")
    accounts = {
        "valid": ACCOUNT,
        "refused": UNKNOWN,
        "none": None,
        "other centre": OTHER_CENTRE,
        "other agent": f"Bearer {ravi.jwt}",
        "own token": f"Bearer {maya.jwt}",
    }
    sessions = {"live": maya.session, "ended": ended.session, "unknown": NO_SESSION, "none": None}
    headers = {"sessionid": text} if (text := sessions[session]) else {}
    # A body token would be an account credential in lenient mode; a seat would name a session.
    body = dial(maya, sessionId="-") | (
        {"userCrtObjectId": "-"} if (account, session) == ("valid", "none") else {}
    )
    reply = await desk.post("voice/manualDial", body, account=accounts[account], headers=headers)
    assert answered(reply) == wanted


async def test_with_a_valid_account_the_seat_alone_names_the_session(
    desk: Desk, maya: Agent
) -> None:
    reply = await desk.post("voice/manualDial", dial(maya, sessionId="-"))
    assert answered(reply) == GO


async def test_header_and_body_that_name_two_sessions_are_refused(
    desk: Desk, maya: Agent, ravi: Agent
) -> None:
    reply = await desk.post("voice/manualDial", dial(maya, sessionId=ravi.session), agent=maya)
    assert answered(reply) == SESSION


async def test_the_ids_minted_for_an_app_lead_to_the_same_session_without_conflict(
    desk: Desk, maya: Agent
) -> None:
    minted = await desk.mint(maya)
    body = dial(maya, sessionId=minted)
    assert answered(await desk.post("voice/manualDial", body, agent=maya)) == GO


async def test_cookies_are_no_credential(desk: Desk, maya: Agent) -> None:
    reply = await desk.post(
        "voice/manualDial",
        dial(maya, sessionId="-"),
        account=None,
        headers={"cookie": f"sessionId={maya.session}"},
    )
    assert answered(reply) == UNAUTHENTICATED


@pytest.mark.parametrize("settings", [VoiceSettings(lenient=False)], ids=["strict"])
@pytest.mark.parametrize(
    "present",
    [
        replace(
            configuration(),
            processes=tuple(replace(p, lenient=True) for p in configuration().processes),
        )
    ],
    ids=["lenient process"],
)
async def test_a_process_may_be_lenient_alone(
    desk: Desk, maya: Agent, present: Configuration
) -> None:
    body = {"campaignId": 60, "userCrtObjectId": maya.seat, "phone": "1"}
    reply = await desk.post("voice/manualDial", body, agent=maya, account=None)
    assert answered(reply) == GO
    reply = await desk.post(
        "voice/manualDial", body, account=None, headers={"sessionid": NO_SESSION}
    )
    assert answered(reply) == UNAUTHENTICATED


async def test_a_session_that_was_forced_out_stays_ended_for_ever(desk: Desk, maya: Agent) -> None:
    again = await desk.login("maya")
    assert answered(await desk.post("voice/manualDial", dial(maya), agent=maya)) == SESSION
    assert answered(await desk.post("voice/manualDial", dial(again), agent=again)) == GO


@pytest.mark.parametrize(
    "change",
    [
        {"userCrtObjectId": "of ravi"},
        {"userCrtObjectId": "d1-6955296d-ses-maya-appId-App-Server-A-1-uce-mayaAAAAAAAA@1"},
        {"userCrtObjectId": "no seat"},
        {"campaignId": 9999},
    ],
    ids=["another agent's seat", "an unknown seat", "no seat at all", "an unknown campaign"],
)
async def test_seat_and_campaign_must_be_this_sessions(
    desk: Desk, maya: Agent, ravi: Agent, change: dict[str, Any]
) -> None:
    sent = {k: ravi.seat if v == "of ravi" else v for k, v in change.items()}
    reply = await desk.post("voice/manualDial", dial(maya, **sent), agent=maya)
    assert answered(reply) == DENIED


async def test_another_agents_campaign_is_refused(desk: Desk, ravi: Agent) -> None:
    reply = await desk.post("voice/manualDial", dial(ravi, campaignId=60), agent=ravi)
    assert answered(reply) == DENIED
