"""CRM sessions end with ours, by whatever road that was (contract 4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from screenpop.domain.session import EndReason
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction
from screenpop.services import sessions
from screenpop.testing.clock import ManualClock
from screenpop.testing.contact_centre import ACCOUNT_TOKEN, ContactCentre, contact_centre
from screenpop.testing.stub_crm import StubAnswer, StubCrm
from screenpop.wire.sso_xml import SsoLogin, SsoLogout
from tests.integration.sso.gate import (
    arrived,
    asked,
    impatient,
    log_in,
    session_of,
    sso_app,
    success,
    with_apps,
)

HOUR = 3_600_000
BROKEN = StubAnswer(500, body=b"oops")
End = Callable[[ContactCentre, ManualClock, str], Awaitable[None]]


async def by_logout(centre: ContactCentre, clock: ManualClock, session_id: str) -> None:
    reply = await centre.client.post(
        "/ameyorestapi/session/userLogout",
        headers={"Authorization": ACCOUNT_TOKEN, "sessionId": session_id},
    )
    assert reply.status_code == 200


async def by_forced_login(centre: ContactCentre, clock: ManualClock, session_id: str) -> None:
    session_of(await log_in(centre, force=True))


async def by_silence(centre: ContactCentre, clock: ManualClock, session_id: str) -> None:
    clock.advance(8 * HOUR + 1)


async def by_age(centre: ContactCentre, clock: ManualClock, session_id: str) -> None:
    clock.advance(7 * HOUR)
    centre.core.seen(session_id)
    await centre.core.flush_seen()
    clock.advance(5 * HOUR + 1)


async def by_administrator(centre: ContactCentre, clock: ManualClock, session_id: str) -> None:
    def end(tx: Transaction, session_id: str, now: int, ids: Draw) -> None:
        session = tx.session(session_id)
        assert session is not None
        sessions.end(tx, session, EndReason.ADMINISTRATOR, now, ids)

    await centre.core.run(end, session_id)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (by_logout, EndReason.LOGOUT),
        (by_forced_login, EndReason.FORCED_LOGIN),
        (by_silence, EndReason.EXPIRED),
        (by_age, EndReason.MAXIMUM_AGE),
        (by_administrator, EndReason.ADMINISTRATOR),
    ],
)
async def test_crm_hears_of_every_end(
    tmp_path: Path, crm: StubCrm, end: End, reason: EndReason
) -> None:
    crm.script("/sso", success("S-1"), success("S-2"))
    clock = ManualClock()
    apps = with_apps(sso_app(crm))
    async with contact_centre(tmp_path, clock=clock, change=apps) as centre:
        session_id = session_of(await log_in(centre))
        await end(centre, clock, session_id)
        await arrived(crm, 3 if reason is EndReason.FORCED_LOGIN else 2)
        ended = await centre.read(lambda reader: reader.session(session_id))
        await centre.until(no_sign_offs)

    assert ended is not None
    assert ended.end_reason is reason
    assert asked(crm)[-1] == SsoLogout("S-1")


def no_sign_offs(reader: Reader) -> bool:
    return reader.sign_offs(1) == []


async def test_forced_login_signs_on_before_it_signs_the_other_session_off(
    tmp_path: Path, crm: StubCrm
) -> None:
    crm.script("/sso", success("S-1"), success("S-2"))
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        session_of(await log_in(centre))
        second = session_of(await log_in(centre, force=True))
        await arrived(crm, 3)
        kept = await centre.read(lambda reader: reader.app_session(second, "crm"))

    maya = SsoLogin("maya", password="maya")
    assert asked(crm) == [maya, maya, SsoLogout("S-1")]
    assert kept is not None
    assert kept.crm_session_id == "S-2"


async def test_forced_login_that_the_crm_refuses_leaves_the_other_session_alone(
    tmp_path: Path, crm: StubCrm
) -> None:
    refused = StubAnswer(body=b"<response><status>failed</status></response>")
    crm.script("/sso", success("S-1"), refused)
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        first = session_of(await log_in(centre))
        reply = await log_in(centre, force=True)
        session = await centre.read(lambda reader: reader.session(first))
        waiting = await centre.read(lambda reader: reader.sign_offs(1))

    assert reply.json()["message"] == "crm.login.refused"
    assert session is not None
    assert session.ended_at is None
    assert waiting == []


async def test_crm_session_that_is_given_again_is_not_ended(tmp_path: Path, crm: StubCrm) -> None:
    """Some CRMs have one session per user, and give the same id at every login."""
    crm.script("/sso", success("ONLY"))
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        session_of(await log_in(centre))
        session_of(await log_in(centre, force=True))
        waiting = await centre.read(lambda reader: reader.sign_offs(1))

    assert waiting == []
    assert SsoLogout("ONLY") not in asked(crm)


async def test_logout_waits_for_no_crm(tmp_path: Path, crm: StubCrm) -> None:
    crm.script("/sso", success("S-1"), StubAnswer(hang=True))
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        session_id = session_of(await log_in(centre))
        await by_logout(centre, ManualClock(), session_id)  # the CRM is never going to answer
        session = await centre.read(lambda reader: reader.session(session_id))

    assert session is not None
    assert session.ended_at is not None


async def test_logout_is_tried_three_times_and_then_given_up(tmp_path: Path, crm: StubCrm) -> None:
    crm.script("/sso", success("S-1"), BROKEN)
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        session_id = session_of(await log_in(centre))
        await by_logout(centre, ManualClock(), session_id)
        await arrived(crm, 4)
        await centre.until(no_sign_offs)

    assert asked(crm)[1:] == [SsoLogout("S-1")] * 3


async def test_crm_that_hangs_does_not_hold_up_the_logout_at_another(
    tmp_path: Path, crm: StubCrm, other_crm: StubCrm
) -> None:
    crm.script("/sso", success("S-1"), StubAnswer(hang=True))
    other_crm.script("/sso", success("T-1"))
    apps = with_apps(sso_app(crm), sso_app(other_crm, "other"))
    async with contact_centre(tmp_path, change=apps) as centre:
        session_id = session_of(await log_in(centre))
        await by_logout(centre, ManualClock(), session_id)
        await arrived(other_crm, 2)
        await arrived(crm, 2)

    assert asked(other_crm)[1] == SsoLogout("T-1")


async def test_logout_that_was_not_made_is_made_after_a_restart(
    tmp_path: Path, crm: StubCrm
) -> None:
    crm.script("/sso", success("S-1"), StubAnswer(hang=True), StubAnswer(hang=True), success(""))
    apps = with_apps(sso_app(crm))
    async with contact_centre(tmp_path, change=apps) as centre:
        session_id = session_of(await log_in(centre))
        await by_logout(centre, ManualClock(), session_id)
        await arrived(crm, 2)

    async with contact_centre(tmp_path, crm_http=impatient(), change=apps) as centre:
        await centre.until(no_sign_offs)

    assert asked(crm)[-1] == SsoLogout("S-1")
    assert len(asked(crm)) == 4
