"""The older calls as they are read and worded, against the vectors and over any input."""

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.wire.errors import InvalidInput, envelope
from screenpop.wire.legacy import (
    error_reply,
    mended_line,
    read_dispose,
    read_disposition_attr,
    read_form,
    read_lenient_object,
    read_login,
    read_manual_dial,
    read_pairs,
    read_voice_log,
    why_not,
)
from screenpop.wire.legacy.lenient_json import MAX_DATA

VECTORS = Path(__file__).parents[3] / "contracts" / "vectors" / "legacy"
SAFE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
FLAT = st.one_of(st.none(), st.booleans(), st.integers(-(2**63) + 1, 2**63 - 1), SAFE)
OBJECTS = st.dictionaries(SAFE, st.one_of(FLAT, st.lists(FLAT), st.dictionaries(SAFE, FLAT)))


def cases(name: str) -> list[Any]:
    loaded = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return [
        pytest.param(case["input"], case["output"], id=case["name"]) for case in loaded["cases"]
    ]


def is_refused(output: Any) -> bool:
    return isinstance(output, dict) and "error" in output


@pytest.mark.parametrize(("text", "output"), cases("data"))
def test_data_is_read_as_the_vectors_say(text: str, output: Any) -> None:
    if is_refused(output):
        with pytest.raises(InvalidInput):
            read_lenient_object(text)
    else:
        assert read_lenient_object(text) == output


@given(OBJECTS)
def test_json_is_read_as_json_whatever_it_holds(value: dict[str, Any]) -> None:
    text = json.dumps(value)
    if len(text) <= MAX_DATA:
        assert read_lenient_object(text) == value


@given(st.dictionaries(SAFE, SAFE))
def test_single_quotes_read_as_double_ones(value: dict[str, str]) -> None:
    def quoted(text: str) -> str:
        return "'" + json.dumps(text)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"

    text = "{" + ",".join(f"{quoted(key)}:{quoted(each)}" for key, each in value.items()) + "}"
    assert read_lenient_object(text) == value


@given(st.text(alphabet="{}[]'\",:\\ab1.-+ un\n", max_size=60))
def test_no_data_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(InvalidInput):
        read_lenient_object(text)


@pytest.mark.parametrize("text", ["{a:" + "[" * 100_000, '{"a":"' + "ä" * 9_000 + '"}'])
def test_deep_and_large_data_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_lenient_object(text)


@pytest.mark.parametrize(("sent", "output"), cases("disposition_attr"))
def test_disposition_attr_is_read_as_the_vectors_say(sent: Any, output: Any) -> None:
    zone = ZoneInfo(sent["zone"])
    if is_refused(output):
        with pytest.raises(InvalidInput):
            read_disposition_attr(sent["dispositionAttr"], sent["now"], zone)
    else:
        assert read_disposition_attr(sent["dispositionAttr"], sent["now"], zone) == output


@given(st.text(alphabet="localfter-0123456789: pm", max_size=40))
def test_no_disposition_attr_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(InvalidInput):
        read_disposition_attr(text, 1_795_365_000_000, ZoneInfo("America/New_York"))


@pytest.mark.parametrize(("raw", "output"), cases("pairs"))
def test_queries_are_read_as_the_vectors_say(raw: str, output: Any) -> None:
    assert read_pairs(raw.encode()) == output
    assert read_form("application/x-www-form-urlencoded", raw.encode()) == output


@given(SAFE.filter(lambda text: text.strip().lower() not in {"", "null", "undefined"}))
def test_any_value_comes_through_a_query(text: str) -> None:
    assert read_pairs(f"a=1&value={quote_plus(text)}&b=2".encode())["value"] == text


@given(st.binary())
def test_no_bytes_break_the_reader_of_queries(raw: bytes) -> None:
    with contextlib.suppress(InvalidInput):
        read_pairs(raw)


def test_nul_and_a_flood_of_fields_are_refused() -> None:
    for raw in (b"a=%00", b"&".join(b"a%d=1" % n for n in range(1001))):
        with pytest.raises(InvalidInput):
            read_pairs(raw)


def test_a_multipart_form_is_read_like_any_other() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="command"\r\n\r\nmanual-dial\r\n'
        b'--x\r\nContent-Disposition: form-data; name="Data"\r\n\r\n{"name":"\xc3\x9cber+"}\r\n'
        b"--x--\r\n"
    )
    assert read_form("multipart/form-data; boundary=x", body) == {
        "command": "manual-dial",
        "data": '{"name":"Über+"}',
    }
    assert read_form("multipart/form-data", body) == {}


@pytest.mark.parametrize(("line", "output"), cases("request_lines"))
def test_request_lines_are_mended_as_the_vectors_say(line: str, output: str) -> None:
    assert mended_line(line.encode()) == output.encode()


@given(st.binary())
def test_a_mended_line_is_one_target_that_decodes_to_what_was_sent(raw: bytes) -> None:
    target = b"/dacx/dispose?a=" + raw.replace(b"%", b"")
    method, mended, version = mended_line(b"GET %b HTTP/1.1\r\n" % target).split(b" ")
    assert (method, version) == (b"GET", b"HTTP/1.1\r\n")
    assert all(0x21 <= byte < 0x7F for byte in mended)


@pytest.mark.parametrize(("raw", "output"), cases("dispose"))
def test_a_disposal_is_read_as_the_vectors_say(raw: str, output: Any) -> None:
    if is_refused(output):
        with pytest.raises(InvalidInput) as caught:
            read_dispose(read_pairs(raw.encode()))
        assert caught.value.info == output["error"]
    else:
        read = asdict(read_dispose(read_pairs(raw.encode())))
        assert json.loads(json.dumps(read)) == output


@pytest.mark.parametrize(("data", "output"), cases("manual_dial"))
def test_a_dial_is_read_as_the_vectors_say(data: Any, output: Any) -> None:
    if is_refused(output):
        with pytest.raises(InvalidInput) as caught:
            read_manual_dial(data)
        assert caught.value.info == output["error"]
    else:
        assert json.loads(json.dumps(asdict(read_manual_dial(data)))) == output


def test_a_login_takes_the_password_under_both_names_as_it_was_sent() -> None:
    for name in ("password", "Token"):
        body = read_login({"userId": "maya", name: " secret "}, force=True)
        assert (body.user_id, body.token, body.force_login) == ("maya", " secret ", True)
    assert read_login({"userId": 7, "password": 12}, force=False).token == "12"
    with pytest.raises(InvalidInput) as caught:
        read_login({"userId": "maya", "password": " "}, force=False)
    assert caught.value.details == ("password",)


def test_a_voice_log_is_mp3_or_wav() -> None:
    assert read_voice_log({"crtObjectId": "c"}) == ("c", "mp3")
    assert read_voice_log({"crtObjectId": "c", "targetFormat": "WAV"}) == ("c", "wav")
    with pytest.raises(InvalidInput):
        read_voice_log({"crtObjectId": "c", "targetFormat": "ogg"})


def test_every_refusal_is_one_line_and_one_object() -> None:
    _, told = envelope("invalid.session.id", hint="Log in.\r\nThen try again.", request_id="r")
    assert why_not(told) == "invalid.session.id. Log in. Then try again."
    assert error_reply(told) == {
        "status": "error",
        "reason": "invalid.session.id",
        "details": "Log in.\r\nThen try again.",
        "result": "failure",
        "message": "invalid.session.id",
        "code": 99999,
        "requestId": "r",
    }
