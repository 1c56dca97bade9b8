"""Contract 3.1, 3.2: what opens, when, and that a repeat is the same text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2

from screenpop.domain.app import App, IntegrationPoint, PopMoment
from screenpop.domain.commands import Acting, Target, TargetType, TransferCall
from screenpop.domain.configuration import Configuration
from screenpop.services import transferring
from screenpop.testing.contact_centre import ACCOUNT_TOKEN, contact_centre
from screenpop.testing.scripted_line import RINGS
from screenpop.testing.stub_crm import StubCrm, StubRequest
from screenpop.wire.urls.parameters import CALL, LOGIN
from tests.integration.apps.desk import (
    CALLER,
    DID,
    Console,
    crm_app,
    crm_desk,
    opened,
    page_app,
    until,
    with_apps,
)

LOGIN_NAMES = [one.name for one in LOGIN if one.name != "crmSessionId"]
CALL_NAMES = [one.name for one in CALL if one.name != "crmSessionId"]


def values(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True))


async def test_the_login_url_opens_once_per_session_and_app(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        [first] = await console.join()
        [again] = await console.join()

        assert [name for name, _ in parse_qsl(urlsplit(first["url"]).query)] == LOGIN_NAMES
        assert again == first
        sent = values(first["url"])
        assert sent["userCrtObjectIds"].startswith(f"[{sent['sessionId']}-uce-")
        assert sent["sessionId"] != console.agent.session_id
        assert sent["campaignId"] == "60,172,270"
        assert sent["iframeId"] == first["iframeId"] == "app-crm"


async def test_a_change_of_extension_does_not_open_the_login_url_again(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        [first] = await console.join()
        work = {"campaignIds": [172], "extension": "another"}
        assert (await console.post("me/work", work)).status_code == 200
        assert await console.join() == [first]


async def test_an_inbound_call_opens_the_call_url_and_carries_the_whole_set(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        console.centre.line.place_call(CALLER, DID)
        pop = await console.call_pop()

        assert [name for name, _ in parse_qsl(urlsplit(pop["url"]).query)] == CALL_NAMES
        sent = values(pop["url"])
        assert sent["phone"] == CALLER
        assert (sent["queueId"], sent["queueName"]) == ("5", "Support")
        assert sent["customerId"] == "43800317962753"
        assert sent["callType"] == "inbound.call.dial"
        assert sent["sessionId"] == sent["session_id"]
        assert sent["origin"] == "http://contact-centre.test"
        assert sent["iframeId"] == f"app-crm-{sent['interactionId'].rpartition('-')[2]}"


AWKWARD = 'A&B=C#D?E+F %41 "q" \'s\' <script> é 😀 \n{"k":1}'


async def test_two_independent_readers_get_the_same_values_from_every_point(
    tmp_path: Path,
) -> None:
    """One reads with urllib, one splits the raw query and decodes each part (issue 3)."""

    def everywhere(origin: str) -> App:
        urls = {point: f"{origin}/{point.value}?own=a%20b" for point in IntegrationPoint}
        return crm_app(origin, urls=urls, options={"dispose_columns": ["name", "city"]})

    async with crm_desk(tmp_path, everywhere) as (console, crm):
        centre, maya = console.centre, console.agent
        record = {"name": AWKWARD, "city": "Köln & Bonn"}
        body = maya.dial("4915112345", shouldAddCustomer=True, customerRecord=record)
        call = (await centre.post("voice/manualDial", body)).json()["crtObjectId"]
        await centre.until_state(maya, "onCall")
        for pop in await console.join():
            await fetch(pop["url"])
        await centre.post("voice/disposeCall", maya.dispose(call))

        def came() -> dict[str, list[StubRequest]]:
            found: dict[str, list[StubRequest]] = {}
            for request in opened(crm):
                found.setdefault(request.path, []).append(request)
            return found

        wanted = {"/login": 1, "/call": 1, "/dispose": 2}
        await until(lambda: {path: len(sent) for path, sent in came().items()} == wanted)
        for request in opened(crm):
            raw = [part.partition("=") for part in request.query.split("&")]
            split = [(unquote(name), unquote(value)) for name, _, value in raw]
            assert split == parse_qsl(request.query, keep_blank_values=True)
            assert split[0] == ("own", "a b")
        said = came()
        called = dict(parse_qsl(said["/call"][0].query))
        assert json.loads(called["customerInfo"])["name"] == AWKWARD
        disposed = [dict(parse_qsl(request.query)) for request in said["/dispose"]]
        assert AWKWARD.replace("\n", "\ufffd") in [one.get("name") for one in disposed]
        logged_in = dict(parse_qsl(said["/login"][0].query))
        assert logged_in["sessionId"] == called["sessionId"]


async def test_a_reload_gets_the_kept_text_byte_for_byte(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app, page_app) as (console, _crm):
        await console.join()
        console.centre.line.place_call(CALLER, DID)
        await console.call_pop("page")
        first = await console.pops()
        assert [pop["appId"] for pop in first] == ["crm", "crm", "page"]
        assert await console.pops() == first
        [shown] = [e for e in await console.events("showCrm") if e.get("name") == "showCrm"]
        assert [p["url"] for p in shown["payload"]["pops"]] == [p["url"] for p in first[1:]]


async def test_a_restart_gets_the_kept_text_byte_for_byte(tmp_path: Path) -> None:
    old = with_apps(crm_app("https://crm.test"))
    urls = {IntegrationPoint.CALL: "https://crm.test/new"}
    changed = with_apps(crm_app("https://crm.test", urls=urls))
    async with contact_centre(tmp_path, change=old) as centre:
        maya = await centre.log_in("maya")
        await centre.post("voice/manualDial", maya.dial("8447380993"))
        await centre.until_state(maya, "onCall")
        before = await Console(centre, maya).pops()
    async with contact_centre(tmp_path, change=changed) as centre:
        after = await Console(centre, maya).pops()
    assert [pop["url"] for pop in after] == [pop["url"] for pop in before]
    assert len(after) == 1


async def test_an_association_pops_once_and_its_frame_goes_with_the_disposal(
    tmp_path: Path,
) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        maya = console.agent
        reply = await console.centre.post("voice/manualDial", maya.dial("8447380993"))
        await console.centre.until_state(maya, "onCall")
        assert len(await console.pops()) == 1
        call = reply.json()["crtObjectId"]
        await console.centre.post("voice/disposeCall", maya.dispose(call))
        assert await console.pops() == []
        names = [e.get("name") for e in await console.events("interactionDisposed")]
        assert names.count("showCrm") == 1


async def test_an_app_that_opens_on_connect_waits_and_says_so(tmp_path: Path) -> None:
    def late(origin: str) -> App:
        return crm_app(origin, pop_moment=PopMoment.CONNECT)

    async with crm_desk(tmp_path, late) as (console, _crm):
        centre, maya = console.centre, console.agent
        centre.line.script("8447380993", RINGS)
        reply = await centre.post("voice/manualDial", maya.dial("8447380993"))
        call = reply.json()["crtObjectId"]
        leg = (await centre.read(lambda r: r.call(call))).customer_leg_id  # type: ignore[union-attr]
        await centre.until(lambda r: r.call(call).ringing_at, "it rings")  # type: ignore[union-attr]
        assert await console.pops() == []
        [decision] = (await console.get(f"calls/{call}")).json()["pops"]
        assert (decision["popped"], decision["rule"]) == (False, "waits.for.connect")
        names = [s.event.__class__.__name__ for s in await centre.events(maya)]
        assert "ScreenPopped" not in names

        centre.line.answer(leg)
        await centre.until_state(maya, "onCall")
        assert len(await console.pops()) == 1
        names = [s.event.__class__.__name__ for s in await centre.events(maya)]
        assert names.count("ScreenPopped") == 1
        assert names.index("Connected") < names.index("ScreenPopped")


async def test_a_mixture_pops_at_arrival_and_brings_the_rest_on_connect(tmp_path: Path) -> None:
    def late(origin: str) -> App:
        return crm_app(origin, "late", pop_moment=PopMoment.CONNECT)

    async with crm_desk(tmp_path, crm_app, late) as (console, _crm):
        await console.centre.post("voice/manualDial", console.agent.dial("8447380993"))
        await console.centre.until_state(console.agent, "onCall")
        events = {e.get("name"): e for e in await console.events("interactionConnected")}
        assert [p["appId"] for p in events["showCrm"]["payload"]["pops"]] == ["crm"]
        connected = events["interactionConnected"]["payload"]["pops"]
        assert [p["appId"] for p in connected] == ["late"]


async def test_each_rule_that_keeps_an_app_shut_is_told(tmp_path: Path) -> None:
    apps: list[Callable[[str], App]] = [
        crm_app,
        lambda o: crm_app(o, "off", enabled=False),
        lambda o: crm_app(o, "campaign", campaign_ids=frozenset({60})),
        lambda o: crm_app(o, "queue", queue_ids=frozenset({6})),
        lambda o: crm_app(o, "served", queue_ids=frozenset({5}), campaign_ids=frozenset({60})),
        lambda o: crm_app(o, "urlless", urls={IntegrationPoint.LOGIN: f"{o}/login"}),
    ]
    async with crm_desk(tmp_path, *apps) as (console, _crm):
        console.centre.line.place_call(CALLER, DID)
        pop = await console.call_pop()
        headers = {"Authorization": ACCOUNT_TOKEN}
        reply = await console.centre.client.get(
            f"/api/v1/calls/{pop['crtObjectId']}", headers=headers
        )
        rules = {d["appId"]: d["rule"] for d in reply.json()["pops"]}
        assert rules == {
            "crm": "matched",
            "off": "app.disabled",
            "campaign": "other.campaign",
            "queue": "other.queue",
            "served": "matched",
            "urlless": "no.url",
        }
        assert all(d["reason"].endswith(".") for d in reply.json()["pops"])


async def test_the_console_reports_how_far_a_frame_came(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        console.centre.line.place_call(CALLER, DID)
        pop = await console.call_pop()
        path = f"pops/{pop['instanceId']}/marks"
        for mark in ("asked", "loaded", "hello", "asked"):
            assert (await console.post(path, {"mark": mark})).status_code == 200
        [decision] = (await console.get(f"calls/{pop['crtObjectId']}")).json()["pops"]
        assert decision["timesAsked"] == 2
        assert decision["askedAt"] <= decision["loadedAt"] <= decision["helloAt"]
        refused = await console.post(path, {"mark": "slow"})
        assert refused.status_code == 400
        unknown = await console.post("pops/nothing/marks", {"mark": "asked"})
        assert unknown.status_code == 404


async def test_a_page_gets_its_own_placeholders_and_no_ids(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, page_app) as (console, crm):
        console.centre.line.place_call(CALLER, DID)
        pop = await console.call_pop("page")
        assert pop["url"] == f"{crm.origin}/page?queue=Support&id="
        assert await console.centre.read(
            lambda r: r.app_session(console.agent.session_id, "page").minted_session_id is None  # type: ignore[union-attr]
        )


async def fetch(url: str) -> None:
    async with httpx2.AsyncClient(trust_env=False) as client:
        await client.get(url)


async def test_an_offer_that_is_not_answered_pops_again_for_the_next_agent(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        centre = console.centre
        await centre.client.post(
            "/api/v1/me/auto-call", json={"on": False}, headers=console.headers
        )
        centre.line.place_call(CALLER, DID)
        first = await console.call_pop()
        ravi = Console(centre, await centre.log_in("ravi"))
        refused = await console.post(f"calls/{first['crtObjectId']}/reject")
        assert refused.status_code == 200, refused.text
        again = await ravi.call_pop()

        assert await console.pops() == []
        assert again["crtObjectId"] == first["crtObjectId"]
        assert again["instanceId"] != first["instanceId"]
        one, two = values(first["url"]), values(again["url"])
        assert two["userId"] == "ravi"
        same = ("phone", "customerId", "customerInfo", "queueId", "interactionId", "callType")
        assert {name: two[name] for name in same} == {name: one[name] for name in same}
        reply = await centre.client.get(
            f"/api/v1/calls/{first['crtObjectId']}", headers={"Authorization": ACCOUNT_TOKEN}
        )
        assert [(d["userId"], d["popped"]) for d in reply.json()["pops"]] == [
            ("maya", True),
            ("ravi", True),
        ]


async def test_a_transfer_pops_with_the_callers_values_and_the_agents_own_ids(
    tmp_path: Path,
) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        centre, maya = console.centre, console.agent
        centre.line.place_call(CALLER, DID)
        await centre.until_state(maya, "onCall")
        first = await console.call_pop()
        ravi = Console(centre, await centre.log_in("ravi"))
        command = TransferCall(
            Acting(maya.session_id, session_suffices=True),
            first["crtObjectId"],
            target=Target(TargetType.USER, "ravi"),
        )
        await centre.core.run(transferring.transfer, command)
        one, two = values(first["url"]), values((await ravi.call_pop())["url"])

        assert two["associationType"] == "transfer.association"
        assert (two["phone"], two["crtObjectId"]) == (one["phone"], one["crtObjectId"])
        assert two["sessionId"] != one["sessionId"]
        assert "-ses-ravi-" in two["sessionId"]


async def test_masked_numbers_reach_an_app_masked_unless_it_is_granted_them(
    tmp_path: Path,
) -> None:
    def granted(origin: str) -> App:
        return crm_app(origin, "granted", options={"original_phone": True})

    with StubCrm() as crm:

        def masking(configuration: Configuration) -> Configuration:
            apps = with_apps(crm_app(crm.origin), granted(crm.origin))(configuration)
            processes = tuple(replace(p, masking_enabled=True) for p in apps.processes)
            return replace(apps, processes=processes)

        async with contact_centre(tmp_path, change=masking) as centre:
            console = Console(centre, await centre.log_in("maya"))
            centre.line.place_call(CALLER, DID)
            sent = {}
            for app_id in ("crm", "granted"):
                sent[app_id] = values((await console.call_pop(app_id))["url"])
            shown = [e for e in await console.events("showCrm") if e.get("name") == "showCrm"]
            assert shown[0]["payload"]["customerInfo"]["phone1"] == "xxxxxx0272"
    assert sent["crm"]["phone"] == sent["crm"]["displayPhone"] == "xxxxxx0272"
    assert CALLER not in str(sent["crm"])
    assert sent["granted"]["phone"] == CALLER
    assert sent["granted"]["isOrignalPhoneRequiredInCrm"] == "true"
    assert sent["granted"]["displayPhone"] == "xxxxxx0272"
