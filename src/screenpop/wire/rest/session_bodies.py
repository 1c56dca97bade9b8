"""The inputs of the session's-life calls and of the lists (contract 5, "A session's life")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .fields import FieldReader, spellings

_LOGIN: Final = spellings("userId", "token", "forceLogin", "requestId")
_CAMPAIGN: Final = {"campaignid": "campaignId", "campaigncontextid": "campaignContextId"}


@dataclass(frozen=True, slots=True)
class LoginBody:
    """What `userLogin/login` and `session/userLogin` ask for; `token` is the password."""

    user_id: str
    token: str
    force_login: bool
    request_id: str | None

    def __repr__(self) -> str:
        """Leave the password out: a body may be printed by a test or a debugger."""
        return f"LoginBody(user_id={self.user_id!r}, force_login={self.force_login})"


def read_login(body: Mapping[str, Any]) -> LoginBody:
    """Read a login; a userId and a password of digits may be numbers.

    The password is taken as it was sent, spaces included, unless it is blank.
    """
    fields = FieldReader(body, _LOGIN)
    user = fields.text("userId", number=True)
    token = fields.text("token", number=True)
    force = fields.boolean("forceLogin", required=False)
    request = fields.request_id(required=False)
    fields.finish()
    raw = body.get("token")
    return LoginBody(user, raw if isinstance(raw, str) else token, force, request)


def read_campaign_query(query: Mapping[str, Any], name: str) -> int:
    """Read the campaign of a list call from the query; `name` is the contract's parameter.

    `campaignId` and `campaignContextId` are both taken. Raises `InvalidInput` if it is missing
    or no number.
    """
    fields = FieldReader(query, _CAMPAIGN)
    other = "campaignContextId" if name == "campaignId" else "campaignId"
    given = fields.optional_integer(other)
    campaign = fields.integer(name) if given is None else given
    fields.finish()
    return campaign
