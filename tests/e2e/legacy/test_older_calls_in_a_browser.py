"""The older calls as pages make them: cross-origin AJAX, a redirected frame, a hidden iframe.

Each with the URL raw, in quotes and encoded (contract 5.1).
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Frame, Page

from tests.e2e.legacy.conftest import CrmSite
from tests.integration.legacy.demo_server import Agent, DemoServer

PHONE = "+1 212 555 0006"
DONE = "Dispose Successfully"
DATA: dict[str, Callable[[str], str]] = {
    "raw": lambda s: f'{{"campaignId":"60","sessionId":"{s}","phone":"{PHONE}"}}',
    "single quotes": lambda s: f"{{'campaignId':'60','sessionId':'{s}','phone':'{PHONE}'}}",
    "bare keys": lambda s: f"{{campaignId:60,sessionId:'{s}',phone:'{PHONE}'}}",
    "encoded": lambda s: quote(
        f'{{"campaignId":"60","sessionId":"{s}","phone":"{PHONE}"}}', safe=""
    ),
}
CODES = {"raw": "Follow up", "plus": "Follow+up", "encoded": "Follow%20up"}

variants = pytest.mark.parametrize("variant", list(DATA))
codes = pytest.mark.parametrize("code", list(CODES.values()), ids=list(CODES))


def dial_url(demo: DemoServer, agent: Agent, variant: str) -> str:
    data = DATA[variant](agent.session)
    return f"{demo.url}/ameyowebaccess/command?command=manual-dial&data={data}"


def dispose_url(demo: DemoServer, agent: Agent, crt: str, code: str) -> str:
    """Give the URL as the field's pages put it together, with nothing encoded but the code."""
    return (
        f"{demo.url}/dacx/dispose?phone={PHONE}&campaignId=60,172&crtObjectId={crt}"
        f"&userCrtObjectId={agent.seat}&customerId=-1&dispositionCode={code}"
        f"&dispositionAttr=local-&sessionId={agent.session}"
    )


def open_page(page: Page, crm: CrmSite, html: str) -> None:
    page.goto(crm.add("/page", html))


def fetched(page: Page, url: str, **options: Any) -> dict[str, Any]:
    """Call by XMLHttpRequest, as jQuery does, and give what the page can read."""
    found: dict[str, Any] = page.evaluate(
        """([url, options]) => new Promise((resolve, reject) => {
            const call = new XMLHttpRequest();
            call.open(options.method ?? "GET", url);
            for (const [name, value] of Object.entries(options.headers ?? {}))
              call.setRequestHeader(name, value);
            call.onload = () => resolve({status: call.status, body: call.responseText});
            call.onerror = () => reject(new Error("the page may not read the reply"));
            call.send(options.body ?? null);
        })""",
        [url, options],
    )
    return found


def dialled(demo: DemoServer, agent: Agent) -> str:
    """Give the call of the agent, dialled at the number with its plus."""
    call = demo.calls(agent)[0]
    assert call["phone"] == "+12125550006"
    crt: str = call["crtObjectId"]
    return crt


def disposed(demo: DemoServer, agent: Agent, crt: str) -> bool:
    call = next(call for call in demo.calls(agent) if call["crtObjectId"] == crt)
    return bool(call["state"] == "disposed")


@variants
def test_a_page_of_another_site_dials_and_reads_the_reply(
    page: Page, crm: CrmSite, demo: DemoServer, maya: Agent, variant: str
) -> None:
    open_page(page, crm, "a CRM")
    reply = fetched(page, dial_url(demo, maya, variant))
    assert json.loads(reply["body"])["result"] == "success"
    assert json.loads(reply["body"])["crtObjectId"] == dialled(demo, maya)


@codes
def test_a_page_of_another_site_disposes_and_reads_the_line(
    page: Page, crm: CrmSite, demo: DemoServer, maya: Agent, code: str
) -> None:
    crt = demo.dial(maya)
    open_page(page, crm, "a CRM")
    assert fetched(page, dispose_url(demo, maya, crt, code)) == {"status": 200, "body": DONE}
    assert disposed(demo, maya, crt)
    wrong = fetched(page, dispose_url(demo, maya, "d1-00000000-vce-9", code))
    assert wrong["status"] == 200
    assert wrong["body"] != DONE


