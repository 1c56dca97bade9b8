"""The envelope of refusals and the table of machine keys."""

import json
from pathlib import Path
from typing import Any

import pytest

from screenpop.wire.errors import ERRORS, InvalidInput, WireError, envelope, invalid_input
from screenpop.wire.rest import (
    echoed_request_id,
    read_dispose_and_manual_dial,
    read_dispose_call,
    read_manual_dial,
)

VECTORS = Path(__file__).parents[3] / "contracts" / "vectors" / "errors"
ORDER = [
    "message",
    "code",
    "info",
    "hint",
    "status",
    "result",
    "reason",
    "requestId",
    "details",
]
READERS = {
    "manualDial": read_manual_dial,
    "disposeCall": read_dispose_call,
    "disposeAndManualDial": read_dispose_and_manual_dial,
}


def cases(name: str) -> list[Any]:
    loaded = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in loaded["cases"]]


@pytest.mark.parametrize("case", cases("keys.json"))
def test_every_key_has_its_status_and_code(case: Any) -> None:
    status, body = envelope(case["input"]["key"], request_id=case["input"]["requestId"])
    assert status == case["output"]["status"]
    assert {name: body[name] for name in case["output"]} == case["output"]
    assert list(body) == ORDER


@pytest.mark.parametrize("case", cases("fields.json"))
def test_a_body_that_lacks_fields_is_answered_as_the_field_knows_it(case: Any) -> None:
    body = case["input"]["body"]
    with pytest.raises(InvalidInput) as caught:
        READERS[case["input"]["call"]](body, lenient=False)
    _, answered = invalid_input(caught.value, echoed_request_id(body))
    assert answered == case["output"]


def test_the_vectors_and_the_table_name_the_same_keys() -> None:
    named = {case.values[0]["input"]["key"] for case in cases("keys.json")}
    assert named == set(ERRORS) - {"internal.error"}


@pytest.mark.parametrize("key", sorted(ERRORS))
def test_every_text_is_a_plain_sentence(key: str) -> None:
    entry = ERRORS[key]
    assert entry.hint.endswith(".")
    assert entry.info.endswith(".") or entry.info == key


def test_info_hint_status_and_details_can_be_told_exactly() -> None:
    status, body = envelope("access.denied", info="i", hint="h", details=["a"], status=410)
    assert (status, body["status"], body["info"], body["reason"]) == (410, 410, "i", "i")
    assert (body["hint"], body["details"], body["requestId"]) == ("h", ["a"], None)


def test_a_key_that_is_not_in_the_table_cannot_be_done_now() -> None:
    status, body = envelope("something.new")
    assert (status, body["code"], body["message"]) == (512, 0, "something.new")


def test_the_docstring_is_the_default_message() -> None:
    assert str(WireError()) == "Something that crosses the public border cannot be taken."
