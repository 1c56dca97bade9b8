"""Credentials read by their form: the contract's rules over every place and mode."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.wire.credentials import SessionValue, TokenValue, classify, read

VECTORS = Path(__file__).parents[3] / "contracts" / "vectors" / "credentials" / "reading.json"
SESSION = "d1-6955296d-ses-maya-appId-App-Server-AAAAAAAAAAAAAAAAAAAAAA-1"
OTHER = "d1-6955296d-ses-ravi-appId-App-Server-BBBBBBBBBBBBBBBBBBBBBB-2"

sessions = st.sampled_from([SESSION, OTHER, SESSION + "-uce-mayaabcd1234@1"])
tokens = st.sampled_from(["Basic YTpi", "Bearer t", "eyJh.eyJz.c2ln", "ZGVtby1hcGk6ZGVtby1hcGk="])
noise = st.sampled_from([None, "", "  ", "undefined", "null", "Basic", '""', 7])
places = sessions | tokens | noise | st.text(max_size=20)


def cases() -> list[Any]:
    loaded = json.loads(VECTORS.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in loaded["cases"]]


@pytest.mark.parametrize("case", cases())
def test_reading_follows_the_vectors(case: Any) -> None:
    given_, wanted = case["input"], case["output"]
    reading = read(
        given_["authorization"],
        given_["headerSession"],
        given_["bodySession"],
        given_["bodySeat"],
        lenient=given_["lenient"],
    )
    token = reading.account_token
    assert (token and {"form": token.form, "text": token.text}) == wanted["accountToken"]
    assert reading.session_text == wanted["session"]
    assert reading.other_session_text == wanted["otherSession"]
    assert reading.conflict is (wanted["otherSession"] is not None)
    assert reading.seat_session_text == wanted["seatSession"]


@given(places, places, places, places)
def test_lenient_finds_all_that_strict_finds(a: object, h: object, b: object, s: object) -> None:
    strict = read(a, h, b, s, lenient=False)
    lenient = read(a, h, b, s, lenient=True)
    if strict.account_token is not None:
        assert lenient.account_token == strict.account_token
    if strict.session_text is not None:
        assert lenient.session_text == strict.session_text
    assert lenient.other_session_text == strict.other_session_text


@given(places, places, places, st.sampled_from(['"{}"', "'{}'", "  {} ", '" {} "']))
def test_quotes_and_spaces_around_a_value_do_not_count(
    a: object, h: object, b: object, wrap: str
) -> None:
    def wrapped(value: object) -> object:
        return wrap.format(value) if isinstance(value, str) and classify(value) else value

    assert read(wrapped(a), wrapped(h), wrapped(b), None, lenient=True) == read(
        a, h, b, None, lenient=True
    )


@given(st.text(min_size=1).filter(lambda t: ":" not in t), st.text())
def test_basic_and_bare_base64_give_the_same_pair(user: str, secret: str) -> None:
    try:
        raw = f"{user}:{secret}".encode()
    except UnicodeEncodeError:
        return
    word = base64.b64encode(raw).decode()
    for value in (f"Basic {word}", word, word.rstrip("="), base64.urlsafe_b64encode(raw).decode()):
        token = classify(value)
        assert isinstance(token, TokenValue)
        assert token.user_and_secret() == (user, secret)


@pytest.mark.parametrize(
    ("value", "jwt"),
    [("Bearer eyJh.eyJz.c2ln", True), ("eyJh.eyJz.c2ln", True), ("Bearer opaque", False)],
)
def test_a_jwt_is_known_with_and_without_its_scheme(value: str, jwt: bool) -> None:
    token = classify(value)
    assert isinstance(token, TokenValue)
    assert token.is_jwt is jwt
    assert token.user_and_secret() is None


def test_a_seat_of_any_length_names_its_session() -> None:
    seat = SESSION + "-uce-mayaabcd1234@1-uce-7905690272@2-uce-x@3"
    assert classify(seat) == SessionValue(SESSION)


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    value = classify(text)
    if isinstance(value, TokenValue):
        value.user_and_secret()
