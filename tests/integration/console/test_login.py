"""Logging in at the console: handle, cookie, and who may use them (design 5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from screenpop.testing.contact_centre import BASE_URL, contact_centre

from .desk import OUR_PAGE, Console

pytestmark = pytest.mark.asyncio


async def test_login_sets_a_strict_cookie_and_gives_its_handle(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        reply = await console.log_in("maya")
        cookie = reply.headers["set-cookie"]
        assert cookie.startswith(f"sp_{reply.json()['handle']}=")
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        me = (await console.send("GET", "me")).json()
        assert (me["userId"], me["campaigns"], me["autoCall"]) == ("maya", [], False)


async def test_wrong_password_is_answered_401_and_sets_nothing(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        reply = await Console(centre).log_in("maya", "guess")
        assert (reply.status_code, reply.json()["message"]) == (401, "login.failed")
        assert "set-cookie" not in reply.headers


async def test_second_login_asks_before_it_ends_the_first(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        first, second = Console(centre), Console(centre)
        await first.log_in("maya")
        refused = await second.log_in("maya")
        assert (refused.status_code, refused.json()["message"]) == (409, "force.login.required")
        assert (await first.send("GET", "me")).status_code == 200
        assert (await second.log_in("maya", force=True)).status_code == 200
        assert (await first.send("GET", "me")).status_code == 403


async def test_two_agents_share_a_browser(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        maya = Console(centre)
        ravi = Console(centre, cookies=maya.cookies)
        await maya.log_in("maya")
        await ravi.log_in("ravi")
        assert (await maya.send("GET", "me")).json()["userId"] == "maya"
        assert (await ravi.send("GET", "me")).json()["userId"] == "ravi"


async def test_logout_ends_session_and_cookie(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        await console.log_in("maya")
        reply = await console.send("POST", "console/logout")
        assert "Max-Age=0" in reply.headers["set-cookie"]
        assert (await console.send("GET", "me")).status_code == 403


async def test_cookies_of_ended_logins_are_taken_away_at_the_next_login(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        await console.log_in("maya")
        old = console.handle
        reply = await console.log_in("maya", force=True)
        gone = [line for line in reply.headers.get_list("set-cookie") if "Max-Age=0" in line]
        assert [line.partition("=")[0] for line in gone] == [f"sp_{old}"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OUR_PAGE, 200),
        ({"Origin": BASE_URL}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": BASE_URL}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({**OUR_PAGE, "Content-Type": "text/plain"}, 403),
    ],
)
async def test_change_by_cookie_needs_our_page_and_json(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        await console.log_in("maya")
        reply = await console.send("POST", "console/keep-alive", headers=headers)
        assert reply.status_code == status


async def test_cookie_without_its_handle_is_no_credential(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        await console.log_in("maya")
        handle, console.handle = console.handle, ""
        assert (await console.send("GET", "me")).status_code == 401
        console.handle = "0" * 16
        assert (await console.send("GET", "me")).status_code == 401
        console.handle = handle
        assert (await console.send("GET", "me")).status_code == 200


async def test_cookie_means_nothing_to_the_voice_rest(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        console = Console(centre)
        await console.log_in("maya")
        cookie = "; ".join(f"{n}={v}" for n, v in console.cookies.items())
        reply = await centre.client.post(
            "/ameyorestapi/session/keepAliveWithPingPush",
            json={},
            headers={"Cookie": cookie, "X-Screenpop-Login": console.handle},
        )
        assert reply.status_code == 401


async def test_pages_of_other_sites_may_not_frame_the_console(tmp_path: Path) -> None:
    async with contact_centre(tmp_path) as centre:
        reply = await centre.client.get("/")
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
