"""A session's life by REST: log in, log out, keep alive, renew the token (contract 5)."""

from __future__ import annotations

from screenpop.domain.commands import Login, Logout
from screenpop.domain.errors import SessionInvalidError
from screenpop.domain.session import AgentSession
from screenpop.services import acting as acting_service
from screenpop.services import sessions
from screenpop.services.core import Core
from screenpop.web.envelope import Reply, json_reply
from screenpop.web.limits import RestLimits
from screenpop.web.login_check import BeginSession, LoginCheck
from screenpop.web.tokens import AgentTokens
from screenpop.web.voice_acting import Actors
from screenpop.web.voice_request import VoiceRequest
from screenpop.wire.rest import read_login, replies

__all__ = ["SessionCalls"]


class SessionCalls:
    """The calls under userLogin and session."""

    def __init__(
        self,
        core: Core,
        actors: Actors,
        limits: RestLimits,
        logins: LoginCheck,
        tokens: AgentTokens,
        begin_session: BeginSession | None = None,
    ) -> None:
        self._core = core
        self._actors = actors
        self._limits = limits
        self._logins = logins
        self._tokens = tokens
        self._begin_session = begin_session or self._begin_alone

    async def login(self, request: VoiceRequest) -> Reply:
        """Answer userLogin/login."""
        session = await self._login(request)
        jwt, expires = self._tokens.mint(
            session.user_id, session.session_id, session.contact_center_id
        )
        facts = replies.LoginFacts(
            contact_center_id=session.contact_center_id,
            user_id=session.user_id,
            user_name=session.user_name,
            user_type=session.user_type,
            session_id=session.session_id,
            login_time=session.created_at,
            jwt=jwt,
            jwt_expires=expires,
        )
        return json_reply(replies.login_reply(facts, request_id=request.request_id))

    async def user_login(self, request: VoiceRequest) -> Reply:
        """Answer session/userLogin."""
        session = await self._login(request)
        return json_reply(replies.session_reply(session.session_id))

    async def user_logout(self, request: VoiceRequest) -> Reply:
        """Answer session/userLogout."""
        acting = await self._actors.admitted(request, self._limits)
        await self._core.run(sessions.logout, Logout(acting))
        return json_reply(replies.success_reply(request.request_id))

    async def keep_alive(self, request: VoiceRequest) -> Reply:
        """Answer session/keepAliveWithPingPush."""
        acting = await self._actors.admitted(request, self._limits)
        await self._core.run(sessions.keep_alive, acting)
        return json_reply(replies.success_reply(request.request_id))

    async def refresh_token(self, request: VoiceRequest) -> Reply:
        """Answer session/refreshToken: a new token for the asking session, and no other."""
        acting = await self._actors.admitted(request, self._limits)
        actor = await self._core.read(lambda reader: acting_service.act(reader, acting))
        session = actor.session
        if acting.session_id is None:
            raise SessionInvalidError
        jwt, _ = self._tokens.mint(session.user_id, acting.session_id, session.contact_center_id)
        return json_reply(replies.refresh_token_reply(jwt))

    async def _login(self, request: VoiceRequest) -> AgentSession:
        # 429 comes before 400: whatever names a user counts.
        self._logins.admit(str(request.value("userId") or "").strip(), request.address)
        if request.unreadable is not None:
            raise request.unreadable
        body = read_login(request.values)
        user = await self._logins.check(body.user_id, body.token, request.address)
        login = Login(user.user_id, body.force_login, select_work=False, auto_call=True)
        return await self._begin_session(login, body.token)

    async def _begin_alone(self, login: Login, _password: str | None) -> AgentSession:
        return await self._core.run(sessions.login, login)
