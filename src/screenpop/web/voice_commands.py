"""The commands of the voice REST as data: how each is decoded, run and told (contract 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from screenpop.domain.commands import Acting, ReplyForm, RequestKey, TargetType
from screenpop.domain.results import CallResult, Outcome
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction
from screenpop.services import call_control, callbacks, dialling, disposing, holding, transferring
from screenpop.web import voice_translate as translate
from screenpop.wire.rest import (
    CallbackWish,
    CallBody,
    DisposeAndManualDialBody,
    DisposeCallBody,
    ManualDialBody,
    read_call,
    read_dispose_and_manual_dial,
    read_dispose_call,
    read_manual_dial,
    read_manual_dial_customer,
)
from screenpop.wire.rest.callback_time import NO_CALLBACK

__all__ = ["COMMANDS", "Prepared", "VoiceCommand"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decoded command: its use case, what it is bound by, and how its result is told."""

    use_case: Callable[[Transaction, Any, int, Draw], Outcome]
    #: Gives the command of whoever acts, with the callback's time (epoch milliseconds) and the
    #: number that `phone` found.
    command: Callable[[Acting, int | None, str], object]
    tell: Callable[[CallResult], dict[str, Any]]
    key: RequestKey | None
    callback: CallbackWish = NO_CALLBACK
    #: Finds the number that the body left out.
    phone: Callable[[Reader, Acting], str] | None = None


class _Decode(Protocol):
    def __call__(
        self, values: Mapping[str, Any], key_space: str, form: ReplyForm, *, lenient: bool
    ) -> Prepared:
        """Decode a body; raises `InvalidInput`."""


@dataclass(frozen=True, slots=True)
class VoiceCommand:
    """One endpoint under voice; its name is the key space of its idempotency keys."""

    decode: _Decode
    #: It counts for the rate of dials.
    dials: bool = False
    #: It may answer the two letters `ok`.
    may_answer_ok: bool = False


def _manual_dial(
    values: Mapping[str, Any], key_space: str, form: ReplyForm, *, lenient: bool
) -> Prepared:
    body = read_manual_dial(values, lenient=lenient)
    return _dial(body, translate.key_of(key_space, body, form))


def _manual_dial_customer(
    values: Mapping[str, Any], key_space: str, form: ReplyForm, *, lenient: bool
) -> Prepared:
    body = read_manual_dial_customer(values, lenient=lenient)
    phone = None if body.phone else partial(_phone_of_customer, body)
    return _dial(body, translate.key_of(key_space, body, form), phone)


def _dial(
    body: ManualDialBody,
    key: RequestKey | None,
    phone: Callable[[Reader, Acting], str] | None = None,
) -> Prepared:
    return Prepared(
        dialling.manual_dial,
        lambda acting, _time, found: translate.dial_command(acting, body, key, found),
        translate.dial_reply,
        key,
        phone=phone,
    )


def _dispose_call(
    values: Mapping[str, Any], key_space: str, form: ReplyForm, *, lenient: bool
) -> Prepared:
    body: DisposeCallBody = read_dispose_call(values, lenient=lenient)
    key = translate.key_of(key_space, body, form)
    return Prepared(
        disposing.dispose_call,
        lambda acting, time, _phone: translate.dispose_command(acting, body, key, time),
        translate.dispose_reply,
        key,
        body.callback,
    )


def _dispose_and_dial(
    values: Mapping[str, Any], key_space: str, form: ReplyForm, *, lenient: bool
) -> Prepared:
    body: DisposeAndManualDialBody = read_dispose_and_manual_dial(values, lenient=lenient)
    key = translate.key_of(key_space, body, form)
    return Prepared(
        disposing.dispose_and_dial,
        lambda acting, time, _phone: translate.dispose_and_dial_command(acting, body, key, time),
        translate.dial_reply,
        key,
        body.callback,
    )


