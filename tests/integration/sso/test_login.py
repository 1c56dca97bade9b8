"""What a CRM answers at login, and what becomes of the login (contract 4)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from screenpop.crmkit.token import TokenVerifier
from screenpop.domain.configuration import Configuration
from screenpop.settings.passwords import hash_of
from screenpop.testing.contact_centre import BASE_URL, contact_centre
from screenpop.testing.stub_crm import StubAnswer, StubCrm
from screenpop.wire.sso_xml import SsoLogin, SsoLogout
from tests.integration.conftest import Contract
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

REFUSED = b"<response><status>failed</status><message>Licence &lt;expired&gt;</message></response>"
WITHOUT_ID = b"<response><status>success</status><crmSessionId/></response>"
JUNK_BEFORE = b"""\xef\xbb\xbf
 Debug: connected
<response><status>SUCCESS</status><crmSessionId>S-1</crmSessionId></response>"""
BOMB = b"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<response><status>success</status><crmSessionId>&b;</crmSessionId></response>"""


async def test_login_asks_the_crm_first_and_keeps_its_session(tmp_path: Path, crm: StubCrm) -> None:
    crm.script("/sso", success("S-1"))
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        session_id = session_of(await log_in(centre))
        kept = await centre.read(lambda reader: reader.app_session(session_id, "crm"))

    assert asked(crm) == [SsoLogin("maya", password="maya")]
    assert kept is not None
    assert kept.crm_session_id == "S-1"


@pytest.mark.parametrize(
    ("answer", "crm_session_id"),
    [
        pytest.param(StubAnswer(body=JUNK_BEFORE), "S-1", id="junk before the XML"),
        pytest.param(
            replace(success("S-1"), headers=(("Content-Type", "image/png"),)),
            "S-1",
            id="a wrong content type",
        ),
    ],
)
async def test_sloppy_answer_of_a_crm_is_read(
    tmp_path: Path, crm: StubCrm, answer: StubAnswer, crm_session_id: str
) -> None:
    crm.script("/sso", answer)
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        session_id = session_of(await log_in(centre))
        kept = await centre.read(lambda reader: reader.app_session(session_id, "crm"))

    assert kept is not None
    assert kept.crm_session_id == crm_session_id


@pytest.mark.parametrize(
    ("answer", "key", "told"),
    [
        pytest.param(
            StubAnswer(body=REFUSED), "crm.login.refused", "Licence <expired>", id="failed"
        ),
        pytest.param(
            StubAnswer(body=WITHOUT_ID),
            "crm.login.refused",
            "The CRM answered success, but without a crmSessionId.",
            id="no crmSessionId",
        ),
        pytest.param(StubAnswer(hang=True), "crm.no.answer", "waited 0.3 s", id="too slowly"),
        pytest.param(StubAnswer(drop=True), "crm.no.answer", "did not answer", id="not at all"),
        pytest.param(StubAnswer(body=BOMB), "crm.no.answer", "DTD", id="an entity bomb"),
        pytest.param(StubAnswer(500, body=b"oops"), "crm.no.answer", "status 500", id="a 500"),
        pytest.param(
            replace(success("S-1"), status=500),
            "crm.no.answer",
            "which is not believed",
            id="a 500 that says success",
        ),
        pytest.param(
            StubAnswer(body=b"<html>Welcome</html>"), "crm.no.answer", "readably", id="a page"
        ),
        pytest.param(
            StubAnswer(302, (("Location", "/elsewhere"),)),
            "crm.no.answer",
            "redirected",
            id="a redirect",
        ),
    ],
)
async def test_crm_that_does_not_open_a_session_refuses_the_login(
    tmp_path: Path, crm: StubCrm, contract: Contract, answer: StubAnswer, key: str, told: str
) -> None:
    crm.script("/sso", answer)
    apps = with_apps(sso_app(crm))
    async with contact_centre(tmp_path, crm_http=impatient(), change=apps) as centre:
        reply = await log_in(centre)
        live = await centre.read(lambda reader: reader.live_sessions())

    await contract.check(reply)
    assert reply.status_code == 512
    assert reply.json()["message"] == key
    assert told in reply.json()["reason"]
    if key == "crm.login.refused":
        assert reply.json()["reason"] == told
    else:
        assert "The CRM did not answer (App crm)." in reply.json()["reason"]
    assert live == []


async def test_app_that_may_go_on_without_its_crm_does_and_the_agent_is_told(
    tmp_path: Path, crm: StubCrm, contract: Contract
) -> None:
    crm.script("/sso", StubAnswer(hang=True))
    apps = with_apps(sso_app(crm, sso_optional=True))
    async with contact_centre(tmp_path, crm_http=impatient(), change=apps) as centre:
        session_id = session_of(await log_in(centre))
        me = await centre.client.get("/api/v1/me", headers={"sessionId": session_id})
        kept = await centre.read(lambda reader: reader.app_session(session_id, "crm"))

    await contract.check(me)
    (notice,) = me.json()["signOnNotices"]
    assert (notice["appId"], notice["appName"]) == ("crm", "App crm")
    assert "did not answer" in notice["reason"]
    assert kept is None or kept.crm_session_id is None


