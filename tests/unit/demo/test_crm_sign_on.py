"""The reference CRM under single sign-on, asked in this process (contract 4)."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest

from screenpop.crmkit.voice import AsyncVoiceClient
from screenpop.demo.crm.application import ReferenceCrm
from screenpop.demo.crm.records import Records
from screenpop.demo.crm.sign_on import CrmSettings
from screenpop.wire.sso_xml import (
    SsoLogin,
    SsoLogout,
    SsoReply,
    SsoRequest,
    compose_form,
    parse_reply,
)

CONSOLE = "https://console.example"
CRM = "http://127.0.0.1:9"


@pytest.fixture
def records() -> Iterator[Records]:
    kept = Records()
    yield kept
    kept.close()


def crm(records: Records) -> httpx2.AsyncClient:
    voice = AsyncVoiceClient("http://127.0.0.1:0", None, tries=1)
    settings = CrmSettings(CONSOLE, None, "sso", {"maya": "secret"})
    app = ReferenceCrm(settings, records, voice, now=lambda: 1_800_000_000_000).app
    transport = httpx2.ASGITransport(app, client=("127.0.0.1", 1))
    return httpx2.AsyncClient(transport=transport, base_url=CRM)


async def sign_on(client: httpx2.AsyncClient, request: SsoRequest) -> SsoReply:
    reply = await client.post("/sso", content=compose_form(request))
    assert reply.status_code == 200
    return parse_reply(reply.content)


def call(session: str) -> str:
    launch = {"userId": "maya", "phone": "8447380993", "crtObjectId": "d1-00000001-vce-1",
              "userCrtObjectId": "seat", "origin": CONSOLE, "crmSessionId": session}  # fmt: skip
    return f"/call?{urlencode(launch)}"


async def test_session_opens_pages_until_it_is_closed(records: Records) -> None:
    async with crm(records) as client:
        opened = await sign_on(client, SsoLogin("maya", password="secret"))
        assert opened.ok
        session = opened.crm_session_id or ""
        shown = await client.get(call(session))
        assert '<h1 id="name">Asha Verma</h1>' in shown.text
        desk = shown.text.partition('data-desk="')[2].partition('"')[0]
        record = f"/customers/1001?desk={desk}"
        assert session not in shown.text
        assert "Asha Verma" in (await client.get(record)).text

        assert (await sign_on(client, SsoLogout(session))).ok
        for path in (call(session), record):
            refused = await client.get(path)
            assert refused.status_code == 403
            assert "Your session has ended" in refused.text
            assert "Asha Verma" not in refused.text
        note = {"text": "too late", "desk": desk}
        late = await client.post("/customers/1001/notes", data=note, headers={"Origin": CRM})
        assert late.status_code == 403
        assert records.notes(1001) == []


async def test_page_without_a_session_says_where_to_begin(records: Records) -> None:
    """Its status is 200: the console's check asks without parameters, and must see the headers."""
    async with crm(records) as client:
        reply = await client.get("/agent", headers={"Purpose": "screenpop-check"})
        assert reply.status_code == 200
        assert "Open it from the console" in reply.text
        assert reply.headers["content-security-policy"].endswith(f"'self' {CONSOLE}")


@pytest.mark.parametrize("session", ["guess", "' or 1=1 --"])
async def test_guessed_session_shows_nothing(records: Records, session: str) -> None:
    async with crm(records) as client:
        refused = await client.get(call(session))
        assert refused.status_code == 403
        assert "Asha Verma" not in refused.text


async def test_wrong_password_and_token_without_a_key_are_refused_in_words(
    records: Records,
) -> None:
    async with crm(records) as client:
        wrong = await sign_on(client, SsoLogin("maya", password="guess"))
        assert (wrong.ok, wrong.message) == (False, "User name or password is wrong.")
        token = await sign_on(client, SsoLogin("maya", token="a.b.c"))
        assert not token.ok
        assert "by password" in token.message


async def test_too_long_sign_on_request_is_not_read(records: Records) -> None:
    async with crm(records) as client:
        assert (await client.post("/sso", content=b"x" * 65_537)).status_code == 413


def test_sessions_outlive_the_process(tmp_path: Path) -> None:
    first = Records(str(tmp_path / "crm.db"))
    first.open_session("s", "maya")
    first.close()
    second = Records(str(tmp_path / "crm.db"))
    assert second.agent_of("s") == "maya"
    assert second.agent_of("") == ""
    second.close()
