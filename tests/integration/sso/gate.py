"""What the tests of single sign-on share: apps, CRM replies, and logging in as the REST does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2

from screenpop.adapters.crm.http import CrmHttp
from screenpop.domain.app import App, IntegrationPoint, SessionPolicy
from screenpop.domain.configuration import Configuration
from screenpop.testing.contact_centre import ContactCentre
from screenpop.testing.stub_crm import StubAnswer, StubCrm
from screenpop.wire.sso_xml import SsoReply, SsoRequest, compose_xml_reply, parse_request

Change = Callable[[Configuration], Configuration]


def sso_app(crm: StubCrm, app_id: str = "crm", **options: Any) -> App:
    """An app of the demo's process whose CRM is asked at login."""
    return App(
        app_id=app_id,
        contact_center_id=1,
        process_id=3,
        name=f"App {app_id}",
        urls={
            IntegrationPoint.LOGIN: f"{crm.origin}/login",
            IntegrationPoint.DISPOSE: f"{crm.origin}/dispose",
        },
        session_policy=SessionPolicy.SSO,
        options={"sso_url": f"{crm.origin}/sso", **options},
    )


def with_apps(*apps: App) -> Change:
    """Put these apps in place of the demo's."""
    return lambda configuration: replace(configuration, apps=apps)


def success(crm_session_id: str) -> StubAnswer:
    """What a CRM answers that opened a session."""
    reply = compose_xml_reply(SsoReply(True, crm_session_id=crm_session_id))
    return StubAnswer(body=reply.encode())


def impatient() -> CrmHttp:
    """Asks CRMs as the server does, but does not wait ten seconds."""
    return CrmHttp(timeout_s=0.3)


async def log_in(
    centre: ContactCentre, user_id: str = "maya", *, force: bool = False
) -> httpx2.Response:
    """Log in by REST, whatever becomes of it."""
    return await centre.client.post(
        "/ameyorestapi/userLogin/login",
        json={"userId": user_id, "token": user_id, "forceLogin": force},
    )


def session_of(reply: httpx2.Response) -> str:
    """The sessionId of a login that succeeded."""
    assert reply.status_code == 200, reply.text
    session_id: str = reply.json()["userSessionInfo"]["sessionId"]
    return session_id


def asked(crm: StubCrm) -> list[SsoRequest]:
    """The sign-on requests that have come, in order."""
    return [parse_request(one.body) for one in crm.requests if one.path == "/sso"]


async def arrived(crm: StubCrm, count: int) -> None:
    """Wait until ``count`` sign-on requests have come; the probe of the app's page is none."""

    def wait() -> None:
        come = crm.requests
        while sum(one.path == "/sso" for one in come) < count:
            come = crm.wait_for_requests(len(come) + 1)

    await asyncio.to_thread(wait)
