"""The guarded client (contract 4.1) against real sockets."""

import asyncio
import gzip
import socket
import ssl
from collections.abc import Sequence
from typing import Protocol

import pytest

from screenpop.adapters.crm import errors
from screenpop.adapters.crm.http import CrmHttp, CrmRequest
from screenpop.testing.stub_crm import StubAnswer, StubCrm


def get(url: str, configured: str | None = None) -> CrmRequest:
    return CrmRequest("GET", url, configured or url)


class Certificate(Protocol):
    """What the fixture of that name gives."""

    client: ssl.SSLContext


class Names:
    """A name service that answers from a list, one answer per question."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0)


async def test_url_is_sent_byte_for_byte(crm: StubCrm, http: CrmHttp) -> None:
    """Characters that a URL library likes to write anew stay as they were composed."""
    target = '/a//b/../c;d?x=%27%7e%2F&empty=&y=[id]&z={"a":1}|^`'

    await http.ask(get(crm.origin + target + "#fragment"))

    assert crm.requests[0].target == target


async def test_host_header_names_the_configured_host_not_the_address(
    tls_crm: StubCrm, trusting: CrmHttp
) -> None:
    answer = await trusting.ask(get(f"{tls_crm.origin}/x"))

    assert answer.status == 200
    assert answer.address == "127.0.0.1"
    assert tls_crm.requests[0].header("host") == tls_crm.origin.removeprefix("https://")


async def test_certificate_is_checked_against_the_configured_name(
    tls_crm: StubCrm, trusting: CrmHttp
) -> None:
    other = tls_crm.origin.replace("crm.test", "other.test")

    with pytest.raises(errors.CrmCertificateRejectedError, match=r"other\.test"):
        await trusting.ask(get(other))
    assert tls_crm.requests == []


async def test_unknown_authority_is_rejected_with_the_cure(tls_crm: StubCrm) -> None:
    async with CrmHttp(resolve=Names(["127.0.0.1"])) as http:
        with pytest.raises(errors.CrmCertificateRejectedError, match="SSL_CERT_FILE"):
            await http.ask(get(tls_crm.origin))


async def test_redirect_is_given_back_not_followed(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/old", StubAnswer(302, (("Location", f"{crm.origin}/new"),)))

    answer = await http.ask(get(f"{crm.origin}/old"))

    assert answer.status == 302
    assert [request.path for request in crm.requests] == ["/old"]


async def test_cookie_of_one_request_is_not_sent_with_the_next(crm: StubCrm, http: CrmHttp) -> None:
    crm.script("/", StubAnswer(headers=(("Set-Cookie", "session=mayas; Path=/"),)))

    await http.ask(get(crm.origin))
    await http.ask(get(crm.origin))

    assert [request.header("cookie") for request in crm.requests] == [None, None]


async def test_proxy_of_the_environment_is_not_used(
    crm: StubCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with CrmHttp() as http:
        assert (await http.ask(get(crm.origin))).status == 200


@pytest.mark.parametrize("url", ["http://crm.example/x", "http://10.0.0.1/", "ftp://crm.example"])
async def test_anything_but_https_is_refused_outside_this_machine(url: str) -> None:
    names = Names(["127.0.0.1"])
    async with CrmHttp(resolve=names) as http:
        with pytest.raises(errors.CrmUrlNotHttpsError):
            await http.ask(get(url))
    assert names.asked == []


async def test_http_to_a_localhost_that_is_elsewhere_is_refused() -> None:
    async with CrmHttp(resolve=Names(["93.184.216.34"])) as http:
        with pytest.raises(errors.CrmUrlNotHttpsError):
            await http.ask(get("http://localhost:9/"))


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "0.0.0.0", "fe80::1%1"],
)
async def test_metadata_and_link_local_addresses_are_never_asked(address: str) -> None:
    async with CrmHttp(resolve=Names([address])) as http:
        with pytest.raises(errors.CrmAddressForbiddenError, match="metadata"):
            await http.ask(get("https://crm.example/"))


async def test_name_that_changes_its_mind_gains_nothing(
    tls_crm: StubCrm, certificate: Certificate
) -> None:
    """The judged address is the one connected to: the name is asked exactly once."""
    names = Names(["127.0.0.1"], ["169.254.169.254"])

    async with CrmHttp(resolve=names, ssl_context=certificate.client) as http:
        assert (await http.ask(get(tls_crm.origin))).address == "127.0.0.1"

    assert names.asked == ["crm.test"]


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "192.168.0.1", "100.64.0.1", "fd12::1", "127.0.0.1"]
)
async def test_private_address_is_refused_where_the_installation_forbids_it(address: str) -> None:
    async with CrmHttp(resolve=Names([address]), allow_private=False) as http:
        with pytest.raises(errors.CrmAddressPrivateError, match="public address"):
            await http.ask(get("https://crm.example/"))


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/x", "https://crm.example:8443/x", "http://crm.example/x"],
)
async def test_request_leaves_the_configured_origin_for_nobody(url: str) -> None:
    async with CrmHttp(resolve=Names(["93.184.216.34"])) as http:
        with pytest.raises(errors.CrmHostNotConfiguredError):
            await http.ask(get(url, "https://crm.example/app"))


@pytest.mark.parametrize(
    "url", ["", "crm", "https://", "https://[x", "https://crm.example/ü", "https://crm.example/a b"]
)
async def test_unreadable_url_is_refused(url: str) -> None:
    async with CrmHttp() as http:
        with pytest.raises(errors.CrmUrlUnreadableError, match="https://host/path"):
            await http.ask(get(url))


async def test_second_address_is_tried_when_the_first_refuses(crm: StubCrm) -> None:
    async with CrmHttp(resolve=Names(["127.0.0.2", "127.0.0.1"])) as http:
        answer = await http.ask(get(crm.origin.replace("127.0.0.1", "localhost")))

    assert answer.address == "127.0.0.1"


async def test_closed_port_is_unreachable(http: CrmHttp) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(errors.CrmUnreachableError, match="firewall"):
            await http.ask(get(f"http://127.0.0.1:{unused.getsockname()[1]}/"))


async def test_unknown_host_is_said_to_be_unknown() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with CrmHttp(resolve=nobody) as http:
        with pytest.raises(errors.CrmHostUnknownError, match=r"crm\.example"):
            await http.ask(get("https://crm.example/"))


async def test_silent_crm_is_given_up_in_time(crm: StubCrm, impatient: CrmHttp) -> None:
    crm.script("/", StubAnswer(hang=True))

    with pytest.raises(errors.CrmAnswerTimedOutError, match=r"waited 0\.3 s"):
        await impatient.ask(get(crm.origin))


async def test_slow_name_service_counts_into_the_same_time() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        return await asyncio.Future()

    async with CrmHttp(resolve=never, timeout_s=0.05) as http:
        with pytest.raises(errors.CrmAnswerTimedOutError):
            await http.ask(get("https://crm.example/"))


@pytest.mark.parametrize("answer", [StubAnswer(drop=True), StubAnswer(raw=b"220 mail ready\r\n")])
async def test_what_is_no_http_is_a_broken_answer(
    crm: StubCrm, http: CrmHttp, answer: StubAnswer
) -> None:
    crm.script("/", answer)

    with pytest.raises(errors.CrmAnswerBrokenError):
        await http.ask(get(crm.origin))


@pytest.mark.parametrize(
    "answer",
    [
        StubAnswer(body=b"x" * 65_537),
        StubAnswer(
            headers=(("Content-Encoding", "gzip"),), body=gzip.compress(b"x" * 50_000_000, 9)
        ),
    ],
    ids=["plain", "compressed"],
)
async def test_more_than_64_kib_is_not_read(
    crm: StubCrm, http: CrmHttp, answer: StubAnswer
) -> None:
    crm.script("/", answer)

    with pytest.raises(errors.CrmAnswerTooLargeError, match="64 KiB"):
        await http.ask(get(crm.origin))


async def test_compressed_answer_is_read_though_not_asked_for(crm: StubCrm, http: CrmHttp) -> None:
    headers = (("Content-Encoding", "gzip"),)
    crm.script("/", StubAnswer(headers=headers, body=gzip.compress(b"hello")))

    assert (await http.ask(get(crm.origin))).body == b"hello"
    assert crm.requests[0].header("accept-encoding") == "identity"


async def test_no_error_shows_the_query(crm: StubCrm, impatient: CrmHttp) -> None:
    crm.script("/", StubAnswer(hang=True))

    with pytest.raises(errors.CrmRequestError) as caught:
        await impatient.ask(get(f"{crm.origin}/?sessionId=secret&phone=8447380993"))

    assert "secret" not in str(caught.value)
    assert "8447380993" not in repr(caught.value)


async def test_timing_covers_every_step(tls_crm: StubCrm, trusting: CrmHttp) -> None:
    timing = (await trusting.ask(get(tls_crm.origin))).timing

    assert timing.connect > 0
    assert timing.tls > 0
    assert timing.total >= timing.first_byte >= timing.resolve >= 0
