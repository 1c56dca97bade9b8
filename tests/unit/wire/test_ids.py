"""The forms of the public ids, against the vectors and over all their parts."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.wire import ids

VECTORS = Path(__file__).parents[3] / "contracts" / "vectors" / "ids"
ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

user_ids = st.text(ALNUM + "._@-", min_size=1, max_size=64).filter(ids.is_user_id)
randoms = st.text(ALNUM, min_size=22, max_size=28)
moments = st.integers(0, 2**32 - 1)
nodes = st.integers(0, 9999)


def cases(name: str) -> list[Any]:
    loaded = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in loaded["cases"]]


def formed(parts: dict[str, Any]) -> str:
    match parts["id"]:
        case "sessionId":
            return ids.session_id(
                parts["node"], parts["started"], parts["userId"], parts["random"], parts["seq"]
            )
        case "userCrtObjectId":
            return ids.user_crt_object_id(
                parts["session"], parts["userId"], parts["random"], parts["number"]
            )
        case "iframeId":
            return ids.iframe_id(parts["appId"], parts.get("interactionSeq"))
        case name:
            form = {
                "crtObjectId": ids.crt_object_id,
                "interactionId": ids.interaction_id,
                "callId": ids.call_id,
                "associationId": ids.association_id,
            }[name]
            text = form(parts["node"], parts["started"], parts["seq"])
            assert ids.looks_like(name, text)
            return text


@pytest.mark.parametrize("case", cases("forms.json"))
def test_ids_have_the_contracts_forms(case: Any) -> None:
    assert formed(case["input"]) == case["output"]


@pytest.mark.parametrize("case", cases("seats.json"))
def test_a_sent_seat_names_its_session_and_itself(case: Any) -> None:
    assert ids.seat_session(case["input"]) == case["output"]["session"]
    assert ids.own_seat(case["input"]) == case["output"]["seat"]


@given(nodes, moments, user_ids, randoms, st.integers(1, 999_999_999))
def test_every_session_id_is_recognised_and_within_its_length(
    node: int, started: int, user: str, random: str, seq: int
) -> None:
    text = ids.session_id(node, started, user, random, seq)
    assert ids.looks_like_session_id(text)
    assert not ids.looks_like_seat(text)
    assert len(text) <= 75 + len(user)


@given(
    nodes,
    moments,
    user_ids,
    randoms,
    st.text(ALNUM, min_size=8, max_size=8),
    st.integers(0, 10**6),
)
def test_every_seat_starts_with_its_session(
    node: int, started: int, user: str, random: str, own: str, number: int
) -> None:
    session = ids.session_id(node, started, user, random, 1)
    seat = ids.user_crt_object_id(session, user, own, number)
    assert ids.looks_like_seat(seat)
    assert ids.seat_session(seat) == session
    assert ids.own_seat(seat) == seat
    assert ids.own_seat(f"{seat}-uce-{own}@2-uce-1@3") == seat


@pytest.mark.parametrize("text", ["", "x" * 65, "a b", "a-UCE-b", "a-ses-b", "zoë"], ids=repr)
def test_user_ids_keep_to_their_characters(text: str) -> None:
    assert not ids.is_user_id(text)
    assert ids.is_user_id("m.x_1@y-z")


@pytest.mark.parametrize(
    "parts",
    [
        {"user_id": "a b"},
        {"random": "A" * 21},
        {"random": "A" * 33},
        {"random": "-" * 22},
        {"seq": 10**19},
        {"node": -1},
        {"started": 2**32},
    ],
    ids=repr,
)
def test_session_parts_outside_of_the_contracts_limits_are_refused(parts: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "node": 1,
        "started": 0,
        "user_id": "maya",
        "random": "A" * 22,
        "seq": 1,
    }
    ids.session_id(**good)
    with pytest.raises(ValueError, match=r"."):
        ids.session_id(**{**good, **parts})


def test_a_seat_needs_eight_random_characters() -> None:
    with pytest.raises(ValueError, match="8 of"):
        ids.user_crt_object_id("s", "maya", "short", 1)
