"""Single sign-on against a CRM that behaves as CRMs do (contract 4, issue 3)."""

import json

import pytest

from screenpop.adapters.crm.http import CrmHttp
from screenpop.adapters.crm.sso import (
    SsoAccepted,
    SsoLoggedOut,
    SsoLogoutFailed,
    SsoNoAnswer,
    SsoRefused,
    SsoTarget,
    SsoTransport,
    log_in,
    log_out,
)
from screenpop.testing.stub_crm import StubAnswer, StubCrm
from screenpop.wire.sso_xml import SsoLogin, SsoLogout, parse_request

SUCCESS = b"<response><status>success</status><message/><crmSessionId>c-1</crmSessionId></response>"
MAYA = SsoLogin("maya", password="p&s <1>")
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
    + b"]><response><status>success</status><message>&a8;</message>"
    b"<crmSessionId>c-1</crmSessionId></response>"
)


def target(crm: StubCrm, transport: SsoTransport = "form") -> SsoTarget:
    return SsoTarget(f"{crm.origin}/sso", transport)


@pytest.mark.parametrize(
    ("transport", "content_type"),
    [
        ("form", "application/x-www-form-urlencoded"),
        ("xml", "text/xml; charset=utf-8"),
        ("json", "application/json"),
    ],
)
async def test_login_arrives_whole_in_each_transport(
    crm: StubCrm, http: CrmHttp, transport: SsoTransport, content_type: str
) -> None:
    crm.script("/sso", StubAnswer(body=SUCCESS))

    assert await log_in(http, target(crm, transport), MAYA) == SsoAccepted("c-1")

    (request,) = crm.requests
    assert request.method == "POST"
    assert request.header("content-type") == content_type
    assert parse_request(request.body) == MAYA


async def test_form_is_what_any_form_decoder_reads(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(body=SUCCESS))

    await log_in(http, target(crm), MAYA)

    assert crm.requests[0].form() == {
        "requestXml": "<request><command>login</command><userId>maya</userId>"
        "<password>p&amp;s &lt;1&gt;</password></request>"
    }


async def test_token_takes_the_passwords_place_in_json(crm: StubCrm, http: CrmHttp) -> None:
    reply = {"status": "success", "message": "", "crmSessionId": "c-2"}
    crm.script("/sso", StubAnswer(body=json.dumps(reply).encode()))

    outcome = await log_in(http, target(crm, "json"), SsoLogin("maya", token="a.b.c"))

    assert outcome == SsoAccepted("c-2")
    assert json.loads(crm.requests[0].body) == {
        "command": "login",
        "userId": "maya",
        "token": "a.b.c",
    }


async def test_crm_that_answers_too_slowly_did_not_answer(crm: StubCrm, impatient: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(hang=True))

    outcome = await log_in(impatient, target(crm), MAYA)

    assert isinstance(outcome, SsoNoAnswer)
    assert "did not answer in time" in outcome.reason


@pytest.mark.parametrize(
    "junk",
    [b"\r\n\t  ", b"\xef\xbb\xbf", b"<br />\n<b>Warning</b>: x & y in /var/www/a.php\n", b"ok "],
    ids=["white space", "byte order mark", "warning", "text"],
)
async def test_junk_before_the_xml_does_no_harm(crm: StubCrm, http: CrmHttp, junk: bytes) -> None:
    crm.script("/sso", StubAnswer(body=junk + SUCCESS))

    assert await log_in(http, target(crm), MAYA) == SsoAccepted("c-1")


async def test_entity_bomb_is_no_answer(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(body=BOMB))

    outcome = await log_in(http, target(crm), MAYA)

    assert isinstance(outcome, SsoNoAnswer)
    assert "DTD" in outcome.reason


async def test_status_500_with_a_page_is_no_answer(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(500, body=b"<!DOCTYPE html><html>Internal error</html>"))

    outcome = await log_in(http, target(crm), MAYA)

    assert isinstance(outcome, SsoNoAnswer)
    assert "status 500" in outcome.reason


async def test_success_with_status_500_is_not_believed(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(500, body=SUCCESS))

    assert isinstance(await log_in(http, target(crm), MAYA), SsoNoAnswer)


@pytest.mark.parametrize("content_type", ["text/html", "application/pdf", "", "nonsense"])
async def test_wrong_content_type_is_not_looked_at(
    crm: StubCrm, http: CrmHttp, content_type: str
) -> None:
    crm.script("/sso", StubAnswer(headers=(("Content-Type", content_type),), body=SUCCESS))

    assert await log_in(http, target(crm), MAYA) == SsoAccepted("c-1")


@pytest.mark.parametrize("status", [200, 401, 500])
async def test_failed_refuses_with_the_crms_own_message(
    crm: StubCrm, http: CrmHttp, status: int
) -> None:
    body = b"<response><status>Failed</status><message>Your account is locked</message></response>"
    crm.script("/sso", StubAnswer(status, body=body))

    assert await log_in(http, target(crm), MAYA) == SsoRefused("Your account is locked")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<response><status>success</status><crmSessionId/></response>", "without a crmSess"),
        (b"<response><status>failed</status></response>", "gave no reason"),
    ],
)
async def test_refusal_without_a_message_gets_a_sentence(
    crm: StubCrm, http: CrmHttp, body: bytes, sentence: str
) -> None:
    crm.script("/sso", StubAnswer(body=body))

    outcome = await log_in(http, target(crm), MAYA)

    assert isinstance(outcome, SsoRefused)
    assert sentence in outcome.message


async def test_redirect_is_no_answer_and_the_password_goes_nowhere(
    crm: StubCrm, http: CrmHttp
) -> None:
    crm.script("/sso", StubAnswer(307, (("Location", f"{crm.origin}/other"),)))

    outcome = await log_in(http, target(crm), MAYA)

    assert isinstance(outcome, SsoNoAnswer)
    assert "final address" in outcome.reason
    assert len(crm.requests) == 1


async def test_login_is_tried_once(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(503))

    await log_in(http, target(crm), MAYA)

    assert len(crm.requests) == 1


async def test_no_outcome_shows_the_password(crm: StubCrm, impatient: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(hang=True))

    assert "p&s" not in repr(await log_in(impatient, target(crm), MAYA))


class Pauses:
    """Keeps how long a logout would have slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


async def test_logout_carries_the_crms_session(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(body=b"<response><status>success</status></response>"))

    assert await log_out(http, target(crm), SsoLogout("c-1")) == SsoLoggedOut(1)
    assert crm.requests[0].form() == {
        "requestXml": "<request><command>logout</command><crmSessionId>c-1</crmSessionId></request>"
    }


async def test_logout_is_tried_three_times(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(503))
    pauses = Pauses()

    outcome = await log_out(http, target(crm), SsoLogout("c-1"), sleep=pauses)

    assert isinstance(outcome, SsoLogoutFailed)
    assert outcome.tries == len(crm.requests) == 3
    assert pauses.slept == [1.0, 3.0]


async def test_logout_ends_with_the_try_that_succeeds(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/sso", StubAnswer(drop=True), StubAnswer(body=SUCCESS))

    outcome = await log_out(http, target(crm), SsoLogout("c-1"), sleep=Pauses())

    assert outcome == SsoLoggedOut(2)


async def test_logout_that_the_crm_refuses_is_not_repeated(crm: StubCrm, http: CrmHttp) -> None:
    body = b"<response><status>failed</status><message>no such session</message></response>"
    crm.script("/sso", StubAnswer(body=body))

    outcome = await log_out(http, target(crm), SsoLogout("c-1"), sleep=Pauses())

    assert outcome == SsoLogoutFailed(1, "no such session")