def test_a_page_posts_a_form_after_a_preflight(
    page: Page, crm: CrmSite, demo: DemoServer, maya: Agent
) -> None:
    open_page(page, crm, "a CRM")
    url = f"{demo.url}/ameyowebaccess/command/?command=manual-dial"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "x"}
    body = f"data={DATA['raw'](maya.session)}"
    reply = fetched(page, url, method="POST", headers=kind, body=body)
    assert json.loads(reply["body"])["crtObjectId"] == dialled(demo, maya)


def test_a_page_posts_form_data(page: Page, crm: CrmSite, demo: DemoServer, maya: Agent) -> None:
    open_page(page, crm, "a CRM")
    body = page.evaluate(
        """async ([url, data]) => {
            const form = new FormData();
            form.append("data", data);
            return (await fetch(url, {method: "POST", body: form})).json();
        }""",
        [
            f"{demo.url}/ameyowebaccess/command?command=manual-dial",
            DATA["single quotes"](maya.session),
        ],
    )
    assert body["result"] == "success"


@variants
def test_a_hidden_iframe_dials(
    page: Page, crm: CrmSite, demo: DemoServer, maya: Agent, variant: str
) -> None:
    # The attribute is in the quotes that its value does not hold, as the field's pages have it.
    url = dial_url(demo, maya, variant)
    mark = "'" if '"' in url else '"'
    html = f"a CRM<iframe src={mark}{url}{mark} style='display:none'></iframe>"
    with page.expect_response(lambda reply: "/ameyowebaccess/" in reply.url) as heard:
        open_page(page, crm, html)
    assert heard.value.json()["crtObjectId"] == dialled(demo, maya)


@codes
def test_a_hidden_iframe_disposes(
    page: Page, crm: CrmSite, demo: DemoServer, maya: Agent, code: str
) -> None:
    crt = demo.dial(maya)
    url = dispose_url(demo, maya, crt, code)
    with page.expect_response(lambda reply: "/dacx/" in reply.url) as heard:
        open_page(page, crm, f"<iframe src='{url}' style='display:none'></iframe>")
    assert heard.value.text() == DONE
    assert disposed(demo, maya, crt)


@codes
def test_a_frame_that_is_redirected_to_the_disposal_shows_the_line(
    page: Page, crm: CrmSite, demo: DemoServer, maya: Agent, code: str
) -> None:
    crt = demo.dial(maya)
    saved = crm.redirect("/save", dispose_url(demo, maya, crt, code))
    with page.expect_event("framenavigated", lambda frame: "/dacx/" in frame.url) as heard:
        open_page(page, crm, f"<iframe src='{saved}'></iframe>")
    frame: Frame = heard.value
    assert frame.locator("body").inner_text() == DONE
    assert disposed(demo, maya, crt)


@variants
def test_a_frame_that_moves_itself_to_a_dial_shows_the_reply(
    page: Page, crm: CrmSite, demo: DemoServer, maya: Agent, variant: str
) -> None:
    target = json.dumps(dial_url(demo, maya, variant)).replace("<", "\\u003c")
    inner = crm.add("/inner", f"<script>location.href = {target}</script>")
    with page.expect_event(
        "framenavigated", lambda frame: "/ameyowebaccess/" in frame.url
    ) as heard:
        open_page(page, crm, f"<iframe src='{inner}'></iframe>")
    frame: Frame = heard.value
    assert json.loads(frame.locator("body").inner_text())["result"] == "success"
    dialled(demo, maya)


def test_what_a_value_brings_into_a_frame_does_not_run(
    page: Page, crm: CrmSite, demo: DemoServer, maya: Agent
) -> None:
    code = "<script>top.postMessage('ran','*')</script><img src=x onerror=\"top.ran=1\">"
    url = dispose_url(demo, maya, demo.dial(maya), quote(code))
    with page.expect_event("framenavigated", lambda frame: "/dacx/" in frame.url) as heard:
        open_page(page, crm, f"<iframe src='{url}'></iframe>")
    frame: Frame = heard.value
    assert frame.locator("img, script").count() == 0
    assert "these codes" in frame.locator("body").inner_text()
