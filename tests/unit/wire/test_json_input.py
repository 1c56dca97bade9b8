"""Bodies that strangers send: the good ones read as `json.loads` does, the others refused."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.wire.errors import InvalidInput
from screenpop.wire.json_input import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INTEGER,
    is_safe_text,
    read_json,
    read_json_object,
)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(leaves, lambda v: st.lists(v) | st.dictionaries(texts, v), max_leaves=20)
bodies = st.dictionaries(texts, values)


@given(bodies, st.booleans(), st.booleans())
def test_every_good_body_reads_as_it_was_written(
    body: dict[str, object], ascii_only: bool, mark: bool
) -> None:
    raw = json.dumps(body, ensure_ascii=ascii_only).encode()
    assert read_json_object(b"\xef\xbb\xbf" + raw if mark else raw) == body


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_name(raw: bytes) -> None:
    with contextlib.suppress(InvalidInput):
        read_json(raw)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a":1}x', "not JSON"),
        (b"'phone'", "not JSON"),
        (b'{"a":"\x00"}', "not JSON"),
        (b"[]", "no JSON object"),
        (b"null", "no JSON object"),
        (b'"text"', "no JSON object"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a":"\\u0000"}', "NUL"),
        (b'{"a":["\\ud800"]}', "surrogate"),
        (b'{"\\udfff":1}', "surrogate"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "Infinity"),
        (b'{"a":1e999}', "too large"),
        (b'{"a":9223372036854775808}', "63 bits"),
        (b'{"a":-9223372036854775808}', "63 bits"),
        (b'{"a":' + b"9" * 5000 + b"}", "63 bits"),
        (b'{"phone":"1","b":2,"phone":"1"}', "The key phone stands twice"),
        (b'{"a":{"b":1,"b":1}}', "The key b stands twice"),
    ],
)
def test_what_would_surface_late_is_refused_at_the_door(raw: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read_json_object(raw)


def test_a_repeated_key_is_named_in_the_details() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_json_object(b'{"phone":1,"phone":2}')
    assert caught.value.details == ("phone",)


def test_the_largest_body_is_read_and_one_byte_more_is_not() -> None:
    raw = b'{"a":"' + b"x" * (MAX_BYTES - 8) + b'"}'
    assert len(raw) == MAX_BYTES
    read_json_object(raw)
    with pytest.raises(InvalidInput, match="256 KiB"):
        read_json_object(raw + b" ")


def nested(depth: int, opening: bytes, closing: bytes) -> bytes:
    return b'{"a":' + opening * (depth - 1) + b"1" + closing * (depth - 1) + b"}"


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"b":', b"}")])
def test_nesting_is_read_to_its_limit_only(opening: bytes, closing: bytes) -> None:
    read_json_object(nested(MAX_DEPTH, opening, closing))
    with pytest.raises(InvalidInput, match="deeper"):
        read_json_object(nested(MAX_DEPTH + 1, opening, closing))


def test_a_body_of_nothing_but_brackets_is_refused_without_recursion() -> None:
    with pytest.raises(InvalidInput, match="deeper"):
        read_json(b"[" * MAX_BYTES)


def test_brackets_inside_texts_and_side_by_side_are_no_nesting() -> None:
    body = {"notes": '[{"\\' * 200, "list": [[] for _ in range(200)]}
    assert read_json_object(json.dumps(body).encode()) == body


def test_a_surrogate_pair_is_one_good_character() -> None:
    assert read_json_object(b'{"a":"\\ud83d\\ude00"}') == {"a": "\U0001f600"}


@pytest.mark.parametrize(
    ("text", "safe"), [("plain \U0001f600", True), ("\x00", False), ("\ud800", False)]
)
def test_safe_text_holds_neither_nul_nor_half_pairs(text: str, safe: bool) -> None:
    assert is_safe_text(text) is safe
