"""The demo's contact centre, customers and apps (contract 8).

``world.toml`` holds contact centres as any configuration file does, so the demo also shows what
one looks like; ``customers.toml`` is what a contact centre's customer data would be.
"""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from screenpop.domain.app import App, AppKind, IntegrationPoint, Placement, SessionPolicy
from screenpop.domain.configuration import Configuration
from screenpop.domain.customer import Customer
from screenpop.settings import Settings, read_configuration
from screenpop.settings.passwords import hash_of

__all__ = [
    "CALLER",
    "CONSOLE_PORT",
    "CRM_PORT",
    "DID",
    "OWN_CRM",
    "World",
    "account",
    "crm_settings",
    "demo_apps",
    "load",
    "with_own_crm",
    "with_password",
]

CONSOLE_PORT: Final = 8700
CRM_PORT: Final = 8701
_CENTER, _PROCESS = 1, 3
_ACCOUNT: Final = "demo-api"
#: Whom the demo lets call, the guide's own sample, and the number of its queue.
CALLER: Final = "8447380993"
DID: Final = "18005550172"
#: The id of the app that a programmer brings to the demo.
OWN_CRM: Final = "own-crm"


class World(NamedTuple):
    """What the demo begins with."""

    settings: Settings
    configuration: Configuration
    customers: tuple[Customer, ...]


def load(
    crm_url: str | None = None,
    *,
    crm_port: int = CRM_PORT,
    policy: SessionPolicy = SessionPolicy.NONE,
) -> World:
    """Return the demo's world.

    ``crm_url`` is where the reference CRM listens; without it the apps are there, disabled, at
    ``crm_port``. ``policy`` is its session policy (contract 4). The settings name no data folder,
    and host and port of a plain ``screenpop demo``.
    """
    apps = demo_apps(crm_url or f"http://127.0.0.1:{crm_port}", policy)
    configuration = read_configuration(_text("world.toml"), Path("world.toml"))
    return World(
        Settings(
            port=CONSOLE_PORT,
            lenient=True,
            rate_multiplier=10.0,
            simulator_survives=False,
            demo=True,
        ),
        replace(
            configuration,
            apps=tuple(replace(app, enabled=crm_url is not None) for app in apps),
        ),
        _customers(),
    )


def demo_apps(crm_url: str, policy: SessionPolicy = SessionPolicy.NONE) -> tuple[App, App]:
    """Return the apps ``Demo CRM`` and ``Knowledge base`` of a reference CRM at this base URL."""
    base = crm_url.rstrip("/")
    sso = {"sso_url": f"{base}/sso", "sso_password_free": True}
    crm = App(
        app_id="demo-crm",
        contact_center_id=_CENTER,
        process_id=_PROCESS,
        name="Demo CRM",
        urls={
            IntegrationPoint.LOGIN: f"{base}/agent",
            IntegrationPoint.CALL: f"{base}/call",
        },
        session_policy=policy,
        position=0,
        options=sso if policy is SessionPolicy.SSO else {},
    )
    knowledge_base = App(
        app_id="knowledge-base",
        contact_center_id=_CENTER,
        process_id=_PROCESS,
        name="Knowledge base",
        urls={
            IntegrationPoint.LOGIN: f"{base}/knowledge?locale={{locale}}",
            IntegrationPoint.CALL: f"{base}/knowledge?campaign={{campaignId}}&queue={{queueName}}",
        },
        kind=AppKind.PAGE,
        placement=Placement.SIDE,
        scopes=frozenset(),
        position=1,
    )
    return crm, knowledge_base


def with_own_crm(configuration: Configuration, url: str) -> Configuration:
    """Return the configuration with the app ``Your CRM``, opened at ``url`` before all others."""
    own = App(
        app_id=OWN_CRM,
        contact_center_id=_CENTER,
        process_id=_PROCESS,
        name="Your CRM",
        urls={IntegrationPoint.CALL: url},
        position=0,
    )
    others = (replace(app, position=app.position + 1) for app in configuration.apps)
    return replace(configuration, apps=(own, *others))


def account(password: str | None) -> str:
    """Return the account as ``id:secret``; ``password`` is the one given to the demo, if any."""
    return f"{_ACCOUNT}:{password or _ACCOUNT}"


def with_password(configuration: Configuration, password: str) -> Configuration:
    """Return the configuration with this password for each user and as each account's secret."""
    stored = hash_of(password)
    return replace(
        configuration,
        users=tuple(replace(user, password_hash=stored) for user in configuration.users),
        accounts=tuple(replace(one, secret_hash=stored) for one in configuration.accounts),
    )


def crm_settings(
    console: str, crm: App, users: Iterable[str], password: str | None
) -> dict[str, Any]:
    """Return what the reference CRM must be told: the fields of its `CrmSettings`.

    ``console`` is the console's origin, ``crm`` the CRM's app; without ``password`` everybody's
    is the own name, as in the world's file.
    """
    token = base64.b64encode(account(password).encode()).decode()
    login_url = urlsplit(crm.urls[IntegrationPoint.LOGIN])
    return {
        "console": console.rstrip("/"),
        "authorization": f"Basic {token}",
        "policy": crm.session_policy.value,
        "passwords": {user: password or user for user in users},
        "origin": f"{login_url.scheme}://{login_url.netloc}",
    }


def _customers() -> tuple[Customer, ...]:
    """Nobody has called yet, so all were last touched at the beginning of time."""
    return tuple(
        Customer(
            customer_id=entry["id"],
            contact_center_id=_CENTER,
            process_id=_PROCESS,
            columns={column: value for column, value in entry.items() if column != "id"},
            touched_at=0,
        )
        for entry in tomllib.loads(_text("customers.toml"))["customer"]
    )


def _text(name: str) -> str:
    return resources.files("screenpop.demo").joinpath(name).read_text("utf-8")
