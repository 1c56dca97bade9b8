"""The arguments of the SDK's methods, as generous as the REST's bodies (contract 5, 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from screenpop.domain.commands import DispositionChoice, Target, TargetType
from screenpop.wire.errors import InvalidInput
from screenpop.wire.rest import CallbackWish, is_masked, read_phone
from screenpop.wire.rest.callback_time import read_callback_wish
from screenpop.wire.rest.fields import UNKNOWN_CUSTOMER, FieldReader, canonical, spellings

__all__ = ["Dial", "Disposal", "Fields", "first_object", "named"]

_NAMES: Final = spellings(
    "interactionId",
    "campaignId",
    "reason",
    "on",
    "digits",
    "phone",
    "searchable",
    "customerId",
    "additionalParams",
    "dispositionCode",
    "dispositionCodeId",
    "notes",
)


def named(args: Sequence[Any], *names: str) -> Mapping[str, Any]:
    """Return positional arguments by their names; what is left out is missing."""
    return dict(zip(names, args, strict=False))


def first_object(args: Sequence[Any]) -> Mapping[str, Any]:
    """Return the one object that a method takes.

    :raises InvalidInput: it is none.
    """
    if args and isinstance(args[0], dict):
        return args[0]
    raise InvalidInput(
        "The first argument must be an object.",
        hint='Give one object with named fields, as {"phone": "8447380993"}.',
    )


class Fields:
    """Reads named arguments, and gathers what makes two commands the same."""

    __slots__ = ("_read", "_reader", "_values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Read ``values``; what they lack or have wrong is raised by :meth:`command`."""
        self._values = values
        self._reader = FieldReader(values, _NAMES)
        self._read: dict[str, object] = {}

    def _keep(self, name: str, value: Any) -> Any:  # noqa: ANN401
        self._read[name] = value
        return value

    def text(self, name: str, *, required: bool = True) -> str:
        """Read a text, or a number as its text."""
        text: str = self._keep(name, self._reader.text(name, required=required, number=True))
        return text

    def call(self, *, required: bool = True) -> str | None:
        """Read ``interactionId``, which may be a ``crtObjectId`` as well."""
        return self.text("interactionId", required=required) or None

    def number(self, name: str, *, required: bool = False) -> int | None:
        """Read an integer, also from text."""
        reader = self._reader
        value: int | None = self._keep(
            name, reader.integer(name) if required else reader.optional_integer(name)
        )
        return value

    def truth(self, name: str) -> bool:
        """Read a boolean."""
        truth: bool = self._keep(name, self._reader.boolean(name))
        return truth

    def disposal(self) -> Disposal:
        """Read which code finishes the call, with notes and callback."""
        code_id = self.number("dispositionCodeId")
        name = self.text("dispositionCode", required=False)
        if code_id is None and not name:
            self._reader.note_missing("dispositionCode")
        notes = self.text("notes", required=False)
        callback = read_callback_wish(self._values)
        self._keep("callback", (callback.time, callback.self_callback))
        return Disposal(code_id, name or None, notes, callback)

    def dial(self) -> Dial:
        """Read what is to be dialled."""
        sent = self.text("phone")
        read = read_phone(sent)
        # A masked number passes as it is: the customer that it belongs to has the real one.
        phone = sent if read is None and is_masked(sent) else read or ""
        searchable = self.text("searchable", required=False)
        customer: int = self._keep("customerId", self._reader.customer_id())
        further: Mapping[str, Any] = self._keep(
            "additionalParams", self._reader.mapping("additionalParams")
        )
        campaign = self.number("campaignId")
        return Dial(
            phone=phone,
            searchable=read_phone(searchable) or searchable or phone,
            campaign_id=campaign,
            customer_id=None if customer == UNKNOWN_CUSTOMER else customer,
            additional_params=further,
        )

    def target(self) -> Target:
        """Read whom a call is given to: ``{type, id, consult?}``."""
        value = self._values.get("target")
        if not isinstance(value, dict):
            self._reader.note_missing("target")
            return Target(TargetType.USER, "")
        try:
            kind = TargetType(str(value.get("type")))
        except ValueError:
            self._reader.note("target", "target.type must be user, phone, queue or campaign")
            return Target(TargetType.USER, "")
        given = value.get("id")
        if isinstance(given, bool) or not isinstance(given, str | int) or not str(given).strip():
            self._reader.note("target", "target.id must say whom")
            return Target(kind, "")
        wanted = str(given).strip()
        if kind is TargetType.PHONE:
            wanted = read_phone(wanted) or ""
        target = Target(kind, wanted, value.get("consult") is True)
        self._keep("target", (kind.value, target.target_id, target.consult))
        return target

    def command(self) -> str:
        """Return the stable text of what was read, equal for equal commands.

        :raises InvalidInput: something is missing or ill-typed.
        """
        self._reader.finish()
        return canonical(**self._read)


@dataclass(frozen=True, slots=True)
class Disposal:
    """A code by id or by label, with notes and the wish for a callback."""

    code_id: int | None
    code: str | None
    notes: str
    callback: CallbackWish

    def choice(self, callback_time: int | None) -> DispositionChoice:
        """Return the choice; ``callback_time`` in epoch milliseconds."""
        return DispositionChoice(
            disposition_code_id=self.code_id,
            disposition_code=self.code,
            notes=self.notes,
            callback_time=callback_time,
            self_callback=self.callback.self_callback,
        )


@dataclass(frozen=True, slots=True)
class Dial:
    """A number to dial, empty where it cannot be dialled, with what belongs to it."""

    phone: str
    searchable: str
    campaign_id: int | None
    customer_id: int | None
    additional_params: Mapping[str, Any]
