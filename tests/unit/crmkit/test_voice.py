"""The voice clients against a scripted server (contract 5)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from screenpop.crmkit.launch import LaunchContext
from screenpop.crmkit.voice import (
    AsyncVoiceClient,
    CallDisposed,
    DialAccepted,
    DisposeAndManualDial,
    DisposeCall,
    ManualDial,
    Seat,
    VoiceClient,
    VoiceRefusedError,
    VoiceReplyUnreadableError,
    VoiceUnreachableError,
)
from screenpop.testing.stub_crm import StubAnswer, StubCrm, StubRequest

SEAT = Seat("d1-0-ses-maya-appId-App-Server-x-1", "d1-0-ses-maya-appId-App-Server-x-1-uce-mayaA@1")
DIAL = ManualDial(seat=SEAT, campaign_id=60, phone="8447380993", request_id="r-1")
MANUAL_DIAL = "/ameyorestapi/voice/manualDial"
REPLY = {
    "result": "success",
    "requestId": "r-1",
    "crtObjectId": "d1-0-vce-1",
    "interactionId": "d1-0-int-1",
    "userCrtObjectId": SEAT.user_crt_object_id,
    "campaignId": 60,
    "phone": "8447380993",
    "customerId": -1,
}
ACCEPTED = DialAccepted(
    "r-1", "d1-0-vce-1", "d1-0-int-1", SEAT.user_crt_object_id, 60, "8447380993", -1
)


def replies(body: object, status: int = 200, *headers: tuple[str, str]) -> StubAnswer:
    return StubAnswer(status, headers, json.dumps(body).encode())


def refuses(key: str, status: int, *headers: tuple[str, str], **more: Any) -> StubAnswer:
    body = {"message": key, "code": 0, "info": "i", "hint": "do this", "status": status} | more
    return replies(body, status, *headers)


@pytest.fixture
def server() -> Iterator[StubCrm]:
    with StubCrm() as stub:
        yield stub


class Slept(list[float]):
    """Keeps how long a client would have slept."""

    async def later(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
def client(server: StubCrm, slept: Slept) -> Iterator[VoiceClient]:
    with VoiceClient(server.origin, "Basic x", sleep=slept.append, timeout_s=0.3) as made:
        yield made


def sent(request: StubRequest) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(request.body)
    return body


def test_manual_dial_sends_what_the_guide_asks_for(server: StubCrm, client: VoiceClient) -> None:
    server.script(MANUAL_DIAL, replies(REPLY))

    assert client.manual_dial(DIAL) == ACCEPTED

    (request,) = server.requests
    assert (request.method, request.target) == ("POST", MANUAL_DIAL)
    assert request.header("authorization") == "Basic x"
    assert request.header("sessionid") == SEAT.session_id
    assert request.header("content-type") == "application/json"
    assert sent(request) == {
        "sessionId": SEAT.session_id,
        "shouldAddCustomer": False,
        "campaignId": 60,
        "requestId": "r-1",
        "userCrtObjectId": SEAT.user_crt_object_id,
        "searchable": "8447380993",
        "phone": "8447380993",
        "customerId": -1,
        "additionalParams": {},
    }


def test_dispose_call_gives_what_was_recorded(server: StubCrm, client: VoiceClient) -> None:
    reply = {k: v for k, v in REPLY.items() if k not in ("phone", "customerId")}
    reply |= {"dispositionCodeId": 11, "dispositionCode": "Sale"}
    server.script("/ameyorestapi/voice/disposeCall", replies(reply))
    command = DisposeCall(
        seat=SEAT, campaign_id=60, crt_object_id="d1-0-vce-1", disposition_code_id=11, notes="n"
    )

    result = client.dispose_call(command)

    assert result == CallDisposed(
        command.request_id, "d1-0-vce-1", "d1-0-int-1", SEAT.user_crt_object_id, 60, 11, "Sale"
    )
    assert sent(server.requests[0])["notes"] == "n"


def test_dispose_and_manual_dial_gives_both_calls(server: StubCrm, client: VoiceClient) -> None:
    server.script(
        "/ameyorestapi/voice/disposeAndManualDial",
        replies(REPLY | {"disposedCrtObjectId": "d1-0-vce-0"}),
    )

    result = client.dispose_and_manual_dial(next_call("r-1"))

    assert result.disposed_crt_object_id == "d1-0-vce-0"
    assert result.crt_object_id == "d1-0-vce-1"
    assert sent(server.requests[0]) == {
        "campaignContextId": 270,
        "userCrtObjectId": SEAT.user_crt_object_id,
        "crtObjectId": "d1-0-vce-0",
        "dispositionCode": "Sale",
        "phone": "7905690272",
        "customerId": -1,
        "notes": "",
        "additionalParams": {},
        "requestId": "r-1",
    }


def next_call(request_id: str) -> DisposeAndManualDial:
    return DisposeAndManualDial(
        seat=SEAT,
        campaign_id=270,
        crt_object_id="d1-0-vce-0",
        disposition_code="Sale",
        phone="7905690272",
        request_id=request_id,
    )


def test_bare_ok_is_success_without_ids(server: StubCrm, client: VoiceClient) -> None:
    server.script("/ameyorestapi/voice/disposeAndManualDial", StubAnswer(body=b"ok"))

    assert client.dispose_and_manual_dial(next_call("r-2")) == DialAccepted("r-2")


@pytest.mark.parametrize(
    "fault",
    [
        StubAnswer(drop=True),
        StubAnswer(hang=True),
        StubAnswer(502, body=b"<html>Bad Gateway</html>"),
        StubAnswer(503),
        refuses("internal.error", 500),
    ],
)
def test_passing_fault_is_tried_again_with_the_same_request_id(
    server: StubCrm, client: VoiceClient, slept: Slept, fault: StubAnswer
) -> None:
    replay = replies(REPLY, 200, ("Idempotent-Replayed", "true"))
    server.script(MANUAL_DIAL, fault, fault, replay)

    result = client.manual_dial(DIAL)

    assert result.replayed
    assert [sent(request)["requestId"] for request in server.requests] == ["r-1"] * 3
    assert slept == [0.25, 0.5]


def test_too_many_requests_waits_as_long_as_it_is_told(
    server: StubCrm, client: VoiceClient, slept: Slept
) -> None:
    server.script(
        MANUAL_DIAL, refuses("too.many.requests", 429, ("Retry-After", "2")), replies(REPLY)
    )

    assert client.manual_dial(DIAL) == ACCEPTED
    assert slept == [2.0]


def test_last_try_that_was_refused_raises_the_refusal(server: StubCrm, client: VoiceClient) -> None:
    server.script(MANUAL_DIAL, refuses("too.many.requests", 429, code=42900))

    with pytest.raises(VoiceRefusedError) as caught:
        client.manual_dial(DIAL)

    assert (caught.value.key, caught.value.code) == ("too.many.requests", 42900)
    assert len(server.requests) == 4


def test_server_that_never_answers_is_unreachable_and_may_be_asked_again(
    server: StubCrm, client: VoiceClient
) -> None:
    server.script(MANUAL_DIAL, StubAnswer(drop=True))

    with pytest.raises(VoiceUnreachableError, match="after 4 tries") as caught:
        client.manual_dial(DIAL)

    assert caught.value.request_id == "r-1"


@pytest.mark.parametrize(
    ("status", "key", "code"),
    [
        (400, "InvalidInput", 40001),
        (401, "invalid.authentication.token", 909090),
        (403, "invalid.session.id", 99999),
        (422, "request.id.reused", 42201),
        (512, "agent.busy", 0),
    ],
)
def test_refusal_carries_the_contracts_key_and_is_not_repeated(
    server: StubCrm, client: VoiceClient, status: int, key: str, code: int
) -> None:
    server.script(MANUAL_DIAL, refuses(key, status, code=code, details=["phone"]))

    with pytest.raises(VoiceRefusedError, match="do this") as caught:
        client.manual_dial(DIAL)

    error = caught.value
    assert (error.status, error.key, error.code, error.details) == (status, key, code, ("phone",))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [StubAnswer(body=b"<html>"), StubAnswer(404, body=b"[]"), replies({"result": "odd"})],
)
def test_answer_of_another_server_is_unreadable(
    server: StubCrm, client: VoiceClient, answer: StubAnswer
) -> None:
    server.script(MANUAL_DIAL, answer)

    with pytest.raises(VoiceReplyUnreadableError, match="server's address"):
        client.manual_dial(DIAL)


def test_each_command_draws_its_own_request_id() -> None:
    made = [ManualDial(seat=SEAT, campaign_id=60, phone="1") for _ in range(2)]

    assert made[0].request_id != made[1].request_id


def test_session_that_is_a_token_is_named_by_its_seat(server: StubCrm, client: VoiceClient) -> None:
    server.script(MANUAL_DIAL, replies(REPLY))
    seat = Seat("Bearer a.b.c", SEAT.user_crt_object_id)

    client.manual_dial(ManualDial(seat=seat, campaign_id=60, phone="1"))

    assert server.requests[0].header("sessionid") == SEAT.user_crt_object_id


def test_account_token_is_left_out_where_there_is_none(server: StubCrm) -> None:
    server.script(MANUAL_DIAL, replies(REPLY))
    with VoiceClient(f"{server.origin}/", None) as client:
        client.manual_dial(DIAL)

    assert server.requests[0].header("authorization") is None
    assert server.requests[0].header("accept") == "application/json"


def test_seat_of_a_page_without_scopes_is_refused() -> None:
    with pytest.raises(ValueError, match="scopes"):
        Seat.of(LaunchContext(session_id="x"))
    launch = LaunchContext(session_id="x", user_crt_object_ids=("y",))
    assert Seat.of(launch) == Seat("x", "y")


def test_ids_and_phones_are_not_shown() -> None:
    assert "ses-maya" not in repr(DIAL)
    assert "8447380993" not in repr(DIAL)


async def test_asynchronous_client_does_the_same(server: StubCrm, slept: Slept) -> None:
    disposed = {k: v for k, v in REPLY.items() if k not in ("phone", "customerId")}
    disposed |= {"dispositionCodeId": 11, "dispositionCode": "Sale"}
    server.script(MANUAL_DIAL, StubAnswer(drop=True), replies(REPLY))
    server.script("/ameyorestapi/voice/disposeCall", replies(disposed))
    server.script("/ameyorestapi/voice/disposeAndManualDial", refuses("call.already.disposed", 512))

    async with AsyncVoiceClient(server.origin, "Basic x", sleep=slept.later) as client:
        assert await client.manual_dial(DIAL) == ACCEPTED
        result = await client.dispose_call(
            DisposeCall(seat=SEAT, campaign_id=60, crt_object_id="c", disposition_code_id=11)
        )
        with pytest.raises(VoiceRefusedError, match=r"call\.already\.disposed"):
            await client.dispose_and_manual_dial(next_call("r-3"))

    assert result.disposition_code == "Sale"
    assert slept == [0.25]
