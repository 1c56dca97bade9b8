"""Every error of the rules has its envelope, and none is lost."""

import json
import logging

import pytest

from screenpop.domain import errors as domain_errors
from screenpop.domain.errors import (
    AgentBusyError,
    DomainError,
    IllegalTransitionError,
    SessionInvalidError,
    StateError,
    TooManyAttemptsError,
)
from screenpop.ports.store import StoreBusyError
from screenpop.web.envelope import refusal
from screenpop.web.limits import TooManyRequestsError
from screenpop.wire.errors import ERRORS, InvalidInput

CONCRETE = [
    getattr(domain_errors, name)
    for name in domain_errors.__all__
    # The last is our own API's alone (412): no command of the voice REST changes a configuration.
    if name
    not in ("DomainError", "StateError", "IllegalTransitionError", "ConfigurationChangedError")
]


@pytest.mark.parametrize("kind", CONCRETE, ids=lambda kind: kind.__name__)
def test_every_error_of_the_domain_has_its_key_status_and_code(kind: type[DomainError]) -> None:
    error = kind(1000) if kind is TooManyAttemptsError else kind()
    reply = refusal(error, "r-1")
    body = json.loads(reply.body)
    assert body["message"] == kind.key
    assert kind.key in ERRORS
    assert (reply.status, body["code"]) == (ERRORS[kind.key].status, ERRORS[kind.key].code)
    assert body["requestId"] == "r-1"
    assert (reply.status == 512) is issubclass(kind, StateError)


def test_a_sentence_of_its_own_is_the_info() -> None:
    body = json.loads(refusal(AgentBusyError("Maya is on the phone.")).body)
    assert body["info"] == body["reason"] == "Maya is on the phone."


def test_the_info_of_a_session_error_is_always_the_fields_own_text() -> None:
    body = json.loads(refusal(SessionInvalidError("It has ended.")).body)
    assert (body["info"], body["hint"]) == ("invalid.session.id", "It has ended.")


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (TooManyAttemptsError(59_001), b"60"),
        (TooManyRequestsError(1), b"1"),
        (StoreBusyError(), b"1"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_who_has_to_wait_is_told_how_long(error: Exception, seconds: bytes) -> None:
    reply = refusal(error)
    assert reply.status == 429
    assert dict(reply.headers)[b"retry-after"] == seconds


def test_input_that_cannot_be_read_names_its_fields() -> None:
    reply = refusal(InvalidInput("parameter expected in input: phone", details=["phone"]))
    body = json.loads(reply.body)
    assert (reply.status, body["code"], body["details"]) == (400, 40001, ["phone"])


@pytest.mark.parametrize("error", [RuntimeError("inside"), MemoryError()], ids=repr)
def test_our_own_failure_is_told_without_its_inside(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL):
        reply = refusal(error)
    assert reply.status == 500
    assert b"inside" not in reply.body


def test_a_rule_without_a_key_of_the_table_cannot_be_done_now() -> None:
    assert refusal(IllegalTransitionError("call", "ended", "hold")).status == 512
