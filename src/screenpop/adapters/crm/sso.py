"""Single sign-on towards a CRM: log an agent in, and out again (contract 4).

Both never raise for what a CRM does; its behaviour is an outcome. Neither waits longer than the
client's ten seconds for one try.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from screenpop.adapters.crm.errors import CrmRequestError
from screenpop.adapters.crm.http import CrmAnswer, CrmHttp, CrmRequest
from screenpop.wire.sso_xml import (
    FORM_CONTENT_TYPE,
    JSON_CONTENT_TYPE,
    XML_CONTENT_TYPE,
    SsoLogin,
    SsoLogout,
    SsoMessageError,
    SsoReply,
    SsoRequest,
    compose_form,
    compose_json_request,
    compose_xml_request,
    parse_reply,
)

__all__ = [
    "SsoAccepted",
    "SsoLoggedOut",
    "SsoLogoutFailed",
    "SsoNoAnswer",
    "SsoRefused",
    "SsoTarget",
    "SsoTransport",
    "log_in",
    "log_out",
]

LOGOUT_PAUSES_S: Final = (1.0, 3.0)
"""Between the tries of a logout; one more try than pauses."""

SsoTransport = Literal["form", "xml", "json"]
"""Form field ``requestXml``, the XML as raw body, or the JSON form (contract 4)."""


@dataclass(frozen=True, slots=True)
class SsoTarget:
    """Where and how one app's CRM is asked."""

    url: str
    transport: SsoTransport = "form"


@dataclass(frozen=True, slots=True)
class SsoAccepted:
    """The CRM opened a session; ``crm_session_id`` goes into every later URL of the app."""

    crm_session_id: str


@dataclass(frozen=True, slots=True)
class SsoRefused:
    """The CRM said no; ``message`` is its own, or a sentence where it gave none."""

    message: str


@dataclass(frozen=True, slots=True)
class SsoNoAnswer:
    """The CRM did not answer readably; ``reason`` says how and what to do.

    An app that is set to go on without its CRM goes on.
    """

    reason: str


SsoLoginOutcome = SsoAccepted | SsoRefused | SsoNoAnswer


@dataclass(frozen=True, slots=True)
class SsoLoggedOut:
    """The CRM confirmed the logout at the ``tries``-th try."""

    tries: int


@dataclass(frozen=True, slots=True)
class SsoLogoutFailed:
    """The CRM never confirmed; its session lives until it times out there."""

    tries: int
    reason: str


SsoLogoutOutcome = SsoLoggedOut | SsoLogoutFailed


async def log_in(http: CrmHttp, target: SsoTarget, login: SsoLogin) -> SsoLoginOutcome:
    """Ask the CRM for a session, once."""
    answer = await _exchange(http, target, login)
    if isinstance(answer, str):
        return SsoNoAnswer(answer)
    if answer.ok and answer.crm_session_id is not None:
        return SsoAccepted(answer.crm_session_id)
    if answer.message:
        return SsoRefused(answer.message)
    if answer.ok:
        return SsoRefused("The CRM answered success, but without a crmSessionId.")
    return SsoRefused("The CRM refused the login and gave no reason.")


async def log_out(
    http: CrmHttp,
    target: SsoTarget,
    logout: SsoLogout,
    *,
    pauses_s: Sequence[float] = LOGOUT_PAUSES_S,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> SsoLogoutOutcome:
    """Tell the CRM that its session is over, up to three times.

    Run it as a task of its own: the agent's logout never waits for it. A readable ``failed`` ends
    the tries too, for the CRM has understood.
    """
    reason = ""
    for tries, pause in enumerate((0.0, *pauses_s), start=1):
        if pause:
            await sleep(pause)
        answer = await _exchange(http, target, logout)
        if isinstance(answer, SsoReply):
            if answer.ok:
                return SsoLoggedOut(tries)
            return SsoLogoutFailed(tries, answer.message or "The CRM refused the logout.")
        reason = answer
    return SsoLogoutFailed(len(pauses_s) + 1, reason)


async def _exchange(http: CrmHttp, target: SsoTarget, request: SsoRequest) -> SsoReply | str:
    """The CRM's reply, or a sentence that says why there is none."""
    content_type, body = _encode(target.transport, request)
    try:
        answer = await http.ask(
            CrmRequest(
                "POST",
                target.url,
                configured_url=target.url,
                headers=(
                    ("Content-Type", content_type),
                    ("Accept", "application/xml, text/xml, application/json, */*"),
                ),
                body=body,
            )
        )
    except CrmRequestError as error:
        return str(error)
    if 300 <= answer.status < 400:
        return (
            f"The CRM did not answer: it redirected (status {answer.status})."
            " Redirects are not followed; configure the final address."
        )
    return _reply(answer)


def _reply(answer: CrmAnswer) -> SsoReply | str:
    succeeded = 200 <= answer.status < 300
    try:
        reply = parse_reply(answer.body)
    except SsoMessageError as error:
        return (
            f"The CRM did not answer readably (status {answer.status}): {error}."
            " Look into the CRM's log, or ask its makers for the reply of contract section 4."
        )
    if reply.ok and not succeeded:
        return (
            f"The CRM answered success with status {answer.status}, which is not believed."
            " Send status 200 with it."
        )
    return reply


def _encode(transport: SsoTransport, request: SsoRequest) -> tuple[str, bytes]:
    if transport == "form":
        return FORM_CONTENT_TYPE, compose_form(request)
    if transport == "json":
        return JSON_CONTENT_TYPE, compose_json_request(request)
    return XML_CONTENT_TYPE, compose_xml_request(request).encode()