async def test_refusal_is_heeded_even_where_silence_would_not_be(
    tmp_path: Path, crm: StubCrm
) -> None:
    crm.script("/sso", StubAnswer(body=REFUSED))
    apps = with_apps(sso_app(crm, sso_optional=True))
    async with contact_centre(tmp_path, change=apps) as centre:
        reply = await log_in(centre)

    assert reply.json()["message"] == "crm.login.refused"


async def test_wrong_password_is_never_sent_to_a_crm(tmp_path: Path, crm: StubCrm) -> None:
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        body = {"userId": "maya", "token": "wrong"}
        reply = await centre.client.post("/ameyorestapi/userLogin/login", json=body)

    assert reply.json()["message"] == "login.failed"
    assert asked(crm) == []


async def test_login_that_must_be_forced_asks_no_crm(tmp_path: Path, crm: StubCrm) -> None:
    crm.script("/sso", success("S-1"))
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm))) as centre:
        session_of(await log_in(centre))
        reply = await log_in(centre)

    assert reply.json()["message"] == "force.login.required"
    assert len(asked(crm)) == 1


async def test_each_app_has_its_own_crm_session(
    tmp_path: Path, crm: StubCrm, other_crm: StubCrm
) -> None:
    crm.script("/sso", success("S-1"))
    other_crm.script("/sso", success("T-1"))
    apps = with_apps(sso_app(crm), sso_app(other_crm, "other", sso_transport="xml"))
    async with contact_centre(tmp_path, change=apps) as centre:
        session_id = session_of(await log_in(centre))
        kept = await centre.read(lambda reader: reader.app_sessions(session_id))

    assert [(one.app_id, one.crm_session_id) for one in kept] == [("crm", "S-1"), ("other", "T-1")]


async def test_one_refusal_ends_the_session_that_the_other_crm_opened(
    tmp_path: Path, crm: StubCrm, other_crm: StubCrm
) -> None:
    crm.script("/sso", success("S-1"))
    other_crm.script("/sso", StubAnswer(body=REFUSED))
    apps = with_apps(sso_app(crm), sso_app(other_crm, "other"))
    async with contact_centre(tmp_path, change=apps) as centre:
        reply = await log_in(centre)
        await arrived(crm, 2)

    assert reply.json()["message"] == "crm.login.refused"
    assert asked(crm)[1] == SsoLogout("S-1")


async def test_only_the_apps_of_the_agents_campaigns_are_asked(
    tmp_path: Path, crm: StubCrm, other_crm: StubCrm
) -> None:
    crm.script("/sso", success("S-1"))
    elsewhere = replace(sso_app(other_crm, "other"), campaign_ids=frozenset({60}))
    async with contact_centre(tmp_path, change=with_apps(sso_app(crm), elsewhere)) as centre:
        session_of(await log_in(centre, "ravi"))  # campaign 172 only

    assert len(asked(crm)) == 1
    assert asked(other_crm) == []


@pytest.mark.parametrize("transport", ["form", "xml", "json"])
async def test_password_free_form_sends_a_token_that_the_published_key_verifies(
    tmp_path: Path, crm: StubCrm, transport: str
) -> None:
    crm.script("/sso", success("S-1"))
    apps = with_apps(sso_app(crm, sso_password_free=True, sso_transport=transport))
    async with contact_centre(tmp_path, change=apps) as centre:
        session_of(await log_in(centre))
        keys = (await centre.client.get("/.well-known/jwks.json")).json()
        now = centre.core.now()

    (request,) = asked(crm)
    assert isinstance(request, SsoLogin)
    assert request.password is None
    assert request.token is not None
    assert not [one for one in crm.requests if b"password" in one.body]
    verifier = TokenVerifier(lambda: keys, crm.origin, clock=lambda: now / 1000)
    accepted = verifier.verify(request.token)
    assert accepted.user_id == "maya"
    assert accepted.claims["iss"] == BASE_URL
    assert accepted.claims["exp"] - accepted.claims["iat"] == 60
    assert accepted.claims["jti"]


async def test_passwords_and_crm_sessions_are_neither_stored_nor_logged(
    tmp_path: Path, crm: StubCrm
) -> None:
    secret, crm_session_id = "Gl00my-Sunday", "CRM-SESSION-4711"
    crm.script("/sso", success(crm_session_id), StubAnswer(body=REFUSED))

    def change(configuration: Configuration) -> Configuration:
        users = tuple(replace(user, password_hash=hash_of(secret)) for user in configuration.users)
        return replace(with_apps(sso_app(crm))(configuration), users=users)

    with capture_logs() as logs:
        async with contact_centre(tmp_path, change=change) as centre:
            body = {"userId": "maya", "token": secret, "forceLogin": True}
            for _ in range(2):
                await centre.client.post("/ameyorestapi/userLogin/login", json=body)

    assert len(asked(crm)) >= 2
    assert secret not in str(logs)
    assert crm_session_id not in str(logs)
    assert holding(tmp_path, crm_session_id)  # the store has what it must have
    assert holding(tmp_path, secret) == []


def holding(folder: Path, text: str) -> list[str]:
    """The files of the data folder in which this text stands."""
    return [file.name for file in folder.iterdir() if text.encode() in file.read_bytes()]