def _add_callback(
    values: Mapping[str, Any], key_space: str, form: ReplyForm, *, lenient: bool
) -> Prepared:
    body = read_call("addCallback", values, lenient=lenient)
    key = translate.key_of(key_space, body, form)
    return Prepared(
        callbacks.add_callback,
        lambda acting, time, found: translate.callback_command(acting, body, key, time, found),
        translate.callback_reply,
        key,
        body.callback,
        None if body.phone else partial(_phone_of_call, body),
    )


def _control(
    use_case: Callable[[Transaction, Any, int, Draw], Outcome],
    command_of: Callable[[Acting, CallBody, RequestKey | None], object],
    name: str,
) -> _Decode:
    """Decode a further call that changes a call."""

    def decode(
        values: Mapping[str, Any], key_space: str, form: ReplyForm, *, lenient: bool
    ) -> Prepared:
        body = read_call(name, values, lenient=lenient)
        key = translate.key_of(key_space, body, form)
        return Prepared(
            use_case,
            lambda acting, _time, _phone: command_of(acting, body, key),
            translate.call_reply,
            key,
        )

    return decode


def _phone_of_customer(body: ManualDialBody, reader: Reader, acting: Acting) -> str:
    """Give the first number of the customer that manualDialCustomer names."""
    found = reader.find_session(acting.session_id or "")
    process = found and reader.configuration.process_by_id.get(found.session.process_id)
    customer = process and reader.customer(process.process_id, body.customer_id)
    if not process or not customer:
        return ""
    numbers = (customer.columns.get(column, "") for column in process.searchable_columns)
    return next((number for number in numbers if number), "")


def _phone_of_call(body: CallBody, reader: Reader, acting: Acting) -> str:
    """Give the number of the call that addCallback names, else of the agent's open one."""
    found = reader.find_session(acting.session_id or "")
    if found is None:
        return ""
    session = found.session.session_id
    opened = reader.open_associations(session)
    call = reader.call(body.crt_object_id or (opened[-1].crt_object_id if opened else ""))
    if call is None or reader.association_with(session, call.crt_object_id) is None:
        return ""
    return call.phone


_transfer_to: Final = partial(partial, translate.transfer_command)
_confer_with: Final = partial(partial, translate.confer_command)

COMMANDS: Final[dict[str, VoiceCommand]] = {
    "manualDial": VoiceCommand(_manual_dial, dials=True),
    "disposeCall": VoiceCommand(_dispose_call),
    "disposeAndManualDial": VoiceCommand(_dispose_and_dial, dials=True, may_answer_ok=True),
    "manualDialCustomer": VoiceCommand(_manual_dial_customer, dials=True),
    "addCallback": VoiceCommand(_add_callback),
    "hangup": VoiceCommand(_control(call_control.hang_up, translate.hang_up_command, "hangup")),
    "hold": VoiceCommand(_control(holding.hold, translate.control_command, "hold")),
    "resume": VoiceCommand(_control(holding.resume, translate.control_command, "resume")),
    "mute": VoiceCommand(_control(holding.mute, translate.control_command, "mute")),
    "unmute": VoiceCommand(_control(holding.unmute, translate.control_command, "unmute")),
    "sendDtmf": VoiceCommand(_control(holding.send_tones, translate.tones_command, "sendDtmf")),
    "transferToPhone": VoiceCommand(
        _control(transferring.transfer, _transfer_to(TargetType.PHONE), "transferToPhone")
    ),
    "transferToUser": VoiceCommand(
        _control(transferring.transfer, _transfer_to(TargetType.USER), "transferToUser")
    ),
    "transferToAQ": VoiceCommand(
        _control(transferring.transfer, _transfer_to(TargetType.QUEUE), "transferToAQ")
    ),
    "conferWithPhone": VoiceCommand(
        _control(transferring.confer, _confer_with(TargetType.PHONE), "conferWithPhone"),
        may_answer_ok=True,
    ),
    "conferWithUser": VoiceCommand(
        _control(transferring.confer, _confer_with(TargetType.USER), "conferWithUser")
    ),
}
"""Every command under voice, by its name in the contract."""
