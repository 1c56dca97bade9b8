"""Everything the rules can refuse.

The docstring of a class is its default sentence; ``key`` is the stable machine key that
REST, SDK and console show (contract 5), facts are attributes.

::

    DomainError
    ├── NotAuthenticatedError          invalid.authentication.token
    ├── SessionInvalidError            invalid.session.id
    ├── AccessDeniedError              access.denied
    ├── NotFoundError                  requested.resource.not.found
    ├── RequestIdReusedError           request.id.reused
    ├── InvalidInputError              InvalidInput
    ├── TooManyAttemptsError           too.many.requests
    ├── ConfigurationChangedError      configuration.changed (412)
    ├── IllegalTransitionError         a state machine was asked for what it forbids
    └── StateError                     the command cannot be done now (512)
        ├── AgentBusyError             agent.busy
        ├── AgentNotReadyError         agent.not.ready
        ├── CallNotDisposedError       call.not.disposed
        ├── NoActiveCallError          no.active.call
        ├── CallNotAnsweredError       call.not.answered
        ├── CallAlreadyDisposedError   call.already.disposed
        ├── CallNotConnectedError      call.not.connected
        ├── DispositionForbiddenError  disposition.disabled.on.active.call
        ├── DispositionElsewhereError  disposition.not.here
        ├── DispositionNotFoundError   disposition.code.not.found
        ├── CallbackTimeRequiredError  callback.time.required
        ├── CallbackTimePastError      callback.time.past
        ├── PhoneInvalidError          phone.invalid
        ├── DialNotAllowedError        manual.dial.not.allowed
        ├── TargetNotAvailableError    target.not.available
        ├── DigitsInvalidError         digits.invalid
        ├── InteractionAmbiguousError  interaction.ambiguous
        ├── TelephonyUnavailableError  telephony.unavailable
        ├── CrmRefusedLoginError       crm.login.refused
        ├── CrmSilentError             crm.no.answer
        ├── ForceLoginRequiredError    force.login.required
        └── LoginFailedError           login.failed
"""

from __future__ import annotations

__all__ = [
    "AccessDeniedError",
    "AgentBusyError",
    "AgentNotReadyError",
    "CallAlreadyDisposedError",
    "CallNotAnsweredError",
    "CallNotConnectedError",
    "CallNotDisposedError",
    "CallbackTimePastError",
    "CallbackTimeRequiredError",
    "ConfigurationChangedError",
    "CrmRefusedLoginError",
    "CrmSilentError",
    "DialNotAllowedError",
    "DigitsInvalidError",
    "DispositionElsewhereError",
    "DispositionForbiddenError",
    "DispositionNotFoundError",
    "DomainError",
    "ForceLoginRequiredError",
    "IllegalTransitionError",
    "InteractionAmbiguousError",
    "InvalidInputError",
    "LoginFailedError",
    "NoActiveCallError",
    "NotAuthenticatedError",
    "NotFoundError",
    "PhoneInvalidError",
    "RequestIdReusedError",
    "SessionInvalidError",
    "StateError",
    "TargetNotAvailableError",
    "TelephonyUnavailableError",
    "TooManyAttemptsError",
]


class DomainError(Exception):
    """The request was refused."""

    key = "refused"

    def __init__(self, sentence: str | None = None, **facts: object) -> None:
        """Keep the sentence (default: the class's docstring) and the facts as attributes."""
        text = sentence or " ".join((type(self).__doc__ or "").split())
        super().__init__(text)
        self.sentence = text
        self.facts = facts


class NotAuthenticatedError(DomainError):
    """The account token is missing, unknown, expired or revoked. Send a valid one."""

    key = "invalid.authentication.token"


class SessionInvalidError(DomainError):
    """The session is missing, unknown or has ended. Log in again and use the new sessionId."""

    key = "invalid.session.id"


class AccessDeniedError(DomainError):
    """This seat, campaign or call is not this agent's, or does not exist."""

    key = "access.denied"


class NotFoundError(DomainError):
    """There is no such thing here."""

    key = "requested.resource.not.found"


