"""Requests sent byte by byte to the running server, as old programs write them (contract 5.1)."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.integration.legacy.demo_server import Agent, DemoServer

DONE = "Dispose Successfully"


@pytest.fixture
def maya(demo: DemoServer) -> Agent:
    return demo.log_in("maya")


@pytest.mark.parametrize("pieces", [0, 7], ids=["whole", "in pieces"])
@pytest.mark.parametrize(
    "data",
    [
        '{{"campaignId":"60","sessionId":"{0}","phone":"+1 212 555 0006"}}',
        "{{'campaignId':'60', 'sessionId':'{0}', 'phone':'+1 212 555 0006'}}",
        "{{campaignId: 60, sessionId: {0}, phone: '+1 212 555 0006'}}",
        '\'{{"campaignId":60,"sessionId":"{0}","phone":"+12125550006"}}\'',
        "%7B%22campaignId%22%3A60%2C%22sessionId%22%3A%22{0}%22%2C%22phone%22%3A%22%2B12125550006%22%7D",
    ],
    ids=["raw JSON", "single quotes", "bare", "quoted whole", "encoded"],
)
def test_a_dial_is_read_from_the_request_line(
    demo: DemoServer, maya: Agent, data: str, pieces: int
) -> None:
    line = f"GET /ameyowebaccess/command?command=manual-dial&data={data.format(maya.session)}"
    reply = demo.raw(f"{line} HTTP/1.1", pieces=pieces)
    assert (reply.status, reply.json["result"]) == (200, "success")
    assert reply.json["phone"] == "+12125550006"


@pytest.mark.parametrize("code", ["Follow up", "Follow+up", "Follow%20up", "follow UP "])
def test_a_disposal_with_raw_spaces_and_at_signs_is_read(
    demo: DemoServer, maya: Agent, code: str
) -> None:
    crt = demo.dial(maya)
    query = (
        f"phone= 1 212&campaignId=60,172&crtObjectId={crt}&userCrtObjectId={maya.seat}"
        f"&customerId=&dispositionCode={code}&dispositionAttr=local-11-22-2026-4:30:05 PM"
        f"&sessionId={maya.session}&selfCallback=false"
    )
    assert demo.raw(f"GET /dacx/dispose?{query} HTTP/1.1").body == DONE
    assert demo.calls(maya)[0]["crtObjectId"] == crt


def test_a_post_with_raw_data_in_its_form_is_read(demo: DemoServer, maya: Agent) -> None:
    data = f"data={{'campaignId':'60','sessionId':'{maya.session}','phone':'+12125550006'}}"
    reply = demo.raw(
        "POST /ameyowebaccess/command/?command=manual-dial HTTP/1.1",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        data.encode(),
    )
    assert reply.json["phone"] == "+12125550006"


@pytest.mark.parametrize("raw", ["Ü", "\x01", "#", "|", "^", "<script>", "\\", "`"])
def test_no_raw_character_stops_a_request(demo: DemoServer, raw: str) -> None:
    reply = demo.raw(f"GET /dacx/dispose?dispositionCode={raw} HTTP/1.1")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert reply.body.startswith("parameter expected in input: sessionId.")


def test_two_requests_on_one_connection_are_both_read(demo: DemoServer) -> None:
    first = "GET /dacx/dispose?dispositionCode=a b HTTP/1.1\r\nHost: {0}\r\n\r\n"
    address = urlsplit(demo.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), 10) as line:
        for _ in range(2):
            line.sendall(first.format(address.netloc).encode())
            received = b""
            while b"parameter expected" not in received:
                received += line.recv(65536)
            assert received.startswith(b"HTTP/1.1 200")


def test_raw_request_lines_of_other_paths_are_refused_as_before(demo: DemoServer) -> None:
    assert demo.raw("GET /api/v1/me?a b HTTP/1.1").status == 400
    assert demo.raw("GET /healthz HTTP/1.1").status == 200
