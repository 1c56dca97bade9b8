"""Phones, callback times and replies of the voice REST."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.wire.errors import InvalidInput
from screenpop.wire.rest import CallbackWish, is_masked, mask_phone, read_phone, replies
from screenpop.wire.rest.callback_time import read_callback_time, read_callback_wish

VECTORS = Path(__file__).parents[3] / "contracts" / "vectors" / "rest"


def cases(name: str) -> list[Any]:
    loaded = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in loaded["cases"]]


@pytest.mark.parametrize("case", cases("phones.json"))
def test_phones_are_read_as_the_vectors_say(case: Any) -> None:
    assert read_phone(case["input"]) == case["output"]


@given(st.text())
def test_a_read_phone_holds_dial_signs_only_and_reads_as_itself(text: str) -> None:
    phone = read_phone(text)
    if phone is not None:
        assert set(phone) <= set("+0123456789*#")
        assert len(phone) <= 32
        assert read_phone(phone) == phone


@pytest.mark.parametrize(
    ("phone", "masked"), [("8447380993", "xxxxxx0993"), ("0993", "0993"), ("", "")]
)
def test_a_masked_phone_shows_its_last_four_digits(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked
    assert is_masked(masked) is masked.startswith("x")


@pytest.mark.parametrize("case", cases("callback_times.json"))
def test_callback_times_are_read_as_the_vectors_say(case: Any) -> None:
    zone = ZoneInfo(case["input"]["zone"])
    assert read_callback_time(case["input"]["value"], zone) == case["output"]


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001
    st.integers(-720, 840),
)
def test_rfc_3339_keeps_its_milliseconds(local: datetime, offset: int) -> None:
    moment = local.replace(
        microsecond=local.microsecond // 1000 * 1000,
        tzinfo=timezone(timedelta(minutes=offset)),
    )
    read = read_callback_time(moment.isoformat(), UTC)
    assert read is not None
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=read) == moment


@pytest.mark.parametrize(
    "values",
    [
        {"callbackTime": "2030-01-01T00:00:00Z", "selfCallback": "false"},
        {"callBackTime": "2030-01-01T00:00:00Z", "isSelfCallBack": False},
        {"CALLBACKTIME": "2030-01-01T00:00:00Z", "SelfCallBack": "FALSE"},
    ],
)
def test_a_callback_is_read_under_each_of_its_names(values: dict[str, object]) -> None:
    wish = read_callback_wish(values)
    assert (wish.due(UTC), wish.self_callback) == (1893456000000, False)


def test_a_callback_that_says_nothing_is_the_agents_own_without_a_time() -> None:
    assert read_callback_wish({"callbackTime": " ", "other": 1}) == CallbackWish(None, True, ())
    assert CallbackWish().due(UTC) is None


def test_an_unreadable_callback_is_told_when_it_is_needed() -> None:
    wish = read_callback_wish({"callbackTime": "soon", "selfCallback": "perhaps"})
    with pytest.raises(InvalidInput) as caught:
        wish.due(UTC)
    assert caught.value.details == ("callbackTime", "selfCallback")


@pytest.mark.parametrize(
    ("form", "authorization", "accept", "ok"),
    [
        ("auto", None, None, True),
        ("auto", None, "*/*", True),
        ("auto", None, "application/json", False),
        ("auto", "Basic x", "*/*", False),
        ("json", None, None, False),
        ("ok", "Basic x", "application/json", True),
    ],
)
def test_ok_answers_the_known_field_client_only(
    form: Any, authorization: str | None, accept: str | None, ok: bool
) -> None:
    assert replies.answers_ok(form, authorization=authorization, accept=accept) is ok


IDS: dict[str, Any] = {
    "request_id": "r",
    "crt_object_id": "c",
    "interaction_id": "i",
    "user_crt_object_id": "u",
    "campaign_id": 60,
}


def test_success_replies_have_the_contracts_fields_in_order() -> None:
    first = ["result", "requestId", "crtObjectId", "interactionId", "userCrtObjectId", "campaignId"]
    dial = replies.dial_reply(**IDS, phone="1", customer_id=None)
    assert list(dial) == [*first, "phone", "customerId"]
    assert dial["customerId"] == -1
    both = replies.dial_reply(**IDS, phone="1", customer_id=5, disposed_crt_object_id="old")
    assert list(both) == [*list(dial), "disposedCrtObjectId"]
    disposed = replies.dispose_reply(**IDS, disposition_code_id=11, disposition_code="Sale")
    assert list(disposed) == [*first, "dispositionCodeId", "dispositionCode"]
    assert {reply["result"] for reply in (dial, both, disposed)} == {"success"}


def test_the_login_reply_has_the_fields_of_the_field() -> None:
    facts = replies.LoginFacts(1, "maya", "Maya", "Executive", "s", 5, "jwt", 9)
    reply = replies.login_reply(facts, request_id=None)
    assert reply["userSessionInfo"]["sessionId"] == "s"
    policy = reply["authenticationState"]["authPolicyVsUserInfo"]["auth.type.passwd"]
    assert policy["loginProperties"] == {
        "jwt": "jwt",
        "jwtTokenExpiryMs": 9,
        "contact_center_id": 1,
    }
    assert reply["configurations"] == {}
