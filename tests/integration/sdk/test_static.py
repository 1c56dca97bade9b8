"""Contract 6: how the SDK's file and the toolbar's page are served."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from screenpop.web.static import sdk_files
from tests.integration.sdk.desk import CRM, sdk_desk

BUILD = b"export default {};\n//# sourceMappingURL=ameyo-sdk.js.map\n"
ORIGINS = ["https://desk.test", "https://desk.example", "https://desk.test"]


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    (tmp_path / "ameyo-sdk.js").write_bytes(BUILD)
    (tmp_path / "ameyo-sdk.js.map").write_text("{}")
    (tmp_path / "ameyo-sdk-0123456789ab.js").write_text("export default 1;")
    return TestClient(Starlette(routes=sdk_files(ORIGINS, tmp_path)))


@pytest.mark.parametrize("name", ["ameyo-sdk.js", "ameyo_sdk.js"])
def test_the_sdk_is_served_under_both_names_for_pages_anywhere(
    browser: TestClient, name: str
) -> None:
    reply = browser.get(f"/omniapp/sdk/{name}")
    assert reply.content == BUILD
    assert reply.headers["content-type"] == "text/javascript"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    assert reply.headers["cache-control"] == "no-cache"
    tag = reply.headers["etag"]
    again = browser.get(f"/omniapp/sdk/{name}", headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert again.headers["access-control-allow-origin"] == "*"


def test_hosts_publishes_our_origins_and_the_immutable_twin(browser: TestClient) -> None:
    reply = browser.get("/omniapp/sdk/hosts.json")
    assert reply.headers["access-control-allow-origin"] == "*"
    published = reply.json()
    assert published["origins"] == ["https://desk.test", "https://desk.example"]
    twin = browser.get(published["sdk"])
    assert twin.content == BUILD
    assert "immutable" in twin.headers["cache-control"]
    earlier = browser.get("/omniapp/sdk/ameyo-sdk-0123456789ab.js")
    assert "immutable" in earlier.headers["cache-control"]


def test_source_map_is_there_and_other_names_are_not(browser: TestClient) -> None:
    assert browser.get("/omniapp/sdk/ameyo-sdk.js.map").headers["content-type"] == (
        "application/json"
    )
    for name in ("ameyo-sdk-ffffffffffff.js", "..%2fsecret.js", "index.html"):
        assert browser.get(f"/omniapp/sdk/{name}").status_code == 404


def test_a_front_end_that_is_not_built_says_so(tmp_path: Path) -> None:
    browser = TestClient(Starlette(routes=sdk_files(ORIGINS, tmp_path)))
    reply = browser.get("/omniapp/sdk/ameyo-sdk.js")
    assert reply.status_code == 404
    assert "make build" in reply.json()["detail"]
    assert browser.get("/omniapp/sdk/hosts.json").json()["sdk"] is None


async def test_only_the_apps_own_origins_may_frame_the_toolbar(tmp_path: Path) -> None:
    async with sdk_desk(tmp_path) as desk:
        page = await desk.centre.client.get(f"/omniapp/toolbar/index.html?origin={CRM}")
        assert page.headers["content-security-policy"].endswith(f"frame-ancestors {CRM}")
        facts = re.search(r'id="framing-app">(.*?)</script>', page.text)
        assert facts is not None
        assert json.loads(facts[1])["appId"] == "full"
        assert json.loads(facts[1])["origins"] == [CRM]
        for origin in ("https://evil.test", "", "https://crm.test.evil.test", "*"):
            strange = await desk.centre.client.get(f"/omniapp/toolbar/index.html?origin={origin}")
            assert strange.headers["content-security-policy"].endswith("frame-ancestors 'none'")
            assert 'id="framing-app">null<' in strange.text