class RequestIdReusedError(DomainError):
    """This requestId was used for another command already. Draw a new one for each command."""

    key = "request.id.reused"


class InvalidInputError(DomainError):
    """A value in the request is not usable."""

    key = "InvalidInput"


class TooManyAttemptsError(DomainError):
    """Too many failed log-ins. Wait and try again."""

    key = "too.many.requests"

    def __init__(self, retry_after_ms: int) -> None:
        """Remember how long to wait, in milliseconds."""
        super().__init__(retry_after_ms=retry_after_ms)
        self.retry_after_ms = retry_after_ms


class ConfigurationChangedError(DomainError):
    """The configuration was changed since it was read. Read it again, then repeat the change."""

    key = "configuration.changed"


class IllegalTransitionError(DomainError):
    """This cannot happen in the present state."""

    key = "illegal.transition"

    def __init__(self, machine: str, state: str, trigger: str) -> None:
        """Name the machine, the state it is in and what was asked of it."""
        super().__init__(
            f"{machine}: {trigger} is not possible in state {state}",
            machine=machine,
            state=state,
            trigger=trigger,
        )


class StateError(DomainError):
    """The command cannot be done now."""

    key = "state.forbids"


class AgentBusyError(StateError):
    """The agent has a call already. Dispose it first, or use disposeAndManualDial."""

    key = "agent.busy"


class AgentNotReadyError(StateError):
    """Login, campaign or extension selection is not finished."""

    key = "agent.not.ready"


class CallNotDisposedError(StateError):
    """The agent's last call still waits for its disposition. Dispose it, then dial."""

    key = "call.not.disposed"


class NoActiveCallError(StateError):
    """The agent has no open call."""

    key = "no.active.call"


class CallNotAnsweredError(StateError):
    """The call is only offered: it must be answered or rejected first."""

    key = "call.not.answered"


class CallAlreadyDisposedError(StateError):
    """This call has been disposed already."""

    key = "call.already.disposed"


class CallNotConnectedError(StateError):
    """The call is not connected."""

    key = "call.not.connected"


class DispositionForbiddenError(StateError):
    """This campaign forbids disposing a call that is up. Hang up first."""

    key = "disposition.disabled.on.active.call"


class DispositionElsewhereError(StateError):
    """The calls of this campaign are disposed elsewhere: in the CRM, or in the console."""

    key = "disposition.not.here"


class DispositionNotFoundError(StateError):
    """The campaign of this call has no such disposition code."""

    key = "disposition.code.not.found"


class CallbackTimeRequiredError(StateError):
    """This disposition needs a callbackTime."""

    key = "callback.time.required"


class CallbackTimePastError(StateError):
    """The callbackTime lies in the past."""

    key = "callback.time.past"


class PhoneInvalidError(StateError):
    """The phone cannot be dialled: it needs a digit, no letter, at most 32 characters."""

    key = "phone.invalid"


class DialNotAllowedError(StateError):
    """Manual dialling is not allowed in this campaign. Ask an administrator."""

    key = "manual.dial.not.allowed"


class TargetNotAvailableError(StateError):
    """Whom the call is to go to is not logged in, is busy, or does not exist."""

    key = "target.not.available"


class DigitsInvalidError(StateError):
    """Key tones are 1 to 32 of 0-9, A-D, * and #."""

    key = "digits.invalid"


class InteractionAmbiguousError(StateError):
    """Several interactions are open. Say which one is meant: interactionId."""

    key = "interaction.ambiguous"


class TelephonyUnavailableError(StateError):
    """The telephone line or the agent's extension cannot be reached now. Try again shortly."""

    key = "telephony.unavailable"


class CrmRefusedLoginError(StateError):
    """A CRM with single sign-on refused the login. Its own message says why."""

    key = "crm.login.refused"


class CrmSilentError(StateError):
    """The CRM did not answer, so nobody can be logged in there."""

    key = "crm.no.answer"


class ForceLoginRequiredError(StateError):
    """This user is logged in elsewhere. Send forceLogin=true to end that session."""

    key = "force.login.required"


class LoginFailedError(StateError):
    """The user ID or the password is wrong."""

    key = "login.failed"
