"""What use cases answer, kept as the idempotent result of a command (contract 5)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CallResult", "Outcome"]


@dataclass(frozen=True, slots=True)
class CallResult:
    """The call a command made or touched; fields that a command does not have are ``None``."""

    crt_object_id: str
    interaction_id: str
    #: The ``userCrtObjectId`` as the asker knows it.
    seat: str
    campaign_id: int
    request_id: str | None = None
    phone: str | None = None
    customer_id: int | None = None
    disposition_code_id: int | None = None
    disposition_code: str | None = None
    disposed_crt_object_id: str | None = None
    callback_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A command's result, and whether it was given before."""

    result: CallResult
    #: The first reply's form, see :class:`~screenpop.domain.commands.ReplyForm`.
    form: str
    replayed: bool
