"""Paths, methods, framing and CORS of the older calls (contract 5 and 5.1)."""

from typing import Any

import pytest

from screenpop.testing.contact_centre import ContactCentre

ORIGIN = {"origin": "https://crm.example"}


async def test_every_reply_may_be_framed_and_read_by_anyone_and_runs_nothing(
    centre: ContactCentre,
) -> None:
    for method, path, status in (
        ("GET", "/dacx/dispose", 200),
        ("GET", "/DACX/Dispose/", 200),
        ("POST", "/dacx/dispose", 405),
        ("GET", "/ameyowebaccess/command", 200),
        ("GET", "/AmeyoWebAccess/command/?command=nothing", 404),
        ("PUT", "/ameyowebaccess/command", 405),
        ("GET", "/ameyowebaccess", 404),
        ("GET", "/dacx/other", 404),
        ("OPTIONS", "/dacx/dispose", 204),
        ("OPTIONS", "/ameyowebaccess/anything", 204),
    ):
        reply = await centre.client.request(method, path, headers=ORIGIN)
        headers = reply.headers
        assert reply.status_code == status, (method, path)
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
        assert "x-frame-options" not in headers
        assert "html" not in headers.get("content-type", "")


@pytest.mark.parametrize("path", ["/dacx/dispose", "/ameyowebaccess/command/"])
async def test_options_needs_no_credential(centre: ContactCentre, contract: Any, path: str) -> None:
    asked = {**ORIGIN, "access-control-request-private-network": "true"}
    reply = await centre.client.options(path, headers=asked)
    await contract.check(reply)
    assert reply.headers["access-control-allow-private-network"] == "true"
    assert reply.headers["access-control-max-age"] == "600"
    assert reply.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"


async def test_too_much_is_told_in_the_calls_own_form(centre: ContactCentre) -> None:
    many = "&".join(f"a{n}=1" for n in range(1001))
    line = await centre.client.get(f"/dacx/dispose?{many}")
    assert line.text.startswith("There are too many fields.")
    body = await centre.client.post("/ameyowebaccess/command", content=b"a" * 300_000)
    assert body.json()["reason"] == "The body is larger than 256 KiB."
