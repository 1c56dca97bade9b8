"""Asterisk's own configuration, written out complete for screenpop (``files/``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template
from typing import Final

__all__ = ["FILES", "AsteriskPlan", "UnfitValueError", "asterisk_files"]

#: The files that are written, in the order in which they are best read.
FILES: Final = (
    "http.conf",
    "ari.conf",
    "pjsip.conf",
    "extensions.conf",
    "rtp.conf",
    "musiconhold.conf",
)


_UNFIT: Final = re.compile(r"""[\s;\[\]=(){},$"'\\]|[^\x20-\x7e]""")


class _File(Template):
    """A file with ``%{name}`` where a value goes: Asterisk itself writes ``${NAME}``."""

    delimiter = "%"


class UnfitValueError(ValueError):
    """A value would mean something else in Asterisk's files."""

    def __init__(self, name: str) -> None:
        """``name`` is what it was meant for."""
        super().__init__(
            f"The value for {name} cannot stand in Asterisk's files. "
            "Use no blank, no quote, and none of ; [ ] = ( ) , $ { }."
        )
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskPlan:
    """What differs between one Asterisk and another."""

    #: The secret of screenpop's ARI user.
    secret: str = field(repr=False)
    user: str = "screenpop"
    #: Name of the Stasis application, and of the user's rights in the dialplan.
    app: str = "screenpop"
    http_host: str = "127.0.0.1"
    http_port: int = 8088
    #: Address and port of SIP over UDP.
    sip_bind: str = "0.0.0.0:5060"
    #: Name of the trunk's endpoint.
    trunk: str = "trunk"
    #: The provider's SIP server.
    trunk_host: str = "sip.provider.example"
    #: Networks or names, between commas, from which the provider calls; empty: its SIP server.
    trunk_match: str = ""
    #: Name and secret at the provider; empty for one that knows us by our address.
    trunk_user: str = ""
    trunk_secret: str = field(default="", repr=False)
    #: Seconds between two questions whether the provider is there; 0 asks never.
    trunk_qualify: int = 60
    #: The agents' telephones, each with its secret.
    telephones: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Number that is called for a caller whom screenpop does not take; empty: none.
    fallback: str = ""
    #: Seconds for which such a caller is kept.
    away: int = 60
    #: Folder with the music for held parties; a relative one is in Asterisk's data folder.
    music: str = "moh"
    rtp_start: int = 10000
    rtp_end: int = 20000


def asterisk_files(plan: AsteriskPlan) -> dict[str, str]:
    """Return the text of every file, by its name in Asterisk's folder.

    :raises UnfitValueError: a value would mean something else there.
    """
    telephones = [*plan.telephones, *plan.telephones.values()]
    given = {name: getattr(plan, name) for name in AsteriskPlan.__slots__}
    given = {name: str(v) for name, v in given.items() if name != "trunk_match"} | {
        "telephones": "".join(telephones),
        "trunk_match": plan.trunk_match.replace(",", ""),
    }
    for name, value in given.items():
        if _UNFIT.search(value):
            raise UnfitValueError(name.replace("_", " "))
    values = {
        name: getattr(plan, name) for name in AsteriskPlan.__slots__ if name != "telephones"
    } | {
        "trunk_match": plan.trunk_match or plan.trunk_host.partition(":")[0],
        # A line that is not needed stays, as a comment.
        "trunk_auth": "" if plan.trunk_user else ";",
        "agents": "".join(_telephone(*telephone) for telephone in plan.telephones.items()),
    }
    folder = files("screenpop.adapters.telephony.asterisk") / "files"
    return {name: _File((folder / name).read_text("utf-8")).substitute(values) for name in FILES}


def _telephone(name: str, secret: str) -> str:
    return "\n".join(
        (
            "",
            f"[{name}](agent)",
            f"auth = {name}",
            f"aors = {name}",
            f"[{name}](agent-place)",
            f"[{name}](agent-login)",
            f"username = {name}",
            f"password = {secret}",
            "",
        )
    )
