"""The framing probe and a fired URL against a real server (contract 3.6)."""

import socket

import pytest

from screenpop.adapters.crm.errors import CrmAnswerTimedOutError
from screenpop.adapters.crm.http import CrmHttp
from screenpop.adapters.crm.probe import fire, probe, probe_url
from screenpop.testing.stub_crm import StubAnswer, StubCrm

CONSOLE = "https://console.example"
SERVERS = ["nginx", "Apache", "IIS", "Django", "Express", "PHP"]


@pytest.mark.parametrize(
    ("configured", "asked"),
    [
        ("https://crm.example/call", "https://crm.example/call"),
        ("https://crm.example/c?own=1&p={phone}&x=2#/{name}", "https://crm.example/c?own=1&x=2"),
        ("https://crm.example/c/{phone|unknown}/{queueName}", "https://crm.example/c/unknown/"),
        ("https://crm.example?p={phone}", "https://crm.example"),
    ],
)
def test_probe_asks_without_a_value_of_any_call(configured: str, asked: str) -> None:
    assert probe_url(configured) == asked


async def test_page_that_may_be_framed_has_no_problem(crm: StubCrm, http: CrmHttp) -> None:
    headers = (
        ("Content-Security-Policy", f"frame-ancestors {CONSOLE}"),
        ("Set-Cookie", "s=1; Secure; SameSite=None; Partitioned"),
    )
    crm.script("/call", StubAnswer(headers=headers))

    finding = await probe(http, f"{crm.origin}/call?phone={{phone}}", [CONSOLE])

    assert finding.reachability == "reachable"
    assert finding.certificate == "none"
    assert finding.problems == ()
    assert not finding.refuses_framing
    (request,) = crm.requests
    assert (request.method, request.target) == ("GET", "/call")
    assert request.header("purpose") == "screenpop-check"


async def test_certificate_of_a_good_page_is_valid(tls_crm: StubCrm, trusting: CrmHttp) -> None:
    finding = await probe(trusting, tls_crm.origin, [CONSOLE])

    assert (finding.reachability, finding.certificate) == ("reachable", "valid")


async def test_bad_certificate_is_a_problem_with_its_cure(
    tls_crm: StubCrm, trusting: CrmHttp
) -> None:
    other = tls_crm.origin.replace("crm.test", "other.test")

    finding = await probe(trusting, other, [CONSOLE])

    assert (finding.reachability, finding.certificate) == ("failed", "rejected")
    assert [problem.key for problem in finding.problems] == ["certificate.rejected"]


async def test_refused_frame_names_the_header_and_what_to_set_everywhere(
    crm: StubCrm, http: CrmHttp
) -> None:
    crm.script("/", StubAnswer(headers=(("X-Frame-Options", "SAMEORIGIN"),)))

    finding = await probe(http, crm.origin, [CONSOLE, crm.origin])

    assert finding.refuses_framing
    assert [verdict.allowed for verdict in finding.framing] == [False, True]
    (problem,) = finding.problems
    assert "X-Frame-Options: SAMEORIGIN" in problem.text
    expected = f"frame-ancestors 'self' {CONSOLE} {crm.origin}"
    assert problem.to_set == f"Content-Security-Policy: {expected}"
    assert [fix.server for fix in problem.fixes] == SERVERS
    assert f'SCREENPOP_CONSOLE_ORIGINS = "{CONSOLE} ' in problem.fixes[3].text
    for fix in problem.fixes:
        assert CONSOLE in fix.text
        assert "<origins>" not in fix.text


async def test_each_cookie_that_a_frame_loses_is_named(crm: StubCrm, http: CrmHttp) -> None:
    headers = (("Set-Cookie", "PHPSESSID=1; HttpOnly"), ("Set-Cookie", "b=1; Secure"))
    crm.script("/", StubAnswer(headers=headers))

    finding = await probe(http, crm.origin, [CONSOLE])

    assert [problem.key for problem in finding.problems] == ["cookie.not.embeddable"] * 2
    first = finding.problems[0]
    assert "PHPSESSID" in first.text
    assert "SameSite=None and Secure and Partitioned" in first.text
    assert first.to_set.endswith("Secure; SameSite=None; Partitioned")
    assert [fix.server for fix in first.fixes] == SERVERS
    assert all("<origins>" not in fix.text and "<name>" not in fix.text for fix in first.fixes)


@pytest.mark.parametrize(
    ("location", "problems"),
    [("/login?next=secret", []), ("https://id.example/login?x=1", ["redirect.elsewhere"])],
)
async def test_redirect_is_told_and_not_followed(
    crm: StubCrm, http: CrmHttp, location: str, problems: list[str]
) -> None:
    crm.script("/", StubAnswer(302, (("Location", location),)))

    finding = await probe(http, crm.origin, [CONSOLE])

    assert finding.redirect == location.partition("?")[0]
    assert [problem.key for problem in finding.problems] == problems
    assert len(crm.requests) == 1


@pytest.mark.parametrize(("status", "odd"), [(200, False), (401, False), (404, True), (500, True)])
async def test_error_status_without_parameters_is_told(
    crm: StubCrm, http: CrmHttp, status: int, odd: bool
) -> None:
    crm.script("/", StubAnswer(status))

    finding = await probe(http, crm.origin, [CONSOLE])

    assert [problem.key for problem in finding.problems] == ["status.unexpected"] * odd


async def test_crm_that_the_server_cannot_reach_is_not_called_broken(http: CrmHttp) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        finding = await probe(http, f"http://127.0.0.1:{unused.getsockname()[1]}/", [CONSOLE])

    assert finding.reachability == "not.visible.from.server"
    assert finding.problems == ()
    assert not finding.refuses_framing


async def test_silent_and_private_crms_are_not_called_broken(
    crm: StubCrm, impatient: CrmHttp
) -> None:
    crm.script("/", StubAnswer(hang=True))
    async with CrmHttp(allow_private=False) as public_only:
        findings = [
            await probe(impatient, crm.origin, [CONSOLE]),
            await probe(public_only, crm.origin, [CONSOLE]),
        ]

    assert [finding.reachability for finding in findings] == ["not.visible.from.server"] * 2


async def test_forbidden_address_is_a_problem(http: CrmHttp) -> None:
    finding = await probe(http, "https://169.254.169.254/latest", [CONSOLE])

    assert finding.reachability == "failed"
    assert [problem.key for problem in finding.problems] == ["request.failed"]


async def test_fire_opens_the_full_url_once_and_tells_what_came(
    crm: StubCrm, http: CrmHttp
) -> None:
    headers = (("X-Frame-Options", "DENY"), ("Set-Cookie", "s=1"), ("Location", "/record/7"))
    crm.script("/call", StubAnswer(302, headers))

    report = await fire(http, f"{crm.origin}/call?phone=1%27", f"{crm.origin}/call", [CONSOLE])

    assert [request.target for request in crm.requests] == ["/call?phone=1%27"]
    assert (report.status, report.redirect, report.address) == (302, "/record/7", "127.0.0.1")
    assert [problem.key for problem in report.problems] == [
        "framing.refused",
        "cookie.not.embeddable",
    ]
    assert report.timing.total > 0


async def test_fire_without_an_answer_raises_why(crm: StubCrm, impatient: CrmHttp) -> None:
    crm.script("/call", StubAnswer(hang=True))

    with pytest.raises(CrmAnswerTimedOutError):
        await fire(impatient, f"{crm.origin}/call", f"{crm.origin}/call", [CONSOLE])
