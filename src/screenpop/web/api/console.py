"""The console's own endpoints: log in, choose work, stay alive, notes (contract 8; design 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.association import AssociationState, Disposition
from screenpop.domain.call import Call
from screenpop.domain.commands import Login, Logout
from screenpop.domain.configuration import Configuration
from screenpop.domain.errors import (
    AccessDeniedError,
    ForceLoginRequiredError,
    InvalidInputError,
    LoginFailedError,
    NotFoundError,
)
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader
from screenpop.services import drafts, sessions
from screenpop.services.core import Core
from screenpop.web.api.access import Access
from screenpop.web.api.call_view import call_summary
from screenpop.web.api.guard import guarded, json_reply
from screenpop.web.api.problems import problem
from screenpop.web.console_login import HANDLE_HEADER, ConsoleLogins
from screenpop.web.login_check import BeginSession, LoginCheck
from screenpop.web.tokens import AgentClaims

__all__ = ["ConsoleEndpoints", "ConsoleFacts"]

_HISTORY_SHOWN: Final = 20
_RECENT_SHOWN: Final = 30
_HISTORY_SEARCHED: Final = 500


@dataclass(frozen=True, slots=True)
class ConsoleFacts:
    """What the installation tells its consoles."""

    #: A console's login has auto-call on.
    auto_call: bool = True
    #: Calls can be made to come in (contract 8); then these numbers may call.
    simulated: bool = False
    callers: Sequence[str] = field(default=())
    demo: bool = False


class ConsoleEndpoints:
    """Everything under ``/api/v1/console`` that is not about one call."""

    def __init__(
        self,
        core: Core,
        access: Access,
        logins: ConsoleLogins,
        check: LoginCheck,
        begin_session: BeginSession,
        facts: ConsoleFacts,
    ) -> None:
        """``check`` verifies passwords, ``begin_session`` signs on to CRMs and logs in."""
        self._core = core
        self._access = access
        self._logins = logins
        self._check = check
        self._begin_session = begin_session
        self._facts = facts

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [
            Route("/console/welcome", guarded(self._welcome), methods=["GET"]),
            Route("/console/login", guarded(self._login), methods=["POST"]),
            Route("/console/logout", guarded(self._logout), methods=["POST"]),
            Route("/console/keep-alive", guarded(self._keep_alive), methods=["POST"]),
            Route("/console/desk", guarded(self._desk), methods=["GET"]),
            Route("/console/targets", guarded(self._targets), methods=["GET"]),
            Route("/console/drafts", guarded(self._drafts), methods=["GET"]),
            Route("/console/calls/{call_id}/draft", guarded(self._save_draft), methods=["PUT"]),
            Route("/console/recent", guarded(self._recent), methods=["GET"]),
            Route("/console/calls/{call_id}/history", guarded(self._history), methods=["GET"]),
        ]

    # --- a login's life -------------------------------------------------------------------

    async def _welcome(self, _request: Request) -> Response:
        """What the log-in page may know before anybody is logged in."""
        return json_reply({"demo": self._facts.demo})

    async def _login(self, request: Request) -> Response:
        self._logins.check_origin(request)
        taken = await self._access.request(request)
        user_id, password = taken.value("userId"), taken.value("password")
        force = taken.value("force") is True
        if not isinstance(user_id, str) or not isinstance(password, str) or not user_id.strip():
            raise InvalidInputError('Send {"userId": "…", "password": "…"}.')
        self._check.admit(user_id.strip(), taken.address)
        try:
            user = await self._check.check(user_id.strip(), password, taken.address)
            login = Login(
                user.user_id, force, select_work=True, auto_call=self._facts.auto_call, console=True
            )
            session = await self._begin_session(login, password)
        except LoginFailedError as error:
            return problem(401, error.key, error.sentence)
        except ForceLoginRequiredError as error:
            return problem(409, error.key, error.sentence)
        handle = self._logins.new_handle()
        reply = json_reply({"handle": handle, "userId": session.user_id})
        live = await self._core.read(
            lambda r: {one.session_id for one in r.live_sessions(session.contact_center_id)}
        )

        def is_over(claims: AgentClaims) -> bool:
            same_centre = claims.contact_center_id == session.contact_center_id
            return same_centre and claims.session_id not in live

        self._logins.forget_ended(request, reply, is_over)
        self._logins.begin(reply, session, handle)
        return reply

    async def _logout(self, request: Request) -> Response:
        taken = await self._access.request(request)
        await self._core.run(sessions.logout, Logout(await self._access.acting(taken)))
        reply = json_reply({})
        handle = request.headers.get(HANDLE_HEADER)
        if handle is not None:
            self._logins.end(reply, handle)
        return reply

    async def _keep_alive(self, request: Request) -> Response:
        taken = await self._access.request(request)
        await self._core.run(sessions.keep_alive, await self._access.acting(taken))
        return json_reply({"now": self._core.now()})

    # --- what the desk shows --------------------------------------------------------------

    async def _console(self, request: Request) -> AgentSession:
        asker = await self._access.asker(request)
        if asker.session is None:
            raise NotFoundError("An account token alone has no desk; log in as an agent.")
        if asker.app is not None:
            raise AccessDeniedError("The desk is the agent's own, not an app's.")
        return asker.session

    async def _desk(self, request: Request) -> Response:
        session = await self._console(request)
        configuration = self._core.configuration()
        user = configuration.user(session.user_id)
        campaign_ids = user.campaign_ids if user else ()
        queues = [q for q in configuration.queues if q.campaign_id in campaign_ids]
        centre = configuration.contact_center_by_id[session.contact_center_id]
        return json_reply(
            {
                "now": self._core.now(),
                "userName": session.user_name,
                "timeZone": centre.time_zone,
                "breakReasons": list(configuration.break_reasons_of(session.contact_center_id)),
                "campaigns": [_campaign(configuration, one) for one in campaign_ids],
                "extension": session.extension
                or (user.extension if user else "")
                or f"sim-{session.user_id}",
                "simulator": {
                    "callers": list(self._facts.callers),
                    "dids": [did for queue in queues for did in queue.dids],
                }
                if self._facts.simulated
                else None,
                "demo": self._facts.demo,
            }
        )

    async def _targets(self, request: Request) -> Response:
        """Whom a call can be given to: agents who are logged in, and queues."""
        session = await self._console(request)
        centre = session.contact_center_id
        present = await self._core.read(lambda r: r.live_sessions(centre))
        queues = self._core.configuration().queues
        return json_reply(
            {
                "users": [
                    {"userId": one.user_id, "userName": one.user_name, "state": one.state.value}
                    for one in sorted(present, key=lambda one: one.user_name.casefold())
                    if one.session_id != session.session_id and one.selected
                ],
                "queues": [
                    {"queueId": one.queue_id, "queueName": one.name}
                    for one in queues
                    if one.contact_center_id == centre
                ],
            }
        )

    # --- notes and history ----------------------------------------------------------------

    async def _drafts(self, request: Request) -> Response:
        taken = await self._access.request(request)
        acting = await self._access.acting(taken)
        found = await self._core.read(lambda reader: drafts.kept(reader, acting))
        return json_reply(
            {
                "drafts": [
                    {"crtObjectId": d.crt_object_id, "notes": d.notes, "savedAt": d.saved_at}
                    for d in found
                ]
            }
        )

    async def _save_draft(self, request: Request) -> Response:
        taken = await self._access.request(request)
        notes = taken.value("notes")
        if not isinstance(notes, str):
            raise InvalidInputError('Send {"notes": "…"}.')
        acting = await self._access.acting(taken)
        command = drafts.SaveDraft(acting, request.path_params["call_id"], notes)
        await self._core.run(drafts.save, command)
        return json_reply({})

    async def _recent(self, request: Request) -> Response:
        """The agent's own calls, the latest first, of this session."""
        session = await self._console(request)
        return json_reply({"calls": await self._core.read(lambda r: _own(r, session))})

    async def _history(self, request: Request) -> Response:
        """Earlier calls of the same customer, whoever had them, the latest first."""
        session = await self._console(request)
        call_id = request.path_params["call_id"]
        return json_reply({"calls": await self._core.read(lambda r: _earlier(r, session, call_id))})


