"""Settings of the installation: addresses, data, credentials mode, line, logs.

They stand in ``[server]``, ``[telephony]`` and ``[log]``; an environment variable such as
``SCREENPOP_SERVER__PORT`` goes before the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

__all__ = [
    "ENVIRONMENT_PREFIX",
    "AsteriskSettings",
    "InstallationSections",
    "LogForm",
    "LogLevel",
    "ReplyForm",
    "Settings",
    "TelephonyKind",
]

ENVIRONMENT_PREFIX = "SCREENPOP_"
#: A name that can stand in Asterisk's dial strings and in addresses.
_NAME: Final = r"^[A-Za-z0-9_.-]+$"


class CredentialsMode(StrEnum):
    """Whether a session alone is a credential for the voice REST (contract 5)."""

    STRICT = "strict"
    LENIENT = "lenient"


class ReplyForm(StrEnum):
    """How ``disposeAndManualDial`` answers: by the request, or always one form (contract 5)."""

    AUTO = "auto"
    JSON = "json"
    OK = "ok"


class TelephonyKind(StrEnum):
    """Which line the installation has."""

    SIMULATOR = "simulator"
    ASTERISK = "asterisk"


class LogForm(StrEnum):
    """How a log line looks."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The least weight of what is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSettings:
    """Where Asterisk is, who we are there, and how it calls numbers."""

    #: Address of its REST interface, without a path.
    url: str
    user: str
    secret: str = field(repr=False)
    #: Name of the Stasis application.
    app: str
    #: The PJSIP endpoint of the trunk.
    trunk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What ``bootstrap`` needs to know besides the contact centres."""

    #: ``None``: a temporary folder, removed at the end.
    data_folder: Path | None = None
    #: URL of a PostgreSQL database that nodes share; empty: a file in the data folder.
    database: str = ""
    host: str = "127.0.0.1"
    #: 0 takes a free port.
    port: int = 8700
    #: Origins by which browsers reach us; the first is the one others are redirected to.
    #: Empty: ``http://localhost:<port>`` on loopback, else ``http://<host>:<port>``.
    public_urls: tuple[str, ...] = ()
    #: Networks (CIDR) whose ``X-Forwarded-*`` headers are believed.
    trusted_proxies: tuple[str, ...] = ()
    lenient: bool = False
    dispose_and_dial_form: ReplyForm = ReplyForm.AUTO
    rate_multiplier: float = 1.0
    #: The number behind the ``d`` of every id (contract 2).
    node: int = 1
    #: Requests to CRMs in private address ranges are allowed (contract 4.1).
    private_crm_addresses_allowed: bool = True
    telephony: TelephonyKind = TelephonyKind.SIMULATOR
    #: Set for ``TelephonyKind.ASTERISK``.
    asterisk: AsteriskSettings | None = None
    sim_speed: float = 1.0
    #: The simulated network outlives the server, so that calls go on over a restart.
    simulator_survives: bool = True
    log_level: LogLevel = LogLevel.INFO
    log_form: LogForm = LogForm.CONSOLE
    #: The demo: its page, its panel, its logins with auto-call off (contract 8).
    demo: bool = False


def _as_list(value: object) -> object:
    """An environment variable is one text; several values stand between commas."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _origin(text: str) -> str:
    """Return a public URL as ``window.location.origin`` writes it."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    whole = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not whole:
        raise ValueError(
            "it is no origin; Write scheme, host and port only, such as https://calls.example.com"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, default} else "")


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        raise ValueError(
            "it is no address; Write an address or network such as 10.0.0.0/8"
        ) from None


def _database(text: str) -> str:
    if text and not text.startswith("postgresql://"):
        raise ValueError("it is no PostgreSQL URL; Write postgresql://user@host/database")
    return text


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSection(_Section):
    """``[server]``."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8700, ge=0, le=65535)
    public_urls: Annotated[
        tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_as_list)
    ] = ()
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode, BeforeValidator(_as_list)
    ] = ()
    data_folder: Path = Path("data")
    database: Annotated[str, AfterValidator(_database)] = ""
    credentials: CredentialsMode = CredentialsMode.STRICT
    dispose_and_dial_reply: ReplyForm = ReplyForm.AUTO
    rate_multiplier: float = Field(default=1.0, gt=0, le=1000)
    node: int = Field(default=1, ge=0, le=9999)
    private_crm_addresses_allowed: bool = True


class TelephonySection(_Section):
    """``[telephony]``."""

    kind: TelephonyKind = TelephonyKind.SIMULATOR
    simulator_speed: float = Field(default=1.0, gt=0, le=1000)
    simulator_survives: bool = True
    url: Annotated[str, AfterValidator(_origin)] = "http://127.0.0.1:8088"
    user: str = Field(default="screenpop", min_length=1)
    secret: str = Field(default="", repr=False)
    app: str = Field(default="screenpop", pattern=_NAME)
    trunk: str = Field(default="trunk", pattern=_NAME)

    @model_validator(mode="after")
    def _secret_is_there(self) -> Self:
        if self.kind is TelephonyKind.ASTERISK and not self.secret:
            raise ValueError(
                "kind is asterisk and secret is missing; Write the password that Asterisk's "
                "ari.conf has for this user, or set SCREENPOP_TELEPHONY__SECRET"
            )
        return self

    def asterisk(self) -> AsteriskSettings | None:
        """Return what concerns Asterisk, if that is the line."""
        if self.kind is not TelephonyKind.ASTERISK:
            return None
        return AsteriskSettings(
            url=self.url, user=self.user, secret=self.secret, app=self.app, trunk=self.trunk
        )


class LogSection(_Section):
    """``[log]``."""

    level: LogLevel = LogLevel.INFO
    form: LogForm = LogForm.CONSOLE


class InstallationSections(BaseSettings):
    """The sections, from the file and, before it, from the environment."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    server: ServerSection = ServerSection()
    telephony: TelephonySection = TelephonySection()
    log: LogSection = LogSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  Pydantic names it
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  Pydantic names it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  Pydantic names it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before the file; ask nothing else."""
        return env_settings, init_settings

    def settings(self, folder: Path) -> Settings:
        """Return them flat; ``folder`` is where a relative data folder begins."""
        server, telephony = self.server, self.telephony
        return Settings(
            data_folder=folder / server.data_folder.expanduser(),
            database=server.database,
            host=server.host,
            port=server.port,
            public_urls=server.public_urls,
            trusted_proxies=server.trusted_proxies,
            lenient=server.credentials is CredentialsMode.LENIENT,
            dispose_and_dial_form=server.dispose_and_dial_reply,
            rate_multiplier=server.rate_multiplier,
            node=server.node,
            private_crm_addresses_allowed=server.private_crm_addresses_allowed,
            telephony=telephony.kind,
            asterisk=telephony.asterisk(),
            sim_speed=telephony.simulator_speed,
            simulator_survives=telephony.simulator_survives,
            log_level=self.log.level,
            log_form=self.log.form,
        )
