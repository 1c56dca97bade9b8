"""The bodies of the voice REST, against the vectors and over the contract's rules."""

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.wire.errors import InvalidInput
from screenpop.wire.rest import (
    echoed_request_id,
    read_call,
    read_dispose_and_manual_dial,
    read_dispose_call,
    read_login,
    read_manual_dial,
    read_manual_dial_customer,
)
from screenpop.wire.rest.further import NEEDS
from screenpop.wire.rest.session_bodies import read_campaign_query

VECTORS = Path(__file__).parents[3] / "contracts" / "vectors" / "rest"
SEAT = "d1-6955296d-ses-maya-appId-App-Server-AAAAAAAAAAAAAAAAAAAAAA-1-uce-mayaabcd1234@1"
DIAL = {
    "sessionId": "Basic x",
    "shouldAddCustomer": False,
    "campaignId": 60,
    "requestId": "r-1",
    "userCrtObjectId": SEAT,
    "searchable": "8447380993",
    "phone": "8447380993",
}
DISPOSE = {
    "sessionId": "Basic x",
    "campaignId": 60,
    "userCrtObjectId": SEAT,
    "crtObjectId": "d1-6955296d-vce-1",
    "dispositionCodeId": 11,
    "requestId": "r-1",
}
DISPOSE_AND_DIAL = {
    "campaignContextId": 60,
    "userCrtObjectId": SEAT,
    "crtObjectId": "d1-6955296d-vce-1",
    "dispositionCode": "Sale",
    "phone": "8447380993",
    "requestId": "r-1",
}
CALLS: list[tuple[Any, dict[str, object]]] = [
    (read_manual_dial, DIAL),
    (read_dispose_call, DISPOSE),
    (read_dispose_and_manual_dial, DISPOSE_AND_DIAL),
]


def cases(name: str) -> list[Any]:
    loaded = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in loaded["cases"]]


def shown(body: Any) -> Any:
    """Give a body as JSON knows it: tuples are arrays."""
    return json.loads(json.dumps(asdict(body)))


@pytest.mark.parametrize("case", cases("manual_dial.json"))
def test_manual_dial_is_read_as_the_vectors_say(case: Any) -> None:
    body = read_manual_dial(case["input"]["body"], lenient=case["input"]["lenient"])
    assert shown(body) == case["output"]


@pytest.mark.parametrize("case", cases("dispose_call.json"))
def test_dispose_call_is_read_as_the_vectors_say(case: Any) -> None:
    body = read_dispose_call(case["input"]["body"], lenient=case["input"]["lenient"])
    assert shown(body) == case["output"]


@pytest.mark.parametrize("case", cases("dispose_and_manual_dial.json"))
def test_dispose_and_manual_dial_is_read_as_the_vectors_say(case: Any) -> None:
    body = read_dispose_and_manual_dial(case["input"]["body"], lenient=case["input"]["lenient"])
    assert shown(body) == case["output"]


@pytest.mark.parametrize("case", cases("further_calls.json"))
def test_further_calls_are_read_as_the_vectors_say(case: Any) -> None:
    asked = case["input"]
    body = read_call(asked["call"], asked["body"], lenient=asked["lenient"])
    assert shown(body) == case["output"]


@pytest.mark.parametrize(("read", "body"), CALLS)
def test_each_required_field_is_named_when_missing_blank_or_null(read: Any, body: Any) -> None:
    for name in body:
        for lacking in (
            {k: v for k, v in body.items() if k != name},
            {**body, name: "  "},
            {**body, name: None},
        ):
            with pytest.raises(InvalidInput) as caught:
                read(lacking, lenient=False)
            assert caught.value.info == f"parameter expected in input: {name}"
            assert caught.value.details == (name,)