def _campaign(configuration: Configuration, campaign_id: int) -> dict[str, Any]:
    campaign = configuration.campaign_by_id[campaign_id]
    plan = configuration.plan_of(campaign_id)
    return {
        "campaignId": campaign.campaign_id,
        "campaignName": campaign.name,
        "campaignType": campaign.campaign_type,
        "manualDialAllowed": campaign.manual_dial_allowed,
        "dispositionPattern": campaign.disposition_pattern.value,
        "disableDispositionOnActiveCall": campaign.disable_disposition_on_active_call,
        "wrapTime": campaign.wrap_time,
        "dispositionClasses": [
            {
                "dispositionClassId": one.disposition_class_id,
                "dispositionClassName": one.name,
                "dispositionCodes": [
                    {
                        "dispositionCodeId": code.disposition_code_id,
                        "dispositionCodeName": code.name,
                        "needsCallbackTime": code.needs_callback_time,
                    }
                    for code in plan.codes
                    if code.disposition_class_id == one.disposition_class_id
                ],
            }
            for one in plan.classes
        ],
    }


def _earlier(reader: Reader, session: AgentSession, call_id: str) -> list[dict[str, Any]]:
    call = reader.call(call_id)
    if call is None or reader.association_with(session.session_id, call.crt_object_id) is None:
        raise NotFoundError("There is no such call, or it is not yours to see.")
    known = call.customer_id != -1
    shown = []
    for one, _ in reader.recent_calls(session.contact_center_id, None, _HISTORY_SEARCHED):
        same = one.customer_id == call.customer_id if known else one.phone == call.phone
        if not same or one.process_id != call.process_id or one.crt_object_id == call.crt_object_id:
            continue
        disposed = [
            a
            for a in reader.associations(one.crt_object_id)
            if a.disposition is not None and a.disposition.disposition_code_id is not None
        ]
        last = disposed[-1] if disposed else None
        entry = _entry(reader, one, last.disposition if last else None)
        shown.append({**entry, "userId": last.user_id if last else None})
        if len(shown) == _HISTORY_SHOWN:
            break
    return shown


def _own(reader: Reader, session: AgentSession) -> list[dict[str, Any]]:
    centre, own = session.contact_center_id, session.session_id
    shown = []
    for call, association in reader.recent_calls(centre, own, _RECENT_SHOWN):
        if association is None or association.state is not AssociationState.DISPOSED:
            continue
        entry = _entry(reader, call, association.disposition)
        # What counts is whether this agent talked, not whether anybody did.
        shown.append({**entry, "connectedAt": association.connected_at})
    return shown


def _entry(reader: Reader, call: Call, disposition: Disposition | None) -> dict[str, Any]:
    chosen = disposition is not None and disposition.disposition_code_id is not None
    return {
        **call_summary(call, None, reader.configuration),
        "customerName": str(call.customer_info.get("name", "")),
        "dispositionCode": disposition.disposition_code if disposition and chosen else None,
        "notes": disposition.notes if disposition else "",
    }
