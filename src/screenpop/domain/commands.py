"""What somebody asks for, in the imperative.  Times are epoch milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from screenpop.domain.app import Scope
from screenpop.domain.pop import PopMark
from screenpop.domain.sign_on import NOT_ASKED, SignedOn

__all__ = [
    "Acting",
    "AddCallback",
    "AnswerCall",
    "CallBackNow",
    "ConferCall",
    "ControlCall",
    "DialNumber",
    "DisposeAndDial",
    "DisposeCall",
    "DispositionChoice",
    "HangUpCall",
    "Login",
    "Logout",
    "MarkPop",
    "RejectCall",
    "ReplyForm",
    "RequestKey",
    "SelectWork",
    "SendTones",
    "SetAutoCall",
    "SetPresence",
    "Target",
    "TargetType",
    "TransferCall",
]


class ReplyForm(StrEnum):
    """The form in which the first reply went out; a replay has the same (contract 5)."""

    JSON = "json"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who asks, as far as the edge could tell without the store (contract 5, credentials).

    The use case finds the session, and refuses by the table of contract 5.
    """

    #: Any id of the session, also one minted for an app; ``None``: none was given.
    session_id: str | None
    #: A valid account credential was given.
    account_id: str | None = None
    #: Contact centre of that account.
    account_contact_center_id: int | None = None
    #: A valid JWT of an agent was given: its userId.
    token_user_id: str | None = None
    #: Header and body named two different sessions.
    conflicting: bool = False
    #: The live session is credential enough (lenient mode, or the console's own cookie).
    session_suffices: bool = False
    #: An account credential was given that is unknown, expired or revoked.
    account_refused: bool = False

    @property
    def account_valid(self) -> bool:
        """A valid account credential or agent token was given."""
        return self.account_id is not None or self.token_user_id is not None


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Idempotency key of a command within its session (contract 5)."""

    #: The endpoint's own key space, e.g. ``voice/manualDial``.
    key_space: str
    request_id: str
    #: Equal for the same decoded command.
    fingerprint: str
    form: ReplyForm = ReplyForm.JSON


@dataclass(frozen=True, slots=True)
class Login:
    """Begin a session.  The password was checked before (it costs time and no data)."""

    user_id: str
    force: bool
    #: The console asks the agent for campaigns and extension afterwards; REST takes all.
    select_work: bool
    auto_call: bool
    #: A console holds the session, not a bare REST client.
    console: bool = False
    #: What CRMs with single sign-on answered before.
    signed_on: SignedOn = NOT_ASKED


@dataclass(frozen=True, slots=True)
class Logout:
    """End the session."""

    acting: Acting


@dataclass(frozen=True, slots=True)
class SelectWork:
    """Choose campaigns, the selected campaign and the extension of the session."""

    acting: Acting
    campaign_ids: tuple[int, ...]
    selected_campaign_id: int | None
    extension: str


@dataclass(frozen=True, slots=True)
class SetPresence:
    """Be ready, or on break with a reason."""

    acting: Acting
    ready: bool
    break_reason: str | None = None


@dataclass(frozen=True, slots=True)
class SetAutoCall:
    """Say whether the next call may be connected by itself."""

    acting: Acting
    auto_call: bool


@dataclass(frozen=True, slots=True)
class MarkPop:
    """Report how far a frame has come."""

    acting: Acting
    instance_id: str
    mark: PopMark


@dataclass(frozen=True, slots=True)
class DialNumber:
    """Dial a number for the agent: manualDial."""

    acting: Acting
    seat: str | None
    campaign_id: int | None
    phone: str
    searchable: str
    should_add_customer: bool = False
    customer_id: int | None = None
    customer_record: Mapping[str, str] | None = None
    additional_params: Mapping[str, object] | None = None
    request: RequestKey | None = None
    #: Shown in events and replies even when it binds nothing (``0``).
    request_id: str | None = None
    #: A list was given (contract 5.1): the first in which the agent may dial is meant.
    campaign_choices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DispositionChoice:
    """The code an agent picks, by id or by name, with notes and callback."""

    disposition_code_id: int | None = None
    disposition_code: str | None = None
    notes: str = ""
    callback_time: int | None = None
    self_callback: bool = True
    #: Refuse a callback-class code without a time (contract 5, "Callback time").
    callback_time_required: bool = True
    by_crm: bool = True


@dataclass(frozen=True, slots=True)
class DisposeCall:
    """Finish the agent's association with a call: disposeCall."""

    acting: Acting
    seat: str | None
    #: The request's campaign; must be one of the login's.
    campaign_id: int | None
    #: ``None``: the agent's open call.
    crt_object_id: str | None
    choice: DispositionChoice
    request: RequestKey | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class DisposeAndDial:
    """Finish one call and dial the next in one transaction: disposeAndManualDial."""

    dispose: DisposeCall
    dial: DialNumber


@dataclass(frozen=True, slots=True)
class AnswerCall:
    """Pick up the offered call."""

    acting: Acting
    crt_object_id: str | None


@dataclass(frozen=True, slots=True)
class RejectCall:
    """Refuse the offered call."""

    acting: Acting
    crt_object_id: str | None


@dataclass(frozen=True, slots=True)
class HangUpCall:
    """End the call for this agent."""

    acting: Acting
    crt_object_id: str | None
    seat: str | None = None
    campaign_id: int | None = None
    request: RequestKey | None = None
    request_id: str | None = None
    scope: Scope = Scope.INTERACTION_CONTROL


@dataclass(frozen=True, slots=True)
class ControlCall:
    """Hold, resume, mute or unmute the agent's call; the use case says which."""

    acting: Acting
    crt_object_id: str | None
    seat: str | None = None
    campaign_id: int | None = None
    request: RequestKey | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class SendTones(ControlCall):
    """Send key tones to the customer."""

    digits: str = ""


class TargetType(StrEnum):
    """Whom a call can be given to (contract 6, ``target``)."""

    USER = "user"
    PHONE = "phone"
    QUEUE = "queue"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a call is given to."""

    target_type: TargetType
    #: userId, number, queueId or campaignId as text.
    target_id: str
    #: Talk with the target first.
    consult: bool = False


@dataclass(frozen=True, slots=True)
class TransferCall(ControlCall):
    """Give the call away; repeating a consulted target without ``consult`` completes it."""

    target: Target = Target(TargetType.USER, "")


@dataclass(frozen=True, slots=True)
class ConferCall(ControlCall):
    """Let a further agent or party join the call."""

    target: Target = Target(TargetType.USER, "")


@dataclass(frozen=True, slots=True)
class AddCallback:
    """Promise a call at a time, the agent's own or the campaign's."""

    acting: Acting
    seat: str | None
    campaign_id: int | None
    phone: str
    callback_time: int | None
    self_callback: bool = True
    request: RequestKey | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class CallBackNow:
    """Dial a promised call now, whatever its time."""

    acting: Acting
    callback_id: str
    request: RequestKey | None = None
