"""Contract 2, 6: each app has its own ids, with its own scopes, and they die with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2

from screenpop.domain.app import App, Scope
from screenpop.domain.commands import Acting, DialNumber, RequestKey
from screenpop.services import dialling
from tests.integration.apps.desk import ACCOUNT, Console, crm_app, crm_desk, read_events

ADMIN = {"Authorization": ACCOUNT}


def narrow(origin: str) -> App:
    """An app that may read and dispose, but not dial."""
    scopes = {Scope.INTERACTION_READ, Scope.SESSION_READ, Scope.INTERACTION_DISPOSE}
    return crm_app(origin, "narrow", scopes=frozenset(scopes))


def reader(origin: str) -> App:
    """An app that may only read: it is never sent ids."""
    return crm_app(origin, "reader", scopes=frozenset({Scope.INTERACTION_READ}))


async def ids(console: Console) -> dict[str, tuple[str, str]]:
    """Return session id and seat of each app, as the console knows them."""
    await console.join()
    apps = (await console.get("apps")).json()["apps"]
    return {a["appId"]: (a["sessionId"], a["userCrtObjectIds"][0]) for a in apps}


async def dial(console: Console, session_id: str, seat: str, **changes: Any) -> httpx2.Response:
    body = console.agent.dial("8447380993", sessionId=session_id, userCrtObjectId=seat, **changes)
    return await console.centre.post("voice/manualDial", body)


async def test_an_app_acts_with_its_own_ids_and_gets_them_back(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app, narrow) as (console, _crm):
        session_id, seat = (await ids(console))["crm"]
        reply = await dial(console, session_id, seat)
        assert reply.status_code == 200, reply.text
        assert reply.json()["userCrtObjectId"] == seat
        own = await console.centre.read(
            lambda r: r.open_associations(console.agent.session_id)[0].seat
        )
        assert own == console.agent.seat


async def test_an_app_is_refused_what_its_scopes_do_not_include(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app, narrow) as (console, _crm):
        session_id, seat = (await ids(console))["narrow"]
        refused = await dial(console, session_id, seat)
        assert (refused.status_code, refused.json()["message"]) == (403, "access.denied")
        assert await console.pops() == await console.pops()
        presence = await console.centre.client.post(
            "/api/v1/me/break", json={"reason": "Lunch"}, headers={"sessionId": session_id}
        )
        assert presence.status_code == 403
        logout = await console.centre.client.post(
            "/ameyorestapi/session/userLogout", json={}, headers={"sessionId": session_id}
        )
        assert logout.status_code == 403


async def test_ids_die_with_their_app_while_another_s_go_on(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app, lambda o: crm_app(o, "other")) as (console, _crm):
        mine = await ids(console)
        client = console.centre.client
        app = (await client.get("/api/v1/apps/crm", headers=ADMIN)).json()
        await client.put("/api/v1/apps/crm", json={**app, "enabled": False}, headers=ADMIN)

        gone = await dial(console, *mine["crm"])
        assert (gone.status_code, gone.json()["message"]) == (403, "invalid.session.id")
        assert (await dial(console, *mine["other"])).status_code == 200

        await client.put("/api/v1/apps/crm", json={**app, "enabled": True}, headers=ADMIN)
        still = await dial(console, *mine["crm"])
        assert still.status_code == 403
        assert (await ids(console))["crm"] != mine["crm"]


async def test_a_removed_app_made_anew_does_not_revive_its_ids(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app) as (console, _crm):
        mine = await ids(console)
        client = console.centre.client
        app = (await client.get("/api/v1/apps/crm", headers=ADMIN)).json()
        assert (await client.delete("/api/v1/apps/crm", headers=ADMIN)).status_code == 204
        await client.post("/api/v1/apps", json=app, headers=ADMIN)
        assert (await dial(console, *mine["crm"])).status_code == 403
        assert len(await console.join()) == 1


async def test_nothing_an_app_reads_holds_another_s_ids(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app, lambda o: crm_app(o, "other")) as (console, _crm):
        mine = await ids(console)
        centre, (session_id, seat) = console.centre, mine["crm"]
        await dial(console, *mine["other"])
        await centre.until_state(console.agent, "onCall")
        headers = {"sessionId": session_id}
        [call] = (await centre.client.get("/api/v1/calls", headers=headers)).json()
        texts = [
            (await centre.client.get(f"/api/v1/{path}", headers=headers)).text
            for path in ("me", "calls", f"calls/{call['crtObjectId']}")
        ]
        events = await read_events(centre, headers, "interactionConnected")
        texts.append(str(events))
        for text in texts:
            assert console.agent.session_id not in text
            assert mine["other"][0] not in text
            assert "'pops'" not in text
            assert '"pops"' not in text
        assert (call["sessionId"], call["userCrtObjectId"]) == (session_id, seat)
        heard = [e for e in events if e.get("namespace") == "interaction"]
        assert {e["payload"]["sessionId"] for e in heard} == {session_id}
        assert {e["payload"]["userCrtObjectId"] for e in heard} == {seat}
        hung_up = await centre.client.post(
            f"/api/v1/calls/{call['crtObjectId']}/hang-up", json={}, headers=headers
        )
        assert console.agent.session_id not in hung_up.text


async def test_a_copy_by_another_app_does_not_learn_the_first_ones_seat(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, crm_app, lambda o: crm_app(o, "other")) as (console, _crm):
        mine = await ids(console)
        seats, replayed = [], []
        for app_id in ("crm", "other"):
            command = DialNumber(
                Acting(mine[app_id][0], session_suffices=True),
                seat=None,
                campaign_id=60,
                phone="8447380993",
                searchable="8447380993",
                request=RequestKey("voice/manualDial", "one", "same"),
            )
            outcome = await console.centre.core.run(dialling.manual_dial, command)
            seats.append(outcome.result.seat)
            replayed.append(outcome.replayed)
        assert replayed == [False, True]
        assert seats == [mine["crm"][1], mine["other"][1]]


async def test_an_app_that_may_not_act_is_sent_no_ids(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, reader) as (console, _crm):
        [pop] = await console.join()
        assert "sessionId" not in pop["url"]
        assert "userCrtObjectIds" not in pop["url"]
        [app] = (await console.get("apps")).json()["apps"]
        headers = {"sessionId": app["sessionId"]}
        await console.centre.post("voice/manualDial", console.agent.dial("8447380993"))
        events = await read_events(console.centre, headers, "interactionConnected")
        assert {e["namespace"] for e in events if "namespace" in e} == {"interaction"}
        assert {e["payload"]["sessionId"] for e in events if "payload" in e} == {None}


async def test_two_apps_of_one_session_may_be_named_together(tmp_path: Path) -> None:
    """Header and body may name one session by two ids; the header's app acts (contract 5)."""
    async with crm_desk(tmp_path, crm_app, narrow) as (console, _crm):
        mine = await ids(console)
        body = console.agent.dial(
            "8447380993", sessionId=mine["crm"][0], userCrtObjectId=mine["crm"][1]
        )
        headers = {"sessionId": mine["narrow"][0]}
        reply = await console.centre.post("voice/manualDial", body, headers)
        assert reply.status_code == 403
