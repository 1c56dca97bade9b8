"""The reference CRM's pages, asked in this process."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlencode

import httpx2
import pytest

from screenpop.crmkit.voice import AsyncVoiceClient
from screenpop.demo.crm.application import ReferenceCrm
from screenpop.demo.crm.records import Records
from screenpop.demo.crm.sign_on import CrmSettings, Policy

CONSOLE = "https://console.example"
CRM = "http://127.0.0.1:9"
SESSION = "d1-6955296d-ses-maya-appId-App-Server-R4nd0mR4nd0mR4nd0mR4nd0m-1"
SEAT = f"{SESSION}-uce-mayaAbCdEfGh@1"
CALL = {
    "userCrtObjectId": SEAT,
    "phone": "8447380993",
    "campaignId": "172",
    "crtObjectId": "d1-6955296d-vce-7",
    "sessionId": SESSION,
    "userId": "maya",
    "callType": "inbound.call.dial",
    "origin": CONSOLE,
    "interactionId": "d1-6955296d-int-7",
    "customerId": "1001",
    "queueName": "Support",
}
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&{name}"
OURS = {"Origin": CRM}


@pytest.fixture
def records() -> Iterator[Records]:
    kept = Records()
    yield kept
    kept.close()


def crm(records: Records, *, policy: Policy = "none") -> httpx2.AsyncClient:
    # Nothing listens on port 0: a dial finds no server.
    voice = AsyncVoiceClient("http://127.0.0.1:0", None, tries=1)
    settings = CrmSettings(CONSOLE, None, policy, {"maya": "maya"})
    app = ReferenceCrm(settings, records, voice, now=lambda: 1_800_000_000_000).app
    transport = httpx2.ASGITransport(app, client=("127.0.0.1", 1))
    return httpx2.AsyncClient(transport=transport, base_url=CRM)


@pytest.fixture
async def browser(records: Records) -> AsyncIterator[httpx2.AsyncClient]:
    async with crm(records) as client:
        yield client


def call(**changed: str) -> str:
    return f"/call?{urlencode({**CALL, **changed})}"


def desk_of(html: str) -> str:
    return html.partition('data-desk="')[2].partition('"')[0]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"customerId": "-1"},
        {"customerId": "999", "phone": "+91 84473-80993"},
        {"customerId": "1001", "phone": "123"},
    ],
)
async def test_call_pops_the_record_by_id_else_by_phone(
    browser: httpx2.AsyncClient, changed: dict[str, str]
) -> None:
    html = (await browser.get(call(**changed))).text
    assert '<h1 id="name">Asha Verma</h1>' in html
    assert 'data-interaction="d1-6955296d-int-7"' in html


async def test_call_of_a_stranger_offers_a_new_record_filled_from_the_url(
    browser: httpx2.AsyncClient,
) -> None:
    url = call(customerId="-1", phone="5550100", customerInfo='{"name":"Ben Okri"}')
    html = (await browser.get(url)).text
    assert "Unknown caller" in html
    assert 'value="Ben Okri"' in html
    assert 'value="5550100"' in html


async def test_new_customer_takes_the_call_into_the_history(browser: httpx2.AsyncClient) -> None:
    desk = desk_of((await browser.get(call(customerId="-1", phone="5550100"))).text)
    form = {"name": "Ben", "phone": "5550100", "crt": CALL["crtObjectId"], "desk": desk}
    made = await browser.post("/customers", data=form, headers=OURS)
    assert made.status_code == 303
    html = (await browser.get(made.headers["location"])).text
    assert '<h1 id="name">Ben</h1>' in html
    assert "No calls yet" not in html
    assert "Ben" in (await browser.get(call(customerId="-1", phone="5550100"))).text


@pytest.mark.parametrize("field", ["phone", "displayPhone", "queueName", "userName", "crtObjectId"])
@pytest.mark.parametrize("path", ["/call", "/agent"])
async def test_no_value_of_the_url_becomes_html(
    browser: httpx2.AsyncClient, field: str, path: str
) -> None:
    query = urlencode({**CALL, "customerId": "-1", field: EVIL})
    html = (await browser.get(f"{path}?{query}")).text
    assert "<script>alert" not in html
    assert "<img" not in html


async def test_no_text_of_a_customer_or_note_becomes_html(browser: httpx2.AsyncClient) -> None:
    made = await browser.post(
        "/customers", data={"name": EVIL, "phone": "5550199", "company": EVIL}, headers=OURS
    )
    record = made.headers["location"]
    await browser.post(f"{record}/notes", data={"text": EVIL}, headers=OURS)
    await browser.get(call(customerId=record.rpartition("/")[2]))
    finished = {"disposition": EVIL, "notes": EVIL}
    await browser.post(f"/calls/{CALL['crtObjectId']}", data=finished, headers=OURS)
    for path in (record, f"/customers?{urlencode({'q': EVIL})}", "/", "/customers?q=5550199"):
        html = (await browser.get(path)).text
        assert "&lt;script&gt;" in html, path
        assert "<script>alert" not in html, path
        assert "<img" not in html, path


async def test_sdk_is_loaded_from_the_configured_console_only(browser: httpx2.AsyncClient) -> None:
    ours = await browser.get(call())
    assert f"{CONSOLE}/omniapp/sdk/ameyo-sdk.js" in ours.text
    assert CONSOLE in policy(ours)["script-src"]
    for origin in ("https://evil.example", f"{CONSOLE}.evil.example", ""):
        theirs = await browser.get(call(origin=origin))
        assert "ameyo-sdk.js" not in theirs.text
        assert policy(theirs)["script-src"] == "'self'"
        assert policy(theirs)["connect-src"] == "'self'"


async def test_every_page_may_be_framed_by_the_console_alone(browser: httpx2.AsyncClient) -> None:
    for path in (call(), "/agent", "/knowledge", "/customers", "/customers/1001", "/none"):
        reply = await browser.get(path)
        assert policy(reply)["frame-ancestors"] == f"'self' {CONSOLE}", path
        assert "x-frame-options" not in reply.headers


def policy(reply: httpx2.Response) -> dict[str, str]:
    directives = (one.strip().partition(" ") for one in
                  reply.headers["content-security-policy"].split(";"))  # fmt: skip
    return {name: value for name, _, value in directives}


async def test_inspector_has_the_request_byte_for_byte(browser: httpx2.AsyncClient) -> None:
    target = "/call?b=%2f%20+&&a=%E0%A5%90&a='x'&phone=%2B1"
    await browser.get(target, headers={"Purpose": "screenpop-check"})
    (received,) = (await browser.get("/inspector.json")).json()
    assert received == {
        "number": 1,
        "at": 1_800_000_000_000,
        "target": target,
        "purpose": "screenpop-check",
    }
    assert "%E0%A5%90" in (await browser.get("/inspector")).text
    await browser.get("/call?b=2")
    later = (await browser.get("/inspector.json?after=1")).json()
    assert [one["target"] for one in later] == ["/call?b=2"]


async def test_inspector_is_for_this_machine_only(records: Records) -> None:
    voice = AsyncVoiceClient("http://127.0.0.1:0", None, tries=1)
    app = ReferenceCrm(CrmSettings(CONSOLE, None), records, voice).app
    transport = httpx2.ASGITransport(app, client=("192.0.2.1", 1))
    async with httpx2.AsyncClient(transport=transport, base_url=CRM) as stranger:
        for path in ("/inspector", "/inspector.json"):
            assert (await stranger.get(path)).status_code == 403


async def test_foreign_host_name_is_refused(browser: httpx2.AsyncClient) -> None:
    reply = await browser.get("/inspector.json", headers={"Host": "evil.example"})
    assert reply.status_code == 400


@pytest.mark.parametrize("path", ["/customers", "/customers/1001/notes", "/dial", "/calls/x"])
@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:10"])
async def test_change_from_a_foreign_page_is_refused(
    browser: httpx2.AsyncClient, path: str, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    data = {"name": "x", "phone": "1", "text": "x"}
    assert (await browser.post(path, data=data, headers=headers)).status_code == 403


async def test_note_is_kept_under_the_agent_of_the_call(browser: httpx2.AsyncClient) -> None:
    desk = desk_of((await browser.get(call())).text)
    json = {**OURS, "Accept": "application/json"}
    form = {"text": "Wants blue.", "desk": desk}
    kept = await browser.post("/customers/1001/notes", data=form, headers=json)
    assert kept.json()["note"]["author"] == "maya"
    again = await browser.post("/customers/1001/notes", data={"text": "Two."}, headers=OURS)
    assert again.headers["location"] == "/customers/1001"
    assert "Wants blue." in (await browser.get("/customers/1001")).text


async def test_links_carry_the_desk_and_not_the_session(browser: httpx2.AsyncClient) -> None:
    first = (await browser.get(call())).text
    assert SESSION not in first
    reached = await browser.get(f"/customers/1003?desk={desk_of(first)}")
    assert "ameyo-sdk.js" in reached.text
    assert SESSION not in reached.text


async def test_dial_without_a_seat_says_why_not(browser: httpx2.AsyncClient) -> None:
    json = {**OURS, "Accept": "application/json"}
    refused = await browser.post("/dial", data={"phone": "1", "desk": ""}, headers=json)
    assert refused.status_code == 400
    assert refused.json() == {"said": "Only a page that the console opened can dial."}


async def test_dial_without_an_answer_does_not_claim_that_nothing_happened(
    browser: httpx2.AsyncClient,
) -> None:
    form = {"phone": "1", "desk": desk_of((await browser.get(call())).text)}
    failed = await browser.post("/dial", data=form, headers={**OURS, "Accept": "application/json"})
    assert failed.status_code == 502
    assert failed.json()["said"].startswith("Perhaps not dialled")


@pytest.mark.parametrize("path", ["/customers/x", "/customers/0", f"/customers/{'9' * 5000}"])
async def test_unknown_customer_is_said(browser: httpx2.AsyncClient, path: str) -> None:
    reply = await browser.get(path)
    assert reply.status_code == 404
    assert "No such customer" in reply.text


@pytest.mark.parametrize("text", ["zoë", "MÜLLER", "9460018", "london"])
async def test_search_finds_by_any_part_without_case(
    browser: httpx2.AsyncClient, text: str
) -> None:
    html = (await browser.get("/customers", params={"q": text})).text
    assert "Zoë Müller" in html
    assert "Asha Verma" not in html


async def test_static_files_are_those_of_the_folder_only(browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/static/crm.css")).status_code == 200
    for name in ("none.css", "..%2fpages.py", "..%2f..%2fcustomers.toml", "%2e%2e.css"):
        assert (await browser.get(f"/static/{name}")).status_code == 404


async def test_cookie_mode_shows_the_login_once_and_then_the_record(records: Records) -> None:
    async with crm(records, policy="cookie") as client:
        first = await client.get(call())
        assert '<h1 id="name">' not in first.text
        wanted = first.text.partition('name="wanted" value="')[2].partition('"')[0]
        wanted = wanted.replace("&amp;", "&")
        assert wanted == call()
        form = {"user": "maya", "password": "maya", "wanted": wanted}
        entered = await client.post("/sign-in", data=form, headers=OURS)
        assert entered.headers["location"] == call()
        cookie, *attributes = entered.headers["set-cookie"].split("; ")
        assert {"HttpOnly", "Secure", "SameSite=None", "Partitioned"} <= set(attributes)
        html = (await client.get(call(), headers={"Cookie": cookie})).text
        assert '<h1 id="name">Asha Verma</h1>' in html


@pytest.mark.parametrize("given", ["wrong", "", "mayä"])
async def test_cookie_mode_refuses_a_wrong_password(records: Records, given: str) -> None:
    async with crm(records, policy="cookie") as client:
        form = {"user": "maya", "password": given, "wanted": "/"}
        refused = await client.post("/sign-in", data=form, headers=OURS)
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers
        nobody = {"user": "nobody", "password": "", "wanted": "/"}
        assert (await client.post("/sign-in", data=nobody, headers=OURS)).status_code == 403


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example"])
async def test_sign_in_never_leads_elsewhere(records: Records, wanted: str) -> None:
    async with crm(records, policy="cookie") as client:
        form = {"user": "maya", "password": "maya", "wanted": wanted}
        assert (await client.post("/sign-in", data=form, headers=OURS)).headers["location"] == "/"
