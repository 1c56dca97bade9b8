"""Sessions that CRMs opened for an agent by single sign-on (contract 4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from screenpop.domain.app import App, SessionPolicy
from screenpop.domain.configuration import Configuration, User
from screenpop.domain.pop import serves

__all__ = [
    "NOT_ASKED",
    "CrmSession",
    "SignOff",
    "SignOnNotice",
    "SignedOn",
    "apps_to_sign_on",
]


@dataclass(frozen=True, slots=True)
class CrmSession:
    """What one app's CRM gave for this login."""

    app_id: str
    #: A secret of the CRM's: it stands in URLs of this app, and in no log.
    crm_session_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignOnNotice:
    """Why an app is opened without a ``crmSessionId``; the agent is told."""

    app_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SignedOn:
    """What all CRMs of a login answered."""

    crm_sessions: tuple[CrmSession, ...] = ()
    notices: tuple[SignOnNotice, ...] = ()


#: No app of the login has single sign-on.
NOT_ASKED = SignedOn()


@dataclass(frozen=True, slots=True)
class SignOff:
    """A CRM's session that is over, of which the CRM is still to be told."""

    sign_off_id: int
    app_id: str
    crm_session_id: str = field(repr=False)


def apps_to_sign_on(configuration: Configuration, user: User) -> list[App]:
    """Return the apps whose CRM is asked when ``user`` logs in, in the administrator's order."""
    found = [
        app
        for app in configuration.apps
        if app.enabled
        and app.session_policy is SessionPolicy.SSO
        and app.process_id == user.process_id
        and serves(app, user.campaign_ids, configuration)
    ]
    return sorted(found, key=lambda app: app.position)