@pytest.mark.parametrize(("read", "body"), CALLS)
def test_an_empty_body_names_the_first_field_of_the_table_and_lists_all(
    read: Any, body: Any
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read({}, lenient=False)
    assert caught.value.info == f"parameter expected in input: {next(iter(body))}"
    assert caught.value.details == tuple(body)


@pytest.mark.parametrize(("read", "body"), CALLS)
def test_each_ill_typed_field_is_refused_and_named(read: Any, body: Any) -> None:
    for name in body:
        with pytest.raises(InvalidInput) as caught:
            read({**body, name: [1]}, lenient=True)
        assert caught.value.details == (name,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("campaignId", "sixty"),
        ("campaignId", 1.5),
        ("campaignId", True),
        ("campaignId", "47,172"),
        ("campaignId", "9" * 19),
        ("shouldAddCustomer", "maybe"),
        ("shouldAddCustomer", 1),
        ("requestId", True),
        ("requestId", "x" * 201),
        ("phone", False),
        ("additionalParams", "text"),
        ("selectedSearchables", {}),
        ("customerId", "C-77"),
        ("customerId", 2**53),
        ("customerId", {}),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_in_strict_mode(name: str, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_manual_dial({**DIAL, name: value}, lenient=False)
    assert caught.value.details == (name,)


def test_two_spellings_without_the_guides_are_refused() -> None:
    body = {k: v for k, v in DIAL.items() if k != "phone"}
    with pytest.raises(InvalidInput) as caught:
        read_manual_dial({**body, "Phone": "1", "PHONE": "2"}, lenient=True)
    assert caught.value.details == ("phone",)


@given(st.permutations(list(DIAL)), st.integers(0, 2**20))
def test_key_order_case_and_unknown_keys_do_not_make_another_command(
    order: list[str], bits: int
) -> None:
    def recased(name: str) -> str:
        return "".join(c.upper() if bits >> i % 20 & 1 else c.lower() for i, c in enumerate(name))

    body: dict[str, object] = {recased(name): DIAL[name] for name in order}
    body.update(unknown=bits, SESSIONID="another")
    body.pop(recased("sessionId"))
    other = read_manual_dial(body, lenient=True)
    assert other.command == read_manual_dial(DIAL, lenient=True).command


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"phone": 8447380993}, True),
        ({"phone": "844-738 0993"}, True),
        ({"campaignId": "60"}, True),
        ({"customerId": -1}, True),
        ({"sessionId": "Basic y"}, True),
        ({"requestId": "r-2"}, True),
        ({"additionalParams": None}, True),
        ({"phone": "8447380994"}, False),
        ({"campaignId": 172}, False),
        ({"customerId": 5}, False),
        ({"shouldAddCustomer": True}, False),
        ({"additionalParams": {"a": 1}}, False),
        ({"userCrtObjectId": SEAT + "2"}, False),
    ],
)
def test_the_same_command_is_the_same_decoded_command(change: Any, same: bool) -> None:
    first = read_manual_dial(DIAL, lenient=False).command
    assert (read_manual_dial({**DIAL, **change}, lenient=False).command == first) is same


@pytest.mark.parametrize(
    ("sent", "key"),
    [("0", None), (0, None), (" 0 ", None), ("r", "r"), (7, "7"), ("00", "00")],
    ids=repr,
)
def test_request_id_zero_binds_nothing(sent: object, key: str | None) -> None:
    assert read_manual_dial({**DIAL, "requestId": sent}, lenient=False).request_key == key


@pytest.mark.parametrize("sent", [None, "", " "], ids=repr)
def test_a_blank_request_id_binds_nothing_in_lenient_mode(sent: object) -> None:
    for read, body in CALLS:
        assert read({**body, "requestId": sent}, lenient=True).request_key is None


def test_manual_dial_customer_needs_the_customer_and_not_the_phone() -> None:
    body = {"campaignId": 60, "userCrtObjectId": SEAT, "customerId": "5"}
    read = read_manual_dial_customer(body, lenient=False)
    assert (read.customer_id, read.phone, read.request_key) == (5, "", None)
    with pytest.raises(InvalidInput, match="customerId"):
        read_manual_dial_customer({**body, "customerId": None}, lenient=False)


@pytest.mark.parametrize(("call", "need"), NEEDS.items())
def test_further_calls_name_what_they_need(call: str, need: str) -> None:
    body: dict[str, object] = {"userCrtObjectId": SEAT}
    if not need:
        assert read_call(call, body, lenient=False).user_crt_object_id == SEAT
        return
    with pytest.raises(InvalidInput, match=f"parameter expected in input: {need}"):
        read_call(call, body, lenient=False)
    with pytest.raises(InvalidInput) as caught:
        read_call(call, {**body, need: []}, lenient=False)
    assert caught.value.details == (need,)


def test_a_login_keeps_its_password_and_never_shows_it() -> None:
    body = read_login({"USERID": " maya ", "token": " se cret ", "forceLogin": "true"})
    assert (body.user_id, body.token, body.force_login) == ("maya", " se cret ", True)
    assert "cret" not in repr(body)


def test_a_list_call_takes_either_name_of_the_campaign() -> None:
    assert read_campaign_query({"campaignid": "60"}, "campaignId") == 60
    assert read_campaign_query({"campaignId": "60"}, "campaignContextId") == 60
    with pytest.raises(InvalidInput, match="campaignContextId"):
        read_campaign_query({}, "campaignContextId")
    with pytest.raises(InvalidInput, match="whole number"):
        read_campaign_query({"campaignId": "x"}, "campaignId")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (None, None),
        ({}, None),
        ({"requestId": 5}, "5"),
        ({"REQUESTID": "r"}, "r"),
        ({"requestId": []}, None),
        ({"requestId": "x" * 500}, "x" * 200),
    ],
)
def test_a_refusal_repeats_the_request_id_it_can_read(body: Any, text: str | None) -> None:
    assert echoed_request_id(body) == text


@given(st.dictionaries(st.sampled_from([*DIAL, "customerId", "Phone"]), st.from_type(object)))
def test_no_decoded_body_breaks_a_reader(body: Any) -> None:
    for read in (read_manual_dial, read_manual_dial_customer):
        with contextlib.suppress(InvalidInput):
            read(body, lenient=True)
