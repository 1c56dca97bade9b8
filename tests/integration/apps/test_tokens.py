"""Contract 3: ``{launchToken}``, and the login's ``sessionId`` as ``Bearer <JWT>``."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from screenpop.crmkit.token import TokenRefusedError, TokenVerifier
from screenpop.domain.app import App, IntegrationPoint
from tests.integration.apps.desk import CALLER, DID, Console, crm_app, crm_desk


def token_app(origin: str) -> App:
    url = f"{origin}/crm?token={{launchToken}}"
    return crm_app(origin, urls={IntegrationPoint.CALL: url}, options={"switched_off": ["locale"]})


async def verifier(console: Console, audience: str, ahead: float = 0) -> TokenVerifier:
    """Return a CRM's check against the published keys, with its clock some seconds ahead."""
    keys = (await console.centre.client.get("/.well-known/jwks.json")).json()
    return TokenVerifier(
        lambda: keys, audience, clock=lambda: console.centre.core.now() / 1000 + ahead
    )


def token_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["token"][0]


async def test_a_launch_token_claims_the_standard_parameters_once_for_a_minute(
    tmp_path: Path,
) -> None:
    async with crm_desk(tmp_path, token_app) as (console, crm):
        console.centre.line.place_call(CALLER, DID)
        url = (await console.call_pop())["url"]
        check = await verifier(console, crm.origin)
        accepted = check.verify(token_in(url))
        sent = {n: v[0] for n, v in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}
        del sent["token"]
        # The token itself leaves less room for the customer in the query.
        assert sent.pop("customerInfoTruncated") == "true"
        del sent["customerInfo"]
        assert accepted.user_id == "maya"
        assert {name: accepted.claims[name] for name in sent} == sent
        assert "locale" not in accepted.claims
        assert json.loads(accepted.claims["customerInfo"])["phone1"] == CALLER
        assert accepted.claims["exp"] - accepted.claims["iat"] == 60
        with pytest.raises(TokenRefusedError, match="before"):
            check.verify(token_in(url))
        late = await verifier(console, crm.origin, ahead=70)
        other = await verifier(console, "https://other.test")
        for refusing in (late, other):
            with pytest.raises(TokenRefusedError):
                refusing.verify(token_in(url))


async def test_a_repeat_differs_in_nothing_but_a_token_that_is_good_again(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, token_app) as (console, crm):
        console.centre.line.place_call(CALLER, DID)
        first = (await console.call_pop())["url"]
        again = (await console.call_pop())["url"]
        assert token_in(first) != token_in(again)
        assert first.replace(token_in(first), "") == again.replace(token_in(again), "")
        check = await verifier(console, crm.origin)
        check.verify(token_in(first))
        check.verify(token_in(again))


async def test_a_launch_token_is_no_credential_of_ours(tmp_path: Path) -> None:
    async with crm_desk(tmp_path, token_app) as (console, _crm):
        console.centre.line.place_call(CALLER, DID)
        token = token_in((await console.call_pop())["url"])
        body = console.agent.dial("8447380993")
        headers = {"Authorization": f"Bearer {token}"}
        refused = await console.centre.post("voice/manualDial", body, headers)
        assert refused.status_code == 401


async def test_the_bearer_form_of_the_session_is_the_same_text_and_works(tmp_path: Path) -> None:
    def bearer(origin: str) -> App:
        return crm_app(origin, options={"bearer_session": True})

    async with crm_desk(tmp_path, bearer) as (console, _crm):
        [pop] = await console.join()
        assert await console.join() == [pop]
        session = parse_qs(urlsplit(pop["url"]).query)["sessionId"][0]
        assert session.startswith("Bearer ey")
        [app] = (await console.get("apps")).json()["apps"]
        reply = await console.centre.client.get("/api/v1/me", headers={"Authorization": session})
        assert reply.json()["sessionId"] == app["sessionId"]
