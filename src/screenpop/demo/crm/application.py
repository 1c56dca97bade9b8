"""The CRM as an ASGI application: its routes, and who may ask for what."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import wraps
from importlib import resources
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from screenpop.crmkit.asgi import EmbeddingMiddleware
from screenpop.crmkit.launch import LaunchContext
from screenpop.crmkit.voice import AsyncVoiceClient, ManualDial, Seat, VoiceError, VoiceRefusedError
from screenpop.demo.crm import pages
from screenpop.demo.crm.desks import Desks
from screenpop.demo.crm.layout import Visit, address, page
from screenpop.demo.crm.markup import Markup, markup
from screenpop.demo.crm.records import Call, Note, Records
from screenpop.demo.crm.sign_on import COOKIE, CrmSettings, SignOn

__all__ = ["ReferenceCrm"]

_LONGEST_FORM: Final = 64 * 1024
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript", "svg": "image/svg+xml"}

Form = Mapping[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]
FormEndpoint = Callable[[Request, Form], Awaitable[Response]]


class ReferenceCrm:
    """The pages and commands; :attr:`app` is what a server runs."""

    def __init__(
        self,
        settings: CrmSettings,
        records: Records,
        voice: AsyncVoiceClient,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """Serve ``records``; dial through ``voice``. ``now`` gives epoch milliseconds."""
        self._settings = settings
        self._records = records
        self._voice = voice
        self._now = now
        self._desks = Desks()
        self._sign_on = SignOn(settings, records)
        routes = [
            Route("/", self._signed(self._home)),
            Route("/agent", self._received(self._signed(self._home))),
            Route("/call", self._received(self._signed(self._call))),
            Route("/knowledge", self._received(self._knowledge)),
            Route("/customers", self._signed(self._customers), methods=["GET"]),
            Route("/customers", self._own(self._add_customer), methods=["POST"]),
            Route("/customers/{id}", self._signed(self._customer)),
            Route("/customers/{id}/notes", self._own(self._add_note), methods=["POST"]),
            Route("/calls/{crt}", self._own(self._finish_call), methods=["POST"]),
            Route("/dial", self._own(self._dial), methods=["POST"]),
            Route("/sign-in", self._sign_in, methods=["POST"]),
            Route("/sso", self._sign_on.answer, methods=["POST"]),
            Route("/inspector", self._inspector),
            Route("/inspector.json", self._inspector_json),
            Route("/static/{name}.{kind}", self._static),
        ]
        self.app = Starlette(
            routes=routes,
            middleware=[
                Middleware(EmbeddingMiddleware, console_origins=[settings.console]),
                # Loopback names only, or a foreign page could rename itself into this machine.
                Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            ],
        )

    # Who may ask.

    def _received(self, endpoint: Endpoint) -> Endpoint:
        """Keep the request as it came, for the inspector."""

        @wraps(endpoint)
        async def keep(request: Request) -> Response:
            purpose = request.headers.get("purpose", "")
            self._records.receive(self._now(), _target(request), purpose)
            return await endpoint(request)

        return keep

    def _signed(self, endpoint: Endpoint) -> Endpoint:
        """Show the CRM's own login first, or where the session policy has agents begin."""

        @wraps(endpoint)
        async def look(request: Request) -> Response:
            visit = self._visit(request)
            if visit.agent or self._settings.policy == "none":
                return await endpoint(request)
            if self._settings.policy == "cookie":
                return self._sign_in_page(request, _target(request).decode("latin-1"))
            is_over = visit.launch.crm_session_id is not None
            body = pages.not_signed_on(is_over=is_over)
            return page(request, visit, "Not signed on", body, status=403 if is_over else 200)

        return look

    def _own(self, endpoint: FormEndpoint) -> Endpoint:
        """Take changes from our own pages only: an embedded cookie goes along from everywhere."""

        @wraps(endpoint)
        async def look(request: Request) -> Response:
            if refusal := self._foreign(request):
                return refusal
            form = await _form(request)
            visit = self._visit(request, form.get("desk", ""))
            if not visit.agent and self._settings.policy != "none":
                return PlainTextResponse("You are not signed on any more.", 403)
            return await endpoint(request, form)

        return look

    @staticmethod
    def _foreign(request: Request) -> Response | None:
        own = f"{request.url.scheme}://{request.url.netloc}"
        if request.headers.get("origin") == own:
            return None
        return PlainTextResponse("This form is for the CRM's own pages.", 403)

    def _visit(self, request: Request, desk: str = "") -> Visit:
        """Who looks: by the launch in the URL, or by the key of an earlier one."""
        key = desk or request.query_params.get("desk", "")
        launch = self._desks.launch(key)
        if launch is None:
            key, launch = self._desks.open(request.scope["query_string"])
        return Visit(launch, key, self._settings.console, self._sign_on.agent(request, launch))

    # What the console opens.

    async def _home(self, request: Request) -> Response:
        visit = self._visit(request)
        return page(request, visit, "Home", pages.agent(visit, self._records.calls()))

    async def _call(self, request: Request) -> Response:
        visit = self._visit(request)
        launch = visit.launch
        customer = self._records.customer(launch.customer_id or 0)
        customer = customer or self._records.customer_by_phone(launch.phone or "")
        if launch.crt_object_id is not None:
            self._records.add_call(
                Call(
                    launch.crt_object_id,
                    customer.customer_id if customer else None,
                    launch.phone or "",
                    launch.call_type or "",
                    visit.who,
                    self._now(),
                )
            )
        if customer is None:
            return page(request, visit, "Unknown caller", pages.new_caller(visit))
        return self._record(request, visit, customer.customer_id)

    async def _knowledge(self, request: Request) -> Response:
        query = request.query_params
        body = pages.knowledge(*(query.get(name, "") for name in ("locale", "campaign", "queue")))
        return page(request, self._visit(request), "Knowledge base", body)

    # The CRM's own pages.

    def _record(self, request: Request, visit: Visit, customer_id: int) -> Response:
        customer = self._records.customer(customer_id)
        if customer is None:
            body = Markup("<h1>No such customer</h1><p>The record may have been removed.</p>")
            return page(request, visit, "No such customer", body, status=404)
        notes, calls = self._records.notes(customer_id), self._records.calls(customer_id)
        return page(request, visit, customer.name, pages.record(visit, customer, notes, calls))

    async def _customer(self, request: Request) -> Response:
        return self._record(request, self._visit(request), _customer_id(request))

    async def _customers(self, request: Request) -> Response:
        query = request.query_params.get("q", "")[:200]
        visit = self._visit(request)
        body = pages.customers(visit, self._records.search(query), query)
        return page(request, visit, "Customers", body, query=query)

    async def _add_customer(self, _request: Request, form: Form) -> Response:
        name, phone = form.get("name", "")[:200], form.get("phone", "")[:40]
        if not (name and phone):
            return PlainTextResponse("A customer needs a name and a number.", 400)
        extra = {column: form.get(column, "")[:200] for column in ("email", "company")}
        customer = self._records.add_customer(name, phone, **extra)
        self._records.give_call(form.get("crt", ""), customer.customer_id)
        to = address(f"/customers/{customer.customer_id}", desk=form.get("desk"))
        return RedirectResponse(to, 303)

    async def _add_note(self, request: Request, form: Form) -> Response:
        customer_id, text = _customer_id(request), form.get("text", "")[:4000]
        if not text:
            return PlainTextResponse("The note is empty.", 400)
        if self._records.customer(customer_id) is None:
            return PlainTextResponse("There is no such customer.", 404)
        note = Note(self._now(), self._visit(request, form.get("desk", "")).who, text)
        self._records.add_note(customer_id, note)
        if _wants_json(request):
            kept = {"author": note.author, "at": note.at, "text": text}
            return JSONResponse({"said": "Note kept.", "note": kept})
        to = address(f"/customers/{customer_id}", desk=form.get("desk"))
        return RedirectResponse(to, 303)

    async def _finish_call(self, request: Request, form: Form) -> Response:
        disposition, notes = form.get("disposition", "")[:200], form.get("notes", "")[:4000]
        self._records.finish_call(request.path_params["crt"], disposition, notes)
        return JSONResponse({"said": "Call kept in the history."})

    async def _dial(self, request: Request, form: Form) -> Response:
        """Dial from the back end: the page gives the number, the ids come from the desk."""
        launch = self._visit(request, form.get("desk", "")).launch
        said, status, reply = await self._ask_to_dial(launch, form)
        if _wants_json(request):
            return JSONResponse({"said": said} | reply, status)
        body = markup("<h1>Dial</h1><p>{said}</p>", said=said)
        visit = self._visit(request, form.get("desk", ""))
        return page(request, visit, "Dial", body, status=status)

    async def _ask_to_dial(
        self, launch: LaunchContext, form: Form
    ) -> tuple[str, int, dict[str, Any]]:
        try:
            seat = Seat.of(launch)
            campaign = int(form.get("campaign") or launch.campaign_id or 0)
        except ValueError:
            return "Only a page that the console opened can dial.", 400, {}
        command = ManualDial(seat=seat, campaign_id=campaign, phone=form.get("phone", ""))
        if form.get("request_id"):
            # Drawn with the form: pressed twice, it dials once.
            command = replace(command, request_id=form["request_id"])
        try:
            accepted = await self._voice.manual_dial(command)
        except VoiceRefusedError as refused:
            return refused.hint or refused.info, 409, {"key": refused.key}
        except VoiceError as failed:
            return f"Perhaps not dialled: {failed}.", 502, {}
        ids = {
            "crtObjectId": accepted.crt_object_id,
            "interactionId": accepted.interaction_id,
        }
        return f"Dialling {accepted.phone}.", 200, ids

    # Cookie mode.

    def _sign_in_page(self, request: Request, wanted: str, problem: str = "") -> Response:
        visit = Visit(LaunchContext(), "", self._settings.console)
        body = pages.sign_in(wanted, problem)
        return page(request, visit, "Sign in", body, status=403 if problem else 200)

    async def _sign_in(self, request: Request) -> Response:
        if refusal := self._foreign(request):
            return refusal
        form = await _form(request)
        wanted = form.get("wanted", "/")
        session = self._sign_on.sign_in(form.get("user", ""), form.get("password", ""))
        if not session:
            return self._sign_in_page(request, wanted, "This user and password do not match.")
        # Back to a page of our own, whatever the form says.
        safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
        reply = RedirectResponse(wanted if safe else "/", 303)
        # The middleware adds what a cookie in a frame needs.
        reply.set_cookie(COOKIE, session, httponly=True)
        return reply

    # For tests and newcomers.

    async def _inspector(self, request: Request) -> Response:
        if not _is_local(request):
            return PlainTextResponse("The inspector is for this machine only.", 403)
        body = pages.inspector(reversed(self._records.received()))
        return page(request, self._visit(request), "Requests received", body)

    async def _inspector_json(self, request: Request) -> Response:
        if not _is_local(request):
            return PlainTextResponse("The inspector is for this machine only.", 403)
        after = _number(request.query_params.get("after", ""))
        return JSONResponse(
            [
                {
                    "number": one.number,
                    "at": one.at,
                    "target": one.target.decode("latin-1"),
                    "purpose": one.purpose,
                }
                for one in self._records.received(after)
            ],
            headers={"Cache-Control": "no-store"},
        )

    async def _static(self, request: Request) -> Response:
        name, kind = request.path_params["name"], request.path_params["kind"]
        file = resources.files(__package__).joinpath("static", f"{name}.{kind}")
        if not name.isalnum() or kind not in _TYPES or not file.is_file():
            return PlainTextResponse("There is no such file.", 404)
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        headers["Content-Type"] = _TYPES[kind]
        return Response(file.read_bytes(), headers=headers)


async def _form(request: Request) -> dict[str, str]:
    """The form's fields, trimmed; what is far too long counts as empty."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0].strip() for name, values in fields.items()}


def _target(request: Request) -> bytes:
    """Path and query as they came."""
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return path + b"?" + query if query else path


def _customer_id(request: Request) -> int:
    """The id in the path, 0 where it is none."""
    return _number(request.path_params["id"])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else 0


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _is_local(request: Request) -> bool:
    return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
