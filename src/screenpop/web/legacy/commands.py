"""The command servlet /ameyowebaccess/command (contract 5.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from screenpop.domain.commands import Acting, DialNumber, Login, Logout, RequestKey
from screenpop.domain.errors import (
    AccessDeniedError,
    DomainError,
    NotAuthenticatedError,
    SessionInvalidError,
)
from screenpop.domain.results import Outcome
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader
from screenpop.services import acting as acting_service
from screenpop.services import dialling, sessions
from screenpop.services.core import Core
from screenpop.web import voice_translate as translate
from screenpop.web.envelope import Reply, json_reply, key_reply
from screenpop.web.legacy.request import OlderRequest, acting_for
from screenpop.web.legacy.telling import NoRecordingError, PostOnlyError, as_object
from screenpop.web.limits import RestLimits
from screenpop.web.login_check import BeginSession, LoginCheck
from screenpop.wire.errors import InvalidInput
from screenpop.wire.ids import own_seat
from screenpop.wire.legacy import (
    login_reply,
    ping_reply,
    read_lenient_object,
    read_login,
    read_manual_dial,
    read_voice_log,
)
from screenpop.wire.rest import echoed_request_id, replies

__all__ = ["CommandServlet"]

_REPLAYED: Final = ((b"idempotent-replayed", b"true"),)
_DIAL_KEYS: Final = "command/manual-dial"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A command as it came: `data`, and the session value beside or within it."""

    method: str
    address: str
    data: Mapping[str, Any]
    session: object
    request_id: str | None


class CommandServlet:
    """Answers `?command=…&data=…`, in the query of a GET or the form of a POST."""

    def __init__(
        self,
        core: Core,
        logins: LoginCheck,
        limits: RestLimits,
        begin_session: BeginSession | None = None,
    ) -> None:
        self._core = core
        self._logins = logins
        self._limits = limits
        self._begin_session = begin_session or self._begin_alone
        self._commands: dict[str, Callable[[_Sent], Awaitable[Reply]]] = {
            "manual-dial": self._manual_dial,
            "login": self._login,
            "force-login": self._force_login,
            "logout": self._logout,
            "ping-session": self._ping_session,
            "downloadvoicelog": self._download_voice_log,
        }

    async def answer(self, request: OlderRequest) -> Reply:
        """Run the command that the request names; an unknown one is the envelope's 404."""
        name = request.values.get("command", "").strip().lower()
        if not name:
            raise InvalidInput(
                "parameter expected in input: command",
                hint=f"Send command, one of {', '.join(self._commands)}.",
                details=["command"],
            )
        run = self._commands.get(name)
        if run is None:
            return key_reply("requested.resource.not.found")
        request_id = None
        try:
            data = read_lenient_object(request.values.get("data", "{}"))
            request_id = echoed_request_id(data)
            own = next((data[key] for key in data if key.lower() == "sessionid"), None)
            session = own or request.values.get("sessionid", request.header_session)
            sent = _Sent(request.method, request.address, data, session, request_id)
            return await run(sent)
        except Exception as error:  # noqa: BLE001  # every failure has the servlet's form
            return as_object(error, request_id)

    async def _manual_dial(self, sent: _Sent) -> Reply:
        acting = acting_for(sent.session)
        key = (acting.session_id, _DIAL_KEYS, sent.request_id) if sent.request_id else None
        admission = self._limits.admit(acting.session_id, key, dial=True)
        bound = replayed = False
        try:
            outcome, request = await self._dial(acting, sent)
            bound, replayed = request is not None, outcome.replayed
        finally:
            admission.settle(bound=bound, replayed=replayed)
        headers = _REPLAYED if replayed else ()
        return json_reply(translate.dial_reply(outcome.result), headers=headers)

    async def _dial(self, acting: Acting, sent: _Sent) -> tuple[Outcome, RequestKey | None]:
        try:
            body = read_manual_dial(sent.data)
        except InvalidInput:
            await self._core.read(lambda reader: acting_service.act(reader, acting))
            raise
        request = translate.key_of(_DIAL_KEYS, body)
        seat = own_seat(body.user_crt_object_id) if body.user_crt_object_id else None
        command: DialNumber = replace(translate.dial_command(acting, body, request), seat=seat)
        try:
            outcome = await self._core.run(dialling.manual_dial, command)
        except (NotAuthenticatedError, SessionInvalidError, AccessDeniedError):
            raise
        except DomainError:
            self._core.seen(acting.session_id or "")
            raise
        self._core.seen(acting.session_id or "")
        return outcome, request

    async def _login(self, sent: _Sent) -> Reply:
        return await self._log_in(sent, force=False)

    async def _force_login(self, sent: _Sent) -> Reply:
        return await self._log_in(sent, force=True)

    async def _log_in(self, sent: _Sent, *, force: bool) -> Reply:
        if sent.method != "POST":
            raise PostOnlyError
        # 429 comes before what is wrong with the fields: whatever names a user counts.
        named = next((sent.data[key] for key in sent.data if key.lower() == "userid"), "")
        self._logins.admit(str(named or "").strip(), sent.address)
        body = read_login(sent.data, force=force)
        user = await self._logins.check(body.user_id, body.token, sent.address)
        login = Login(user.user_id, force, select_work=False, auto_call=True)
        session = await self._begin_session(login, body.token)
        return json_reply(
            login_reply(session.session_id, session.user_id, request_id=sent.request_id)
        )

    async def _begin_alone(self, login: Login, _password: str | None) -> AgentSession:
        return await self._core.run(sessions.login, login)

    async def _logout(self, sent: _Sent) -> Reply:
        acting = self._admitted(sent)
        await self._core.run(sessions.logout, Logout(acting))
        return json_reply(replies.success_reply(sent.request_id))

    async def _ping_session(self, sent: _Sent) -> Reply:
        acting = self._admitted(sent)
        await self._core.run(sessions.keep_alive, acting)
        return json_reply(ping_reply(self._core.now(), request_id=sent.request_id))

    async def _download_voice_log(self, sent: _Sent) -> Reply:
        """Refuse: calls are not recorded; who may not hear a call is not told that."""
        acting = self._admitted(sent)

        def look(reader: Reader) -> None:
            session = acting_service.act(reader, acting).session
            any_id, _ = read_voice_log(sent.data)
            call = reader.call(any_id)
            if call is None or not reader.association_with(session.session_id, call.crt_object_id):
                raise AccessDeniedError

        await self._core.read(look)
        raise NoRecordingError

    def _admitted(self, sent: _Sent) -> Acting:
        """Give who acts, counted for the session's rate."""
        acting = acting_for(sent.session)
        self._limits.admit(acting.session_id)
        return acting
