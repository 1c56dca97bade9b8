"""Who asks our own API: a session, or an account for its contact centre (contract 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import Request

from screenpop.domain.app import App, Scope
from screenpop.domain.commands import Acting
from screenpop.domain.errors import NotAuthenticatedError
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader
from screenpop.services.acting import act
from screenpop.services.core import Core
from screenpop.web.console_login import ConsoleLogins
from screenpop.web.limits import RestLimits
from screenpop.web.voice_acting import Actors
from screenpop.web.voice_request import VoiceRequest, read_body, read_request

__all__ = ["Access", "Asker"]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks.  Without a session it is an account, and sees its contact centre."""

    contact_center_id: int
    session: AgentSession | None
    app: App | None = None


class Access:
    """Reads credentials in the forms and modes of the voice REST, and the console's cookie."""

    def __init__(
        self, core: Core, actors: Actors, limits: RestLimits, logins: ConsoleLogins
    ) -> None:
        """Find sessions in ``core``; ``actors`` reads and verifies credentials."""
        self._core = core
        self._logins = logins
        self._actors = actors
        self._limits = limits

    async def request(self, request: Request) -> VoiceRequest:
        """Return the request taken apart; its JSON body, or its query on a GET.

        :raises InvalidInput: the body is too large, or is no JSON object.
        :raises NotAuthenticatedError: it names a console's login that is over.
        :raises AccessDeniedError: a change by a console's cookie that no page of ours asks for.
        """
        console = self._logins.token_of(request)
        body = await read_body(request.scope, request.receive)
        taken = read_request(request.scope, body, may_be_empty=True)
        if taken.unreadable is not None:
            raise taken.unreadable
        if console is not None:
            return replace(taken, authorization=f"Bearer {console}", header_session=None)
        return taken

    async def acting(self, taken: VoiceRequest) -> Acting:
        """Return who acts for a session; whether it may is the use case's to say.

        :raises TooManyRequestsError: the session or account asks too often.
        """
        return await self._actors.admitted(taken, self._limits)

    async def asker(self, request: Request, scope: Scope = Scope.INTERACTION_READ) -> Asker:
        """Return who reads.

        :raises NotAuthenticatedError: no credential is enough.
        :raises SessionInvalidError: a session was named that is unknown or over.
        :raises AccessDeniedError: account and session do not belong together, or the app's
            scope is not granted.
        """
        taken = await self.request(request)
        acting = await self.acting(taken)
        if acting.session_id is None and not acting.account_refused and acting.account_id:
            if acting.account_contact_center_id is None:
                raise NotAuthenticatedError
            return Asker(acting.account_contact_center_id, None)

        def look(reader: Reader) -> Asker:
            actor = act(reader, acting, scope)
            return Asker(actor.session.contact_center_id, actor.session, actor.app)

        asker = await self._core.read(look)
        if asker.session is not None:
            self._core.seen(asker.session.session_id)
        return asker
