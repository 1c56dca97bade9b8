"""Logging an agent in, the CRMs with single sign-on first (contract 4).

One door for every way to log in: REST, console and toolbar. A CRM that refuses, refuses the
login; nothing of ours has happened then, and the other CRMs' new sessions are ended again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

import structlog

from screenpop.adapters.crm.framing import WebOrigin
from screenpop.adapters.crm.http import CrmHttp
from screenpop.adapters.crm.sign_on_tokens import SignOnTokens
from screenpop.adapters.crm.sso import SsoAccepted, SsoRefused, SsoTarget, SsoTransport, log_in
from screenpop.domain.app import App
from screenpop.domain.commands import Login
from screenpop.domain.configuration import User
from screenpop.domain.errors import CrmRefusedLoginError, CrmSilentError, StateError
from screenpop.domain.session import AgentSession
from screenpop.domain.sign_on import CrmSession, SignedOn, SignOnNotice, apps_to_sign_on
from screenpop.services import sessions, sso
from screenpop.services.core import Core
from screenpop.wire.sso_xml import SsoLogin

__all__ = ["SignOn", "target_of"]

#: A CRM's own message is shown up to this many characters.
_LONGEST_MESSAGE: Final = 500
_BY_HAND: Final = (
    "You logged in without a password, which {name} asks for: log in there by hand. "
    "An administrator can set the app to sign on by token (sso_password_free)."
)

log = structlog.get_logger(__name__)


class SignOn:
    """Begins agent sessions, signing on to CRMs before."""

    def __init__(self, core: Core, http: CrmHttp, tokens: SignOnTokens) -> None:
        """Ask CRMs by ``http``; ``tokens`` are for those that take no password."""
        self._core = core
        self._http = http
        self._tokens = tokens

    async def begin_session(self, login: Login, password: str | None) -> AgentSession:
        """Log a user in whose password was checked; ``None``: there was none.

        A forced login signs on first and ends the other session, with its CRM sessions, after
        that: a CRM's refusal leaves the other session as it is.

        Raises:
            CrmRefusedLoginError: a CRM said no; the sentence is its own message.
            CrmSilentError: a CRM did not answer, and its app is not set to go on without it.
            DomainError: see `sessions.login`.
        """
        user = await self._core.read(lambda reader: sso.check(reader, login))
        apps = apps_to_sign_on(self._core.configuration(), user)
        if not apps:
            return await self._core.run(sessions.login, login)
        answers = await asyncio.gather(*(self._ask(app, user, password) for app in apps))
        opened = tuple(one for one in answers if isinstance(one, CrmSession))
        notices = tuple(one for one in answers if isinstance(one, SignOnNotice))
        refusal = next((one for one in answers if isinstance(one, StateError)), None)
        if refusal is not None:
            await self._abandon(user, opened)
            raise refusal
        try:
            return await self._core.run(
                sessions.login, replace(login, signed_on=SignedOn(opened, notices))
            )
        except BaseException:
            await self._abandon(user, opened)
            raise

    async def _ask(
        self, app: App, user: User, password: str | None
    ) -> CrmSession | SignOnNotice | StateError:
        target = target_of(app)
        if app.options.get("sso_password_free"):
            token = self._tokens.mint(_audience(app, target), user.user_id)
            request = SsoLogin(user.user_id, token=token)
        elif password is None:
            return SignOnNotice(app.app_id, _BY_HAND.format(name=app.name))
        else:
            request = SsoLogin(user.user_id, password=password)
        outcome = await log_in(self._http, target, request)
        if isinstance(outcome, SsoAccepted):
            return CrmSession(app.app_id, outcome.crm_session_id)
        if isinstance(outcome, SsoRefused):
            log.warning("sso.refused", app_id=app.app_id)
            return CrmRefusedLoginError(outcome.message[:_LONGEST_MESSAGE], app_id=app.app_id)
        log.warning("sso.no.answer", app_id=app.app_id, reason=outcome.reason)
        sentence = f"The CRM did not answer ({app.name}). {outcome.reason}"
        if app.options.get("sso_optional"):
            return SignOnNotice(app.app_id, sentence)
        return CrmSilentError(sentence, app_id=app.app_id)

    async def _abandon(self, user: User, opened: Sequence[CrmSession]) -> None:
        if opened:
            await self._core.run(sso.abandon, sso.Unused(user.contact_center_id, opened))


def target_of(app: App) -> SsoTarget:
    """Return where and how an app's CRM is asked."""
    transport = cast("SsoTransport", app.options.get("sso_transport", "form"))
    return SsoTarget(str(app.options.get("sso_url", "")), transport)


def _audience(app: App, target: SsoTarget) -> list[str]:
    """Return the origins by which the CRM may know itself: who is asked, and the app's pages."""
    urls = [target.url, *app.origins, *app.urls.values()]
    return list(dict.fromkeys(str(WebOrigin.of(url)) for url in urls))
