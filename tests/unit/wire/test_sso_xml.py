"""The single sign-on messages, against the vectors and against anything a CRM might send."""

import contextlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.wire import sso_xml
from screenpop.wire.sso_xml import SsoLogin, SsoLogout, SsoReply, SsoRequest

VECTORS = Path(__file__).parents[3] / "contracts" / "vectors" / "sso"

# What XML 1.0 can carry; everything else becomes U+FFFD.
xml_text = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"),
        include_characters="\t\n\r",
        exclude_characters="\ufffe\uffff",
    ),
    max_size=200,
)


def cases(name: str) -> list[Any]:
    loaded = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in loaded["cases"]]


def request_of(fields: dict[str, str]) -> SsoRequest:
    if fields["command"] == "logout":
        return SsoLogout(fields["crmSessionId"])
    return SsoLogin(fields["userId"], fields.get("password"), fields.get("token"))


@pytest.mark.parametrize("case", cases("requests.json"))
def test_request_is_written_and_read_as_the_vector_says(case: dict[str, Any]) -> None:
    request, output = request_of(case["input"]), case["output"]

    assert sso_xml.compose_xml_request(request) == output["xml"]
    assert sso_xml.compose_form(request).decode() == output["form"]
    assert sso_xml.parse_request(output["xml"].encode()) == request
    assert sso_xml.parse_request(output["form"].encode()) == request
    if "json" in output:
        written = sso_xml.compose_json_request(request)
        assert json.loads(written) == output["json"]
        assert sso_xml.parse_request(written) == request


@pytest.mark.parametrize("case", cases("replies.json"))
def test_reply_is_read_as_the_vector_says(case: dict[str, Any]) -> None:
    body, output = case["input"].encode(), case["output"]
    if "error" in output:
        with pytest.raises(getattr(sso_xml, output["error"])):
            sso_xml.parse_reply(body)
        return
    assert sso_xml.parse_reply(body) == SsoReply(
        output["ok"], output["message"], output["crmSessionId"]
    )


@given(user_id=xml_text.filter(lambda text: bool(text.strip())), password=xml_text)
def test_any_password_survives_the_form(user_id: str, password: str) -> None:
    """A plain form decoder and our own reader both get every character back."""
    form = sso_xml.compose_form(SsoLogin(user_id, password=password))

    read = sso_xml.parse_request(form)

    assert isinstance(read, SsoLogin)
    assert read.password == password
    assert read.user_id == user_id.strip()
    assert list(parse_qs(form.decode())) == ["requestXml"]


@given(ok=st.booleans(), message=xml_text, session=xml_text)
def test_reply_survives_both_forms(ok: bool, message: str, session: str) -> None:
    reply = SsoReply(ok, message.strip(), session.strip() or None)

    assert sso_xml.parse_reply(sso_xml.compose_xml_reply(reply).encode()) == reply
    assert sso_xml.parse_reply(sso_xml.compose_json_reply(reply)) == reply


@given(
    st.binary(max_size=400)
    | st.text(max_size=400).map(lambda t: f"<response>{t}".encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused_by_name(body: bytes) -> None:
    with contextlib.suppress(sso_xml.SsoMessageError):
        sso_xml.parse_reply(body)


def test_characters_that_xml_cannot_carry_become_the_replacement_character() -> None:
    written = sso_xml.compose_xml_request(SsoLogout("a\x00\ud800\x1bz"))

    assert written.endswith("<crmSessionId>a\ufffd\ufffd\ufffdz</crmSessionId></request>")


@pytest.mark.parametrize("form", ["<response>{}</response>", '{{"status": "{}"}}'])
def test_more_than_64_kib_is_refused_before_it_is_read(form: str) -> None:
    with pytest.raises(sso_xml.SsoMessageTooLarge):
        sso_xml.parse_reply(form.format("x" * sso_xml.MAX_MESSAGE_BYTES).encode())


@pytest.mark.parametrize("opening", ["<a>", "["])
def test_deep_nesting_is_no_way_to_stop_the_reader(opening: str) -> None:
    body = "<response>" + opening * 20_000 if opening == "<a>" else '{"a":' + opening * 60_000

    with pytest.raises(sso_xml.SsoMessageUnreadable):
        sso_xml.parse_reply(body.encode())


@pytest.mark.parametrize(
    ("encoding", "declaration"),
    [("utf-16", ""), ("cp1252", ""), ("iso-8859-2", '<?xml version="1.0" encoding="ISO-8859-2"?>')],
)
def test_reply_in_another_encoding_is_read(encoding: str, declaration: str) -> None:
    text = f"{declaration}<response><status>failed</status><message>é</message></response>"

    assert sso_xml.parse_reply(text.encode(encoding)).message == "é"


@pytest.mark.parametrize(
    "body",
    [
        "<request><command>dance</command></request>",
        "<request><command>login</command><password>x</password></request>",
        "<request><command>login</command><userId>maya</userId></request>",
        "<request><command>logout</command></request>",
        "requestXml=",
    ],
)
def test_request_without_its_main_part_is_unreadable(body: str) -> None:
    with pytest.raises(sso_xml.SsoMessageUnreadable):
        sso_xml.parse_request(body.encode())


def test_login_without_exactly_one_proof_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="either a password or a token"):
        SsoLogin("maya", password="x", token="y")
    with pytest.raises(ValueError, match="either a password or a token"):
        SsoLogin("maya")


def test_login_never_shows_its_proof() -> None:
    assert "hunter2" not in repr(SsoLogin("maya", password="hunter2"))
    assert "hunter2" not in repr(SsoLogin("maya", token="hunter2"))
