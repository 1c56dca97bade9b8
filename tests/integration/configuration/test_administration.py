"""The contact centre, its processes, campaigns, queues, plans, users and accounts over /api/v1."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from screenpop.testing.contact_centre import ACCOUNT_TOKEN, ContactCentre, contact_centre

QUEUE = {"name": "Second", "campaignId": 172, "dids": ["18005550199"]}
LIMITS = {
    "longestWait": 90_000,
    "overflowNumber": "18005550123",
    "closedHours": [{"days": ["sat", "sun"], "from": "00:00", "to": "24:00"}],
}
USER = {"name": "Nina", "processId": 3, "campaignIds": [60], "extension": "2099"}


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[ContactCentre]:
    async with contact_centre(tmp_path) as running:
        yield running


async def ask(
    centre: ContactCentre, method: str, path: str, body: Any = None, **headers: str
) -> httpx2.Response:
    sent = {"Authorization": ACCOUNT_TOKEN, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return await centre.client.request(method, f"/api/v1/{path}", json=body, headers=sent)


KINDS = ["contactCenters", "processes", "campaigns", "queues", "plans", "users", "accounts"]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_shown_can_be_sent_back_and_changes_nothing(
    centre: ContactCentre, kind: str, contract: Any
) -> None:
    listed = await ask(centre, "GET", kind)
    await contract.check(listed)
    before = centre.core.configuration()
    for item in listed.json()[kind]:
        item_id = next(iter(item.values()))
        one = await ask(centre, "GET", f"{kind}/{item_id}")
        assert one.json() == item
        same = await ask(centre, "PUT", f"{kind}/{item_id}", item)
        assert (same.status_code, same.json()) == (200, item)
        await contract.check(same)
    assert centre.core.configuration() == before
    assert "hash" not in listed.text
    assert "argon" not in listed.text


async def test_queue_is_added_changed_and_removed(centre: ContactCentre, contract: Any) -> None:
    added = await ask(centre, "PUT", "queues/6", QUEUE)
    assert added.status_code == 201
    await contract.check(added)
    changed = await ask(centre, "PUT", "queues/6", {**QUEUE, "name": "Third"})
    assert changed.json()["name"] == "Third"
    assert centre.core.configuration().queue_by_did["18005550199"].name == "Third"
    gone = await ask(centre, "DELETE", "queues/6")
    assert gone.status_code == 204
    await contract.check(gone)
    assert (await ask(centre, "GET", "queues/6")).status_code == 404


async def test_limits_of_a_queue_are_shown_as_they_were_sent(
    centre: ContactCentre, contract: Any
) -> None:
    added = await ask(centre, "PUT", "queues/6", {**QUEUE, **LIMITS})
    await contract.check(added)
    assert {name: added.json()[name] for name in LIMITS} == LIMITS
    again = await ask(centre, "PUT", "queues/6", added.json())
    assert (again.status_code, again.json()) == (200, added.json())
    assert again.headers["etag"] == added.headers["etag"]


async def test_break_reasons_of_the_contact_centre_are_what_its_agents_may_give(
    centre: ContactCentre, contract: Any
) -> None:
    maya = await centre.log_in("maya")
    (shown,) = (await ask(centre, "GET", "contactCenters")).json()["contactCenters"]
    assert shown["breakReasons"] is None
    changed = await ask(
        centre, "PUT", "contactCenters/1", {**shown, "breakReasons": ["Tea", "Prayer"]}
    )
    assert (changed.status_code, changed.json()["breakReasons"]) == (200, ["Tea", "Prayer"])
    await contract.check(changed)

    async def on_break(reason: str) -> int:
        reply = await centre.client.post(
            "/api/v1/me/break", json={"reason": reason}, headers={"sessionId": maya.session_id}
        )
        return reply.status_code

    assert [await on_break("Lunch"), await on_break("Tea")] == [400, 200]
    listed = await centre.client.post(
        "/api/v1/sdk/configuration/getBreakReasons",
        json={"args": []},
        headers={"sessionId": maya.session_id, "Authorization": ACCOUNT_TOKEN},
    )
    assert listed.json()["result"] == ["Tea", "Prayer"]


async def test_no_other_contact_centre_is_added_and_none_is_removed(centre: ContactCentre) -> None:
    new = await ask(centre, "PUT", "contactCenters/2", {"name": "Second"})
    assert (new.status_code, new.json()["message"]) == (403, "access.denied")
    gone = await ask(centre, "DELETE", "contactCenters/1")
    assert gone.status_code == 405
    unknown = await ask(centre, "PUT", "contactCenters/1", {"name": "A", "timeZone": "Mars/Base"})
    assert [error["field"] for error in unknown.json()["errors"]] == ["timeZone"]


async def test_process_is_added_changed_and_removed_when_nothing_stands_on_it(
    centre: ContactCentre, contract: Any
) -> None:
    seen = (await ask(centre, "GET", "processes")).headers["etag"]
    body = {"name": "Support", "customerColumns": ["phone1", "mail"], "maskingEnabled": True}
    added = await ask(centre, "PUT", "processes/4", body, If_Match=seen)
    assert added.status_code == 201
    await contract.check(added)
    late = await ask(centre, "PUT", "processes/4", {"name": "Late"}, If_Match=seen)
    assert late.status_code == 412
    process = centre.core.configuration().process_by_id[4]
    assert (process.masking_enabled, process.customer_columns) == (True, ("phone1", "mail"))
    refused = await ask(centre, "PUT", "processes/4", {**body, "searchableColumns": ["name"]})
    assert [error["field"] for error in refused.json()["errors"]] == ["searchableColumns.0"]
    assert (await ask(centre, "DELETE", "processes/3")).status_code == 409
    assert (await ask(centre, "DELETE", "processes/4")).status_code == 204


async def test_change_on_an_older_version_is_refused(centre: ContactCentre, contract: Any) -> None:
    seen = (await ask(centre, "GET", "queues")).headers["etag"]
    first = await ask(centre, "PUT", "queues/6", QUEUE, If_Match=seen)
    assert first.status_code == 201
    assert first.headers["etag"] != seen
    late = await ask(centre, "DELETE", "queues/6", If_Match=seen)
    assert (late.status_code, late.json()["message"]) == (412, "configuration.changed")
    await contract.check(late)
    now = first.headers["etag"]
    assert (await ask(centre, "DELETE", "queues/6", If_Match=now)).status_code == 204


async def test_new_user_logs_in_with_the_given_password(centre: ContactCentre) -> None:
    without = await ask(centre, "PUT", "users/nina", USER)
    assert (without.status_code, without.json()["errors"][0]["field"]) == (400, "password")
    added = await ask(centre, "PUT", "users/nina", {**USER, "password": "first"})
    assert added.status_code == 201
    assert "first" not in added.text
    kept = await ask(centre, "PUT", "users/NINA", {**USER, "name": "Nina N."})
    assert kept.json()["userId"] == "nina"
    login = {"userId": "nina", "token": "first"}
    reply = await centre.client.post("/ameyorestapi/userLogin/login", json=login)
    assert reply.status_code == 200
    refused = await ask(centre, "DELETE", "users/nina")
    assert (refused.status_code, refused.json()["message"]) == (409, "state.forbids")


async def test_new_account_counts_at_once(centre: ContactCentre) -> None:
    assert (await ask(centre, "PUT", "accounts/crm", {"secret": "s"})).status_code == 201
    own = {"Authorization": "Basic Y3JtOnM="}
    assert (await centre.client.get("/api/v1/calls", headers=own)).status_code == 200
    assert (await centre.client.get("/api/v1/users", headers=own)).status_code == 403
    assert (await ask(centre, "DELETE", "accounts/crm")).status_code == 204
    assert (await centre.client.get("/api/v1/calls", headers=own)).status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("queues/6", {**QUEUE, "campaignId": 999}, "campaignId"),
        ("queues/6", {**QUEUE, "dids": ["18005550172"]}, "dids.0"),
        ("queues/6", {**QUEUE, "surplus": 1}, "surplus"),
        ("queues/6", {**QUEUE, "longestWait": 0}, "longestWait"),
        ("queues/6", {**QUEUE, "overflowNumber": "me"}, "overflowNumber"),
        ("queues/6", {**QUEUE, "overflowNumber": "18005550199"}, "overflowNumber"),
        (
            "queues/6",
            {**QUEUE, "closedHours": [{"from": "9", "to": "10:00"}]},
            "closedHours.0.from",
        ),
        ("users/a%20b", {**USER, "password": "x"}, "id"),
        ("users/nina", {**USER, "password": "x", "campaignIds": [999]}, "campaignIds.0"),
    ],
)
async def test_what_does_not_fit_is_refused_with_its_field(
    centre: ContactCentre, path: str, body: Any, field: str
) -> None:
    before = centre.core.configuration()
    refused = await ask(centre, "PUT", path, body)
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert centre.core.configuration() is before


async def test_plan_that_campaigns_use_cannot_be_removed(
    centre: ContactCentre, contract: Any
) -> None:
    plan = (await ask(centre, "GET", "plans")).json()["plans"][0]["planId"]
    refused = await ask(centre, "DELETE", f"plans/{plan}")
    assert refused.status_code == 409
    await contract.check(refused)


async def test_agents_may_not_administer(centre: ContactCentre) -> None:
    maya = await centre.log_in("maya")
    reply = await centre.client.get("/api/v1/users", headers={"sessionId": maya.session_id})
    assert reply.status_code == 403
