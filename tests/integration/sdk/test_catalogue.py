"""The server answers every method that the catalogue says is its own, and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from screenpop.web.sdk.commands import COMMANDS
from screenpop.web.sdk.queries import QUERIES
from tests.integration.sdk.desk import READER, SdkDesk, sdk_desk

CATALOGUE = Path(__file__).parents[3] / "contracts" / "sdk-catalogue.json"


def methods(answered_by: str) -> dict[str, str]:
    """The catalogue's methods with their scopes."""
    listed: list[dict[str, Any]] = json.loads(CATALOGUE.read_text("utf-8"))["methods"]
    return {
        f"{one['namespace']}.{one['name']}": one["scope"]
        for one in listed
        if one["answeredBy"] == answered_by
    }


def test_catalogue_and_server_name_the_same_methods_and_scopes() -> None:
    own = {name: one.scope.value for name, one in (COMMANDS | QUERIES).items()}
    assert own == methods("server")


async def test_every_method_is_refused_without_its_scope(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        granted = {scope.value for scope in READER.scopes}
        for method, scope in methods("server").items():
            if scope not in granted:
                refused = await desk.pages["reader"].refused(method)
                assert refused == (403, "access.denied"), method


async def test_app_without_any_scope_has_no_token(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        grant = desk.pages["page"].grant
        assert (grant["token"], grant["sessionId"], grant["seats"]) == (None, None, {})


@pytest.mark.parametrize("method", [*methods("host"), "interaction.nothing", "nowhere.getState"])
async def test_what_the_server_does_not_answer_is_an_unknown_method(
    tmp_path: Path, method: str
) -> None:
    async with sdk_desk(tmp_path) as desk:
        assert await desk.full.refused(method) == (404, "unknown.method")


async def test_bad_requests_have_the_envelope(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        client, path = desk.centre.client, "/api/v1/sdk/session/getState"
        headers = {"Authorization": f"Bearer {desk.full.grant['token']}"}
        wrong = await client.get(path, headers=headers)
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
        strangers = await client.post(path, json={"args": []})
        assert (strangers.status_code, strangers.json()["message"]) == (
            401,
            "invalid.authentication.token",
        )
        bodies: list[Any] = [{"args": {}}, {"args": "x"}, {"args": [], "requestId": "r" * 201}]
        for body in bodies:
            reply = await client.post(path, json=body, headers=headers)
            assert (reply.status_code, reply.json()["message"]) == (400, "InvalidInput")
        garbage = await client.post(path, content=b"{", headers=headers)
        assert (garbage.status_code, garbage.json()["code"]) == (400, 40001)


async def test_token_dies_with_its_app(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        await _disable(desk, "full")
        assert await desk.full.refused("session.getState") == (403, "invalid.session.id")


async def _disable(desk: SdkDesk, app_id: str) -> None:
    account = {"Authorization": "Basic ZGVtby1hcGk6ZGVtby1hcGk="}
    shown = await desk.centre.client.get(f"/api/v1/apps/{app_id}", headers=account)
    body = {**shown.json(), "enabled": False}
    changed = await desk.centre.client.put(f"/api/v1/apps/{app_id}", json=body, headers=account)
    assert changed.status_code == 200, changed.text
