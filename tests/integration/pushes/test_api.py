"""Deliveries over our own API: for administrators only, and nothing personal in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from screenpop.domain.configuration import Configuration
from screenpop.domain.delivery import DeliveryState
from screenpop.testing.contact_centre import ACCOUNT_TOKEN, ContactCentre, contact_centre
from screenpop.testing.stub_crm import StubAnswer, StubCrm
from tests.integration.conftest import Contract
from tests.integration.pushes.receiver import (
    PHONE,
    app_at,
    arrived,
    dialled_and_disposed,
    with_apps,
)

ACCOUNT = {"Authorization": ACCOUNT_TOKEN}


async def refused_twice(centre: ContactCentre) -> str:
    """Let both pushes of a call be refused by the CRM; give the crtObjectId."""
    maya = await centre.log_in("maya")
    call = await dialled_and_disposed(centre, maya)
    await centre.until(
        lambda reader: len(reader.deliveries(1, 10, DeliveryState.SET_ASIDE)) == 2,
        "both are set aside",
    )
    return call


async def test_what_was_set_aside_is_listed_and_sent_again(
    tmp_path: Path, crm: StubCrm, contract: Contract
) -> None:
    crm.script("/dispose", StubAnswer(404))
    async with contact_centre(tmp_path, change=with_apps(app_at(crm))) as centre:
        call = await refused_twice(centre)
        listed = await centre.client.get("/api/v1/deliveries?state=set-aside", headers=ACCOUNT)
        call_level, agent_level = listed.json()
        crm.script("/dispose", StubAnswer(200))
        path = f"/api/v1/deliveries/{agent_level['deliveryId']}/retry"
        again = await centre.client.post(path, headers=ACCOUNT)
        await arrived(crm, 3)
        await centre.until(lambda reader: reader.deliveries(1, 1, DeliveryState.DELIVERED))
        delivered = await centre.client.get(
            "/api/v1/deliveries?state=delivered&app=crm&limit=1", headers=ACCOUNT
        )
        other = await centre.client.get("/api/v1/deliveries?app=other", headers=ACCOUNT)
    for reply in (listed, again, delivered, other):
        await contract.check(reply)

    assert (call_level["kind"], call_level["position"]) == ("call", 2)
    assert agent_level == {
        "deliveryId": agent_level["deliveryId"],
        "appId": "crm",
        "appName": "App crm",
        "crtObjectId": call,
        "kind": "agent",
        "position": 1,
        "state": "set-aside",
        "tries": 1,
        "createdAt": agent_level["createdAt"],
        "dueAt": None,
        "lastTryAt": agent_level["lastTryAt"],
        "lastStatus": 404,
        "lastAnswer": (
            "The CRM answered 404. Mend the dispose URL or the CRM, then send it again."
        ),
        "endedAt": agent_level["endedAt"],
    }
    assert PHONE not in listed.text
    assert again.json()["state"] == "pending"
    assert again.json()["tries"] == 0
    assert crm.requests[2].header("X-Delivery-Id") == agent_level["deliveryId"]
    assert crm.requests[2].target == crm.requests[0].target
    (one,) = delivered.json()
    assert (one["deliveryId"], one["lastStatus"]) == (agent_level["deliveryId"], 200)
    assert other.json() == []


@pytest.mark.parametrize("query", ["state=lost", "limit=0", "limit=many", "limit=1001"])
async def test_filter_that_means_nothing_is_refused(
    tmp_path: Path, query: str, contract: Contract
) -> None:
    async with contact_centre(tmp_path) as centre:
        reply = await centre.client.get(f"/api/v1/deliveries?{query}", headers=ACCOUNT)

    await contract.check(reply)
    assert reply.status_code == 400
    assert query.partition("=")[0] in reply.json()["detail"]


async def test_only_administrators_of_the_contact_centre_see_and_repeat_deliveries(
    tmp_path: Path, crm: StubCrm
) -> None:
    crm.script("/dispose", StubAnswer(404))

    def change(configuration: Configuration) -> Configuration:
        (account,) = configuration.accounts
        accounts = (
            replace(account, account_id="plain", administrator=False),
            replace(account, account_id="elsewhere", contact_center_id=2, administrator=True),
            replace(account, administrator=True),
        )
        return replace(with_apps(app_at(crm))(configuration), accounts=accounts)

    def as_account(account_id: str) -> dict[str, str]:
        from base64 import b64encode

        return {"Authorization": f"Basic {b64encode(f'{account_id}:demo-api'.encode()).decode()}"}

    async with contact_centre(tmp_path, change=change) as centre:
        await refused_twice(centre)
        maya = await centre.log_in("maya", force=True)
        admin = await centre.log_in("admin")
        delivery_id = (await centre.client.get("/api/v1/deliveries", headers=ACCOUNT)).json()[0][
            "deliveryId"
        ]
        statuses = {}
        for who, headers in {
            "nobody": {},
            "plain": as_account("plain"),
            "elsewhere": as_account("elsewhere"),
            "maya": {"sessionId": maya.session_id},
            "admin": {"sessionId": admin.session_id},
        }.items():
            listed = await centre.client.get("/api/v1/deliveries", headers=headers)
            again = await centre.client.post(
                f"/api/v1/deliveries/{delivery_id}/retry", headers=headers
            )
            shown = len(listed.json()) if listed.status_code == 200 else None
            statuses[who] = (listed.status_code, shown, again.status_code)

    assert statuses == {
        "nobody": (401, None, 401),
        "plain": (403, None, 403),
        "elsewhere": (200, 0, 404),
        "maya": (403, None, 403),
        "admin": (200, 2, 200),
    }
