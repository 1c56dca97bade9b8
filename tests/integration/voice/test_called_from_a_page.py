"""CORS: pages of the configured apps may call, and read every reply (contract 5)."""

import pytest

from tests.integration.voice.desk import CRM, Desk

PATHS = ["voice/manualDial", "VOICE/disposecall/", "userLogin/login", "cc/x", "nothing"]


@pytest.mark.parametrize("path", PATHS)
async def test_options_needs_no_credential_anywhere(desk: Desk, path: str) -> None:
    reply = await desk.http.options(
        f"/ameyorestapi/{path}",
        headers={"origin": CRM, "access-control-request-private-network": "true"},
    )
    assert (reply.status_code, reply.content) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == CRM
    assert reply.headers["access-control-allow-private-network"] == "true"
    assert reply.headers["access-control-max-age"] == "600"
    assert reply.headers["vary"] == "Origin"


async def test_options_of_a_strange_page_grants_nothing(desk: Desk) -> None:
    reply = await desk.http.options(
        "/ameyorestapi/voice/manualDial", headers={"origin": "https://evil.example"}
    )
    assert reply.status_code == 204
    assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "voice/manualDial", 401),
        ("POST", "nothing", 404),
        ("GET", "voice/manualDial", 405),
        ("POST", "userLogin/login", 400),
    ],
)
async def test_replies_of_every_status_can_be_read(
    desk: Desk, method: str, path: str, status: int
) -> None:
    headers = {"origin": CRM}
    reply = await desk.http.request(method, f"/ameyorestapi/{path}", headers=headers)
    assert reply.status_code == status
    assert reply.headers["access-control-allow-origin"] == CRM
    assert reply.headers["access-control-expose-headers"] == "Idempotent-Replayed, Retry-After"
    assert "access-control-allow-credentials" not in reply.headers
