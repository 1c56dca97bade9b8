"""One delivery of a dispose push (contract 3.4)."""

import pytest

from screenpop.adapters.crm.http import CrmHttp
from screenpop.adapters.crm.push import (
    DisposePush,
    PushDelivered,
    PushRetry,
    PushSetAside,
    deliver,
)
from screenpop.testing.stub_crm import StubAnswer, StubCrm


def push(crm: StubCrm) -> DisposePush:
    target = "/dispose?own=1&crtObjectId=d1-5-vce-1&phone=%2B1%20555&dispositionCode=Sale"
    return DisposePush(f"{crm.origin}{target}", f"{crm.origin}/dispose?own=1", "delivery-1")


async def test_push_is_a_get_with_its_delivery_id(crm: StubCrm, http: CrmHttp) -> None:
    assert await deliver(http, push(crm)) == PushDelivered(200)

    (request,) = crm.requests
    assert request.method == "GET"
    assert request.query == "own=1&crtObjectId=d1-5-vce-1&phone=%2B1%20555&dispositionCode=Sale"
    assert request.header("x-delivery-id") == "delivery-1"
    assert request.body == b""


@pytest.mark.parametrize("status", [200, 201, 204, 301, 302, 307])
async def test_2xx_and_3xx_are_delivered(crm: StubCrm, http: CrmHttp, status: int) -> None:
    crm.script("/dispose", StubAnswer(status, (("Location", "/elsewhere"),)))

    assert await deliver(http, push(crm)) == PushDelivered(status)
    assert len(crm.requests) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_passing_faults_are_tried_again(crm: StubCrm, http: CrmHttp, status: int) -> None:
    crm.script("/dispose", StubAnswer(status))

    outcome = await deliver(http, push(crm))

    assert isinstance(outcome, PushRetry)
    assert outcome.status == status


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 422])
async def test_other_4xx_are_set_aside_at_once(crm: StubCrm, http: CrmHttp, status: int) -> None:
    crm.script("/dispose", StubAnswer(status))

    outcome = await deliver(http, push(crm))

    assert isinstance(outcome, PushSetAside)
    assert outcome.status == status


@pytest.mark.parametrize("answer", [StubAnswer(hang=True), StubAnswer(drop=True)])
async def test_no_answer_is_tried_again(
    crm: StubCrm, impatient: CrmHttp, answer: StubAnswer
) -> None:
    crm.script("/dispose", answer)

    outcome = await deliver(impatient, push(crm))

    assert isinstance(outcome, PushRetry)
    assert outcome.status is None


async def test_endless_body_does_not_matter(crm: StubCrm, impatient: CrmHttp) -> None:
    """The reply's body is ignored, so one that never ends is delivered by its status."""
    crm.script("/dispose", StubAnswer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nx"))

    assert await deliver(impatient, push(crm)) == PushDelivered(200)


async def test_request_that_the_rules_forbid_is_set_aside(crm: StubCrm, http: CrmHttp) -> None:
    forbidden = DisposePush("http://crm.example/dispose", "http://crm.example/dispose", "d")

    outcome = await deliver(http, forbidden)

    assert isinstance(outcome, PushSetAside)
    assert "https" in outcome.reason
