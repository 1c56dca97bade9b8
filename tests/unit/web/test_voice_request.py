"""What a request brings, in whatever pieces it comes."""

from typing import Any

import pytest

from screenpop.web.voice_request import DisconnectedError, read_body, read_request
from screenpop.wire.errors import InvalidInput
from screenpop.wire.json_input import MAX_BYTES


def scope(method: str = "POST", query: bytes = b"", **headers: str) -> dict[str, Any]:
    return {
        "method": method,
        "query_string": query,
        "client": ("127.0.0.9", 5),
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
    }


def pieces(*chunks: bytes, cut: bool = False) -> Any:
    messages = [
        {"type": "http.request", "body": chunk, "more_body": cut or number < len(chunks) - 1}
        for number, chunk in enumerate(chunks)
    ]
    waiting = iter([*messages, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(waiting)

    return receive


async def test_a_body_in_pieces_is_one_body() -> None:
    assert await read_body(scope(), pieces(b"{", b'"a"', b":1}")) == b'{"a":1}'


async def test_a_client_that_goes_away_has_no_body() -> None:
    with pytest.raises(DisconnectedError):
        await read_body(scope(), pieces(b"{", cut=True))


@pytest.mark.parametrize("length", [str(MAX_BYTES + 1), "9" * 5000], ids=["one more", "absurd"])
async def test_a_body_that_says_it_is_too_large_is_not_read(length: str) -> None:
    with pytest.raises(InvalidInput, match="256 KiB"):
        await read_body(scope(content_length=length), pieces())


async def test_a_body_that_grows_too_large_is_read_no_further() -> None:
    with pytest.raises(InvalidInput, match="256 KiB"):
        await read_body(scope(), pieces(*[b"x" * 65536] * 5, cut=True))


def test_values_are_found_without_case_and_the_contracts_spelling_counts() -> None:
    request = read_request(scope(), b'{"SESSIONID":"a","sessionId":"b"}', may_be_empty=False)
    assert (request.value("sessionId"), request.value("phone")) == ("b", None)
    request = read_request(scope(), b'{"SESSIONID":"a"}', may_be_empty=False)
    assert request.value("sessionId") == "a"


def test_headers_of_credentials_and_form_are_taken() -> None:
    request = read_request(
        scope(authorization="Basic x", sessionid="s", accept="*/*"), b"{}", may_be_empty=False
    )
    assert (request.authorization, request.header_session, request.accept) == (
        "Basic x",
        "s",
        "*/*",
    )
    assert request.address == "127.0.0.9"


def test_a_query_is_decoded_once_and_its_first_value_counts() -> None:
    query = b"campaignId=60&campaignId=61&x=a+b%2Bc%2520"
    request = read_request(scope("GET", query), b"", may_be_empty=True)
    assert request.values == {"campaignId": "60", "x": "a b+c%20"}


@pytest.mark.parametrize("query", [b"a=%00", b"a=%ff", b"\xff"], ids=repr)
def test_a_query_that_cannot_be_read_is_noted(query: bytes) -> None:
    assert read_request(scope("GET", query), b"", may_be_empty=True).unreadable is not None


@pytest.mark.parametrize(("may_be_empty", "noted"), [(True, False), (False, True)])
def test_an_empty_body_is_fine_where_headers_say_all(may_be_empty: bool, noted: bool) -> None:
    request = read_request(scope(), b"  ", may_be_empty=may_be_empty)
    assert (request.unreadable is not None) is noted


def test_a_refused_body_still_gives_its_request_id() -> None:
    assert read_request(scope(), b'{"requestId":7}', may_be_empty=False).request_id == "7"
    assert read_request(scope(), b'{"requestId":', may_be_empty=False).request_id is None
