"""The SDK's methods that change something: how each is decoded, run and told (contract 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from screenpop.domain.app import Scope
from screenpop.domain.commands import (
    Acting,
    AnswerCall,
    ConferCall,
    ControlCall,
    DialNumber,
    DisposeAndDial,
    DisposeCall,
    HangUpCall,
    RejectCall,
    RequestKey,
    SendTones,
    SetAutoCall,
    SetPresence,
    TransferCall,
)
from screenpop.domain.results import CallResult, Outcome
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.services import call_control, dialling, holding, sdk, transferring
from screenpop.web.sdk.arguments import Fields, first_object, named
from screenpop.web.voice_translate import dial_reply
from screenpop.wire.rest import CallbackWish, request_key
from screenpop.wire.rest.callback_time import NO_CALLBACK

__all__ = ["COMMANDS", "Asked", "Command", "Prepared"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a method."""

    #: Its name with its namespace, as ``interaction.focus``.
    method: str
    request_id: str | None
    args: Sequence[Any]

    def key(self, command: str) -> RequestKey | None:
        """Return what binds the decoded command; every method has a key space of its own."""
        key = request_key(self.request_id)
        if key is None:
            return None
        fingerprint = hashlib.sha256(command.encode()).hexdigest()
        return RequestKey(f"sdk/{self.method.partition('.')[2]}", key, fingerprint)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decoded command: its use case and how its result is told."""

    use_case: Callable[[Transaction, Any, int, Draw], Outcome]
    #: Gives the command of whoever acts, with the callback's time in epoch milliseconds.
    command: Callable[[Acting, int | None], object]
    bound: bool
    callback: CallbackWish = NO_CALLBACK
    tell: Callable[[CallResult], object] = lambda result: {
        "interactionId": result.interaction_id or None
    }


@dataclass(frozen=True, slots=True)
class Command:
    """A method that changes something."""

    scope: Scope
    #: Raises ``InvalidInput``.
    decode: Callable[[Asked], Prepared]
    #: It counts for the rate of dials.
    dials: bool = False


def _set_ready(asked: Asked) -> Prepared:
    return _presence(asked, None, Fields({}))


def _set_break(asked: Asked) -> Prepared:
    fields = Fields(named(asked.args, "reason"))
    return _presence(asked, fields.text("reason"), fields)


def _presence(asked: Asked, reason: str | None, fields: Fields) -> Prepared:
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> sdk.Keyed[SetPresence]:
        return sdk.Keyed(acting, SetPresence(acting, reason is None, reason), key)

    return Prepared(sdk.set_presence, command, key is not None)


def _set_auto_call(asked: Asked) -> Prepared:
    fields = Fields(named(asked.args, "on"))
    on = fields.truth("on")
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> sdk.Keyed[SetAutoCall]:
        return sdk.Keyed(acting, SetAutoCall(acting, on), key)

    return Prepared(sdk.set_auto_call, command, key is not None)


def _accept(asked: Asked) -> Prepared:
    fields = Fields(named(asked.args, "interactionId"))
    call = fields.call()
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> sdk.Keyed[AnswerCall]:
        return sdk.Keyed(acting, AnswerCall(acting, call), key)

    return Prepared(sdk.answer, command, key is not None)


def _reject(asked: Asked) -> Prepared:
    fields = Fields(named(asked.args, "interactionId"))
    call = fields.call()
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> sdk.Keyed[RejectCall]:
        return sdk.Keyed(acting, RejectCall(acting, call), key)

    return Prepared(sdk.reject, command, key is not None)


def _end(asked: Asked) -> Prepared:
    fields = Fields(named(asked.args, "interactionId"))
    call = fields.call()
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> HangUpCall:
        return HangUpCall(acting, call, request=key, request_id=asked.request_id)

    return Prepared(call_control.hang_up, command, key is not None)


def _control(
    use_case: Callable[[Transaction, ControlCall, int, Draw], Outcome],
) -> Callable[[Asked], Prepared]:
    """Decode hold, resume, mute or unmute."""

    def decode(asked: Asked) -> Prepared:
        fields = Fields(named(asked.args, "interactionId"))
        call = fields.call()
        key = asked.key(fields.command())

        def command(acting: Acting, _time: int | None) -> ControlCall:
            return ControlCall(acting, call, request=key, request_id=asked.request_id)

        return Prepared(use_case, command, key is not None)

    return decode


def _send_dtmf(asked: Asked) -> Prepared:
    fields = Fields(named(asked.args, "interactionId", "digits"))
    call, digits = fields.call(), fields.text("digits")
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> SendTones:
        return SendTones(acting, call, request=key, request_id=asked.request_id, digits=digits)

    return Prepared(holding.send_tones, command, key is not None)


def _transfer(asked: Asked) -> Prepared:
    fields = Fields(named(asked.args, "interactionId", "target"))
    call, target = fields.call(), fields.target()
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> TransferCall:
        return TransferCall(acting, call, request=key, request_id=asked.request_id, target=target)

    return Prepared(transferring.transfer, command, key is not None)


def _confer(asked: Asked) -> Prepared:
    fields = Fields(named(asked.args, "interactionId", "target"))
    call, target = fields.call(), fields.target()
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> ConferCall:
        return ConferCall(acting, call, request=key, request_id=asked.request_id, target=target)

    return Prepared(transferring.confer, command, key is not None)


def _initiate(asked: Asked) -> Prepared:
    fields = Fields(first_object(asked.args))
    dial = fields.dial()
    key = asked.key(fields.command())

    def command(acting: Acting, _time: int | None) -> DialNumber:
        return DialNumber(
            acting=acting,
            seat=None,
            campaign_id=dial.campaign_id,
            phone=dial.phone,
            searchable=dial.searchable,
            customer_id=dial.customer_id,
            additional_params=dial.additional_params,
            request=key,
            request_id=asked.request_id,
        )

    return Prepared(dialling.manual_dial, command, key is not None, tell=dial_reply)


def _dispose(asked: Asked) -> Prepared:
    fields = Fields(first_object(asked.args))
    call, disposal = fields.call(required=False), fields.disposal()
    key = asked.key(fields.command())

    def command(acting: Acting, time: int | None) -> DisposeCall:
        return DisposeCall(acting, None, None, call, disposal.choice(time), key, asked.request_id)

    return Prepared(sdk.dispose, command, key is not None, disposal.callback)


def _dispose_and_dial(asked: Asked) -> Prepared:
    fields = Fields(first_object(asked.args))
    call, disposal, dial = fields.call(required=False), fields.disposal(), fields.dial()
    key = asked.key(fields.command())

    def command(acting: Acting, time: int | None) -> DisposeAndDial:
        return DisposeAndDial(
            dispose=DisposeCall(
                acting, None, None, call, disposal.choice(time), key, asked.request_id
            ),
            dial=DialNumber(
                acting=acting,
                seat=None,
                campaign_id=dial.campaign_id,
                phone=dial.phone,
                searchable=dial.searchable,
                customer_id=dial.customer_id,
                additional_params=dial.additional_params,
                request_id=asked.request_id,
            ),
        )

    return Prepared(
        sdk.dispose_and_dial, command, key is not None, disposal.callback, tell=dial_reply
    )


_CONTROL: Final = Scope.INTERACTION_CONTROL
_SESSION: Final = Scope.SESSION_CONTROL

COMMANDS: Final[dict[str, Command]] = {
    "session.setReady": Command(_SESSION, _set_ready),
    "session.setBreak": Command(_SESSION, _set_break),
    "session.setAutoCall": Command(_SESSION, _set_auto_call),
    "interaction.initiateInteraction": Command(Scope.INTERACTION_DIAL, _initiate, dials=True),
    "interaction.acceptInteraction": Command(_CONTROL, _accept),
    "interaction.rejectInteraction": Command(_CONTROL, _reject),
    "interaction.endInteraction": Command(_CONTROL, _end),
    "interaction.holdInteraction": Command(_CONTROL, _control(holding.hold)),
    "interaction.resumeInteraction": Command(_CONTROL, _control(holding.resume)),
    "interaction.muteInteraction": Command(_CONTROL, _control(holding.mute)),
    "interaction.unmuteInteraction": Command(_CONTROL, _control(holding.unmute)),
    "interaction.sendDtmf": Command(_CONTROL, _send_dtmf),
    "interaction.transferInteraction": Command(_CONTROL, _transfer),
    "interaction.conferInteraction": Command(_CONTROL, _confer),
    "interaction.disposeInteraction": Command(Scope.INTERACTION_DISPOSE, _dispose),
    "interaction.disposeAndDial": Command(Scope.INTERACTION_DISPOSE, _dispose_and_dial, dials=True),
}
"""Every method that changes something and is the server's (contracts/sdk-catalogue.json)."""
