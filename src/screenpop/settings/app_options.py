"""``[app.options]``: what is rarely set for an app (contract 3, 3.4, 3.5, 3.6, 4).

Only options that are written reach ``App.options``; whoever reads one there has its default.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from screenpop.wire.urls import DEFAULT_QUERY_LIMIT, HIGHEST_QUERY_LIMIT

__all__ = ["AppOptionsTable", "FrameEnd", "SsoTransport"]


class FrameEnd(StrEnum):
    """When the frame of a disposed interaction goes (contract 3.6)."""

    SOON = "soon"
    AT_ONCE = "at-once"
    BY_AGENT = "by-agent"


class SsoTransport(StrEnum):
    """How the server asks the CRM for a session (contract 4)."""

    FORM = "form"
    XML = "xml"
    JSON = "json"


Name = Annotated[str, Field(min_length=1)]


class AppOptionsTable(BaseModel):
    """``[app.options]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: Whether the standard parameters are sent; without it kind ``crm`` gets them, ``page`` not.
    standard_set: bool | None = None
    #: Standard parameters that are not sent.
    switched_off: tuple[Name, ...] = ()
    #: ``sessionId`` on the login URL as ``Bearer <JWT>``.
    bearer_session: bool = False
    #: Bytes of query within which ``customerInfo`` has to fit.
    query_limit: int = Field(
        default=DEFAULT_QUERY_LIMIT, ge=DEFAULT_QUERY_LIMIT, le=HIGHEST_QUERY_LIMIT
    )
    #: Customer columns that the agent-level dispose push carries.
    dispose_columns: tuple[Name, ...] = ()
    #: The real number in spite of masking.
    original_phone: bool = False
    #: Permissions of the frame besides ``clipboard-write``.
    allow: tuple[Name, ...] = ()
    #: ``sandbox`` with everything but ``allow-top-navigation``.
    sandbox: bool = False
    frame_end: FrameEnd = FrameEnd.SOON
    sso_url: str = ""
    sso_transport: SsoTransport = SsoTransport.FORM
    #: A signed token instead of the agent's password.
    sso_password_free: bool = False
    #: A CRM that does not answer does not refuse the login.
    sso_optional: bool = False

    def written(self) -> dict[str, object]:
        """Return the options that stand in the file, as plain values."""
        return self.model_dump(mode="json", exclude_unset=True)
