"""The bodies of the further calls of the suite (contract 5, "Further calls of the suite").

Everything but the seat may be left out in both modes; without `crtObjectId` the seat's open
call is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .callback_time import NO_CALLBACK, CallbackWish, read_callback_wish
from .fields import FieldReader, canonical, request_key, spellings
from .phone import read_phone

_NAMES: Final = spellings(
    "requestId",
    "userCrtObjectId",
    "campaignId",
    "crtObjectId",
    "digits",
    "phone",
    "userId",
    "queueId",
    "callbackTime",
    "selfCallback",
)


@dataclass(frozen=True, slots=True)
class CallBody:
    """What every further call names: the seat and, if wanted, campaign and call.

    hangup, hold, resume, mute and unmute have no more than this. `crt_object_id` is empty when
    the seat's open call is meant.
    """

    request_id: str | None
    user_crt_object_id: str
    campaign_id: int | None
    crt_object_id: str
    digits: str = ""
    phone: str = ""
    user_id: str = ""
    queue_id: int | None = None
    callback: CallbackWish = NO_CALLBACK

    @property
    def request_key(self) -> str | None:
        """The idempotency key, or None."""
        return request_key(self.request_id)

    @property
    def command(self) -> str:
        """The stable text of the command."""
        return canonical(
            userCrtObjectId=self.user_crt_object_id,
            campaignId=self.campaign_id,
            crtObjectId=self.crt_object_id,
            digits=self.digits,
            phone=read_phone(self.phone) or self.phone,
            userId=self.user_id,
            queueId=self.queue_id,
            callbackTime=self.callback.time,
            selfCallback=self.callback.self_callback,
        )


NEEDS: Final[Mapping[str, str]] = {
    "hangup": "",
    "hold": "",
    "resume": "",
    "mute": "",
    "unmute": "",
    "sendDtmf": "digits",
    "transferToPhone": "phone",
    "transferToUser": "userId",
    "transferToAQ": "queueId",
    "conferWithPhone": "phone",
    "conferWithUser": "userId",
    "addCallback": "callbackTime",
}
"""The further calls that `read_call` reads, and the one field each needs besides the seat."""


def read_call(name: str, body: Mapping[str, Any], *, lenient: bool) -> CallBody:
    """Read the body of the further call `name`, one of `NEEDS`."""
    need = NEEDS[name]
    fields = FieldReader(body, _NAMES, lenient=lenient)
    request = fields.request_id(required=False)
    seat = fields.text("userCrtObjectId")
    campaign = fields.optional_integer("campaignId")
    crt = fields.text("crtObjectId", required=False)
    digits = user = phone = ""
    queue = None
    callback = NO_CALLBACK
    if need == "digits":
        # Others than keys have are well formed and cannot be sent: the rules say so.
        digits = fields.text("digits", number=True).upper()
    elif need == "userId":
        user = fields.text("userId", number=True)
    elif need == "queueId":
        queue = fields.integer("queueId")
    elif need == "phone":
        phone = fields.text("phone", number=True)
    elif need == "callbackTime":
        callback = _callback(fields, body)
        phone = fields.text("phone", required=False, number=True)
    fields.finish()
    return CallBody(request, seat, campaign, crt, digits, phone, user, queue, callback)


def _callback(fields: FieldReader, body: Mapping[str, Any]) -> CallbackWish:
    wish = read_callback_wish(body)
    if wish.time is None and "callbackTime" not in wish.unreadable:
        fields.note_missing("callbackTime")
    for name in wish.unreadable:
        fields.note(name, f"{name} cannot be read")
    return wish
