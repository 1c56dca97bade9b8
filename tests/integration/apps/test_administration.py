"""Contract 1, 8: apps in ``/api/v1/apps``, with errors that name field and cure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2

from screenpop.domain.app import App
from screenpop.domain.configuration import Configuration
from screenpop.testing.contact_centre import ContactCentre, contact_centre
from screenpop.testing.stub_crm import StubAnswer, StubCrm
from tests.integration.apps.desk import ACCOUNT, CALLER, DID, crm_app, crm_desk, page_app

ADMIN = {"Authorization": ACCOUNT}
DRAFT = {
    "appId": "help-desk",
    "name": "Help desk",
    "urls": {"call": "https://crm.test/call?p={phone}"},
}


async def ask(
    centre: ContactCentre, method: str, path: str, body: Any = None, **headers: str
) -> httpx2.Response:
    sent = headers or ADMIN
    return await centre.client.request(method, f"/api/v1/{path}", json=body, headers=sent)


async def test_an_app_is_made_changed_and_removed(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        centre = console.centre
        made = await ask(centre, "POST", "apps", DRAFT)
        assert made.status_code == 201, made.text
        app = made.json()
        assert (app["revision"], app["position"], app["processId"]) == (1, 1, 3)
        assert app["allowedOrigins"] == ["https://crm.test"]

        changed = await ask(centre, "PUT", "apps/help-desk", {**app, "position": 0})
        assert (changed.json()["revision"], changed.json()["position"]) == (2, 0)
        listed = (await ask(centre, "GET", "apps")).json()["apps"]
        assert [one["appId"] for one in listed] == ["help-desk", "crm"]

        assert (await ask(centre, "DELETE", "apps/help-desk")).status_code == 204
        assert (await ask(centre, "GET", "apps/help-desk")).status_code == 404
        names = [type(s.event).__name__ for s in await centre.events(console.agent)]
        assert names.count("ConfigurationChanged") == 3


async def test_a_taken_id_is_refused(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        reply = await ask(console.centre, "POST", "apps", {**DRAFT, "appId": "crm"})
        assert reply.status_code == 409


async def test_each_wrong_field_is_named_with_reason_and_cure(tmp_path: Path) -> None:
    wrong = {
        "appId": "help desk",
        "name": "Help desk",
        "urls": {"call": "javascript:alert(1)", "login": "https://crm.test/{nobody}"},
        "campaignIds": [9],
        "options": {"switchedOff": ["colour"]},
    }
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        reply = await ask(console.centre, "POST", "apps", wrong)
        assert reply.status_code == 400
        assert reply.headers["content-type"] == "application/problem+json"
        errors = {error["field"]: error for error in reply.json()["errors"]}
        assert set(errors) == {
            "appId",
            "urls.call",
            "urls.login",
            "campaignIds",
            "options.switchedOff",
        }
        assert all(error["reason"] and error["cure"] for error in errors.values())
        unknown = await ask(console.centre, "POST", "apps", {**DRAFT, "popMomment": "connect"})
        assert unknown.json()["errors"] == [
            {
                "field": "popMomment",
                "reason": "the key is not known.",
                "cure": "Did you mean popMoment?",
            }
        ]
        assert "help-desk" not in console.centre.core.configuration().app_by_id


async def test_only_administrators_administer(tmp_path: Path) -> None:
    def plain_account(configuration: Configuration) -> Configuration:
        accounts = tuple(replace(a, administrator=False) for a in configuration.accounts)
        return replace(configuration, accounts=accounts)

    async with contact_centre(tmp_path, change=plain_account) as centre:
        assert (await ask(centre, "POST", "apps", DRAFT)).status_code == 403
        maya, admin = await centre.log_in("maya"), await centre.log_in("admin")
        by_maya = await ask(centre, "POST", "apps", DRAFT, sessionId=maya.session_id)
        assert by_maya.status_code == 403
        by_admin = await ask(centre, "POST", "apps", DRAFT, sessionId=admin.session_id)
        assert by_admin.status_code == 201
        assert (await ask(centre, "GET", "apps", sessionId="nobody")).status_code == 401


async def test_what_the_api_made_survives_a_restart_with_the_same_file(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        assert (await ask(centre, "POST", "apps", DRAFT)).status_code == 201
        renamed = {**(await ask(centre, "GET", "apps/demo-crm")).json(), "name": "Renamed"}
        assert (await ask(centre, "PUT", "apps/demo-crm", renamed)).status_code == 200
    async with contact_centre(tmp_path) as centre:
        names = {app.name for app in centre.core.configuration().apps}
        assert names == {"Renamed", "Knowledge base", "Help desk"}


async def test_another_file_takes_the_place_of_all_but_what_only_the_api_knows(
    tmp_path: Path,
) -> None:
    async with contact_centre(tmp_path) as centre:
        await ask(centre, "POST", "apps", DRAFT)
    changed: Callable[[Configuration], Configuration] = lambda c: replace(c, break_reasons=("Tea",))  # noqa: E731
    async with contact_centre(tmp_path, change=changed) as centre:
        names = {app.name for app in centre.core.configuration().apps}
        assert names == {"Demo CRM", "Knowledge base", "Help desk"}


async def test_a_console_is_told_the_apps_it_needs(tmp_path: Path) -> None:
    def elsewhere(origin: str) -> App:
        return crm_app(origin, "off", enabled=False)

    async with crm_desk(tmp_path, crm_app, page_app, elsewhere) as (console, crm):
        await console.join()
        apps = (await console.get("apps")).json()["apps"]
        assert [app["appId"] for app in apps] == ["crm", "page"]
        assert apps[0]["origins"] == [crm.origin]
        assert apps[0]["sessionId"] != console.agent.session_id
        assert apps[0]["userCrtObjectIds"][0].startswith(apps[0]["sessionId"])
        assert (apps[1]["sessionId"], apps[1]["scopes"]) == (None, [])


async def test_a_preview_names_every_parameter_with_its_source(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        draft = {
            "urls": {
                "call": "https://crm.test/c/{additionalParams.order|none}?own=1&p={phone}#{name}",
                "dispose": "https://crm.test/d",
            }
        }
        refused = await ask(console.centre, "POST", "apps/preview", {"app": draft})
        assert refused.json()["errors"][0]["field"] == "urls.call"
        draft["urls"]["call"] = draft["urls"]["call"].replace("{name}", "{customer.name}")
        reply = await ask(console.centre, "POST", "apps/preview", {"app": draft})
        points = reply.json()["points"]
        assert [(p["point"], p["kind"]) for p in points] == [
            ("call", "call"),
            ("dispose", "agent"),
            ("dispose", "call"),
        ]
        sources = {p["name"]: p["source"] for p in points[0]["parameters"]}
        assert (sources["own"], sources["p"]) == ("configured", "placeholder")
        assert sources["phone"] == "standard"
        assert points[0]["emptyPlaceholders"] == ["{additionalParams.order|none}"]
        assert points[0]["url"].startswith("https://crm.test/c/none?own=1&p=8447380993&")


async def test_a_preview_of_a_past_call_has_its_values_and_no_living_session(
    tmp_path: Path,
) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        centre, maya = console.centre, console.agent
        dialled = await centre.post("voice/manualDial", maya.dial("7905690272"))
        call = dialled.json()["crtObjectId"]
        body = {"appId": "crm", "crtObjectId": call}
        assert (await ask(centre, "POST", "apps/preview", body)).status_code == 409
        await centre.until_state(maya, "onCall")
        await centre.post("voice/disposeCall", maya.dispose(call))
        await centre.until_state(maya, "ready")
        points = (await ask(centre, "POST", "apps/preview", body)).json()["points"]
        sent = {p["name"]: p["value"] for p in points[1]["parameters"]}
        assert (sent["phone"], sent["crtObjectId"]) == ("7905690272", call)
        assert sent["customerId"] == "43800317962753"
        assert await centre.read(lambda r: r.find_session(sent["sessionId"])) is None


async def test_health_tells_the_exact_header_to_set(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, crm):
        crm.script("/crm/call", StubAnswer(headers=(("X-Frame-Options", "DENY"),)))
        reply = await ask(console.centre, "POST", "apps/crm/health", {})
        health = reply.json()
        assert (health["state"], health["refusesFraming"]) == ("problems", True)
        [problem] = [p for point in health["points"] for p in point["problems"]]
        assert problem["toSet"] == (
            "Content-Security-Policy: frame-ancestors 'self' http://contact-centre.test"
        )
        servers = {fix["server"] for fix in problem["fixes"]}
        assert servers >= {"nginx", "Apache", "IIS", "Django", "Express", "PHP"}
        kept = (await ask(console.centre, "GET", "apps/crm/health")).json()
        assert kept == health
        assert all(r.query == "" for r in crm.requests)
        assert all(r.header("purpose") == "screenpop-check" for r in crm.requests)


async def test_a_saved_app_is_looked_at_by_itself(tmp_path: Path) -> None:
    with StubCrm() as crm:
        async with contact_centre(tmp_path) as centre:
            body = {**DRAFT, "urls": {"call": f"{crm.origin}/new"}}
            assert (await ask(centre, "POST", "apps", body)).status_code == 201
            [request] = await in_thread(crm)
            assert (request.target, request.header("purpose")) == ("/new", "screenpop-check")


async def test_fire_reports_status_redirect_framing_cookies_and_timing(tmp_path: Path) -> None:
    answer = StubAnswer(
        302,
        (("Location", "https://elsewhere.test/x?token=1"), ("Set-Cookie", "sid=1; Path=/")),
    )
    async with crm_desk(tmp_path, crm_app) as (console, crm):
        crm.script("/crm/call", answer)
        reply = await ask(console.centre, "POST", "apps/crm/fire", {"point": "call"})
        report = reply.json()
        assert (report["status"], report["redirect"]) == (302, "https://elsewhere.test/x")
        assert report["cookies"][0]["missing"] == ["SameSite=None", "Secure", "Partitioned"]
        assert report["framing"][0]["allowed"] is True
        assert report["timing"]["total"] > 0
        fired = [r for r in crm.requests if r.header("purpose") is None]
        assert [crm.origin + r.target for r in fired] == [report["url"]]


async def in_thread(crm: StubCrm) -> Any:
    """Wait for one request without stopping the loop."""
    return await asyncio.to_thread(crm.wait_for_requests, 1)


async def test_a_call_is_answered_by_the_app_s_revision_of_its_time(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        centre = console.centre
        centre.line.place_call(CALLER, DID)
        pop = await console.call_pop()
        app = (await ask(centre, "GET", "apps/crm")).json()
        changed = {**app, "urls": {"call": "https://crm.test/other"}}
        assert (await ask(centre, "PUT", "apps/crm", changed)).status_code == 200
        assert (await console.call_pop())["url"] == pop["url"]
        [decision] = (await console.get(f"calls/{pop['crtObjectId']}")).json()["pops"]
        assert decision["appRevision"] == 1
