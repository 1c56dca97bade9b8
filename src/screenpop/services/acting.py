"""Who acts: from what the edge read to a live session (contract 5, credentials)."""

from __future__ import annotations

from dataclasses import dataclass

from screenpop.domain.app import App, Scope
from screenpop.domain.commands import Acting
from screenpop.domain.errors import AccessDeniedError, NotAuthenticatedError, SessionInvalidError
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader

__all__ = ["Actor", "act", "require_campaign", "require_seat"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The session that acts, and the app in whose name, if any."""

    session: AgentSession
    app: App | None
    #: The seat as whoever acts knows it: the session's own, or the one minted for the app.
    seat: str

    @property
    def by_crm(self) -> bool:
        """An app acts, not the agent's own console."""
        return self.app is not None


def act(tx: Reader, acting: Acting, scope: Scope | None = None) -> Actor:
    """Return who acts, by the table of contract 5.

    :raises NotAuthenticatedError: no credential is enough.
    :raises SessionInvalidError: the session is missing, unknown or over.
    :raises AccessDeniedError: the account is another contact centre's, the token another
        agent's, or the app that the id was minted for lacks ``scope``.
    """
    if acting.account_refused or not (acting.account_valid or acting.session_suffices):
        raise NotAuthenticatedError
    if acting.conflicting:
        raise SessionInvalidError("Header and body name two different sessions.")
    if acting.session_id is None:
        if acting.account_valid:
            raise SessionInvalidError
        raise NotAuthenticatedError
    found = tx.find_session(acting.session_id)
    if found is None or found.session.ended_at is not None:
        raise SessionInvalidError
    session = found.session
    _check_account(acting, session)
    app, seat = None, session.seat
    if found.app_id is not None:
        app = tx.configuration.app_by_id.get(found.app_id)
        if app is None or not app.enabled:
            raise SessionInvalidError("The app that this sessionId was made for is gone.")
        if scope is not None and scope not in app.scopes:
            raise AccessDeniedError(f"The app {app.name!r} was not granted {scope.value}.")
        mine = tx.app_session(session.session_id, app.app_id)
        if mine is None or mine.minted_seat is None:
            raise SessionInvalidError
        seat = mine.minted_seat
    return Actor(session, app, seat)


def _check_account(acting: Acting, session: AgentSession) -> None:
    other_centre = (
        acting.account_id is not None
        and acting.account_contact_center_id != session.contact_center_id
    )
    other_agent = acting.token_user_id is not None and acting.token_user_id != session.user_id
    if other_centre or other_agent:
        raise AccessDeniedError


def require_seat(tx: Reader, actor: Actor, seat: str | None) -> str:
    """Return the seat, which must be one that this session ever had; default: the actor's.

    :raises AccessDeniedError: it is another session's, or unknown.
    """
    if seat is None:
        return actor.seat
    if not tx.has_seat(actor.session.session_id, seat):
        raise AccessDeniedError("This userCrtObjectId is not a seat of this session.")
    return seat


def require_campaign(session: AgentSession, campaign_id: int | None) -> None:
    """Check that the campaign, if one is named, is of this login.

    :raises AccessDeniedError: it is not, or there is no such campaign.
    """
    if campaign_id is not None and campaign_id not in session.campaign_ids:
        raise AccessDeniedError(f"Campaign {campaign_id} is not one of this login's.")
