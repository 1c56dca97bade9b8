"""Customers who are a program of their own: SIPp, called by Asterisk or calling it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from screenpop.testing.asterisk import SIPP_HOST

_SDP = """v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""
_ECHOED = "[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n[last_CSeq:]\n"
_HERE = "Contact: <sip:sipp@[local_ip]:[local_port]>\n"


def _reply(status: str, *, tag: bool = True, sdp: bool = False) -> str:
    echoed = _ECHOED.format(tag=";tag=[pid]SIPp[call_number]" if tag else "")
    body = f"Content-Type: application/sdp\nContent-Length: [len]\n\n{_SDP}"
    rest = body if sdp else "Content-Length: 0\n\n"
    return f"<send><![CDATA[\nSIP/2.0 {status}\n{echoed}{_HERE}{rest}]]></send>"


def _scenario(*steps: str) -> str:
    return (
        '<?xml version="1.0"?>\n<scenario name="customer">\n' + "\n".join(steps) + "\n</scenario>"
    )


_INVITED = ('<recv request="INVITE" crlf="true"/>', _reply("180 Ringing"))
_ACK = '<recv request="ACK"/>'


def refuses(status: str) -> str:
    """A customer who is called, rings, and refuses with a SIP status such as ``486 Busy``."""
    return _scenario(*_INVITED, _reply(status), _ACK)


def never_answers() -> str:
    """A customer who rings until the call is given up."""
    invited = (
        '<recv request="INVITE" crlf="true"><action>'
        '<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="number"/>'
        '<ereg regexp="branch=[^;]*" search_in="hdr" header="Via:" assign_to="branch"/>'
        "</action></recv>"
    )
    given_up = _reply("487 Request Terminated").replace("[last_CSeq:]", "CSeq: [$number] INVITE")
    return _scenario(
        invited,
        _reply("180 Ringing"),
        '<recv request="CANCEL"/>',
        _reply("200 OK"),
        given_up,
        _ACK,
        '<Reference variables="branch"/>',
    )


def answers() -> str:
    """A customer who answers, talks for a second, and hangs up."""
    return _scenario(
        '<recv request="INVITE" crlf="true" rrs="true">'
        "<action>"
        '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>'
        '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>'
        '<ereg regexp="sip:[^>;]*" search_in="hdr" header="Contact:" assign_to="peer"/>'
        "</action></recv>",
        _reply("180 Ringing"),
        _reply("200 OK", sdp=True),
        _ACK,
        '<pause milliseconds="1000"/>',
        '<send retrans="500"><![CDATA[\n'
        "BYE [$peer] SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        "From:[$to];tag=[pid]SIPp[call_number]\nTo:[$from]\n[last_Call-ID:]\nCSeq: 2 BYE\n"
        "Max-Forwards: 70\nContent-Length: 0\n\n]]></send>",
        '<recv response="200"/>',
    )


def calls(caller: str, headers: str = "") -> str:
    """A customer who calls, talks, and waits until we hang up."""
    begin = (
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        f"From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]SIPp[call_number]\n"
    )
    return _scenario(
        '<send retrans="500"><![CDATA[\n'
        "INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n"
        f"{begin}To: <sip:[service]@[remote_ip]:[remote_port]>\nCall-ID: [call_id]\n"
        f"CSeq: 1 INVITE\n{_HERE}Max-Forwards: 70\n{headers}"
        f"Content-Type: application/sdp\nContent-Length: [len]\n\n{_SDP}]]></send>",
        *(f'<recv response="{status}" optional="true"/>' for status in (100, 180, 183)),
        '<recv response="200" rtd="true" rrs="true"/>',
        "<send><![CDATA[\n"
        "ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n"
        f"{begin}[last_To:]\nCall-ID: [call_id]\nCSeq: 1 ACK\n"
        "Max-Forwards: 70\nContent-Length: 0\n\n]]></send>",
        '<recv request="BYE"/>',
        _reply("200 OK", tag=False),
    )


class Customer:
    """A running SIPp."""

    def __init__(self, process: asyncio.subprocess.Process, said: Path) -> None:
        self._process = process
        self._said = said

    async def has_done_its_part(self) -> None:
        """Wait for the end of the scenario, and insist that it went as written."""
        async with asyncio.timeout(60):
            status = await self._process.wait()
        assert status == 0, self._said.read_text("utf-8", "replace")[-3000:]


@contextlib.asynccontextmanager
async def customer(
    folder: Path, scenario: str, *arguments: str, port: int = 0
) -> AsyncIterator[Customer]:
    """Run one call of a scenario."""
    file = folder / "customer.xml"
    file.write_text(scenario, "utf-8")
    said = folder / "sipp.log"
    options = ["-sf", str(file), "-i", SIPP_HOST, "-m", "1", "-nostdin", *arguments]
    if port:
        options += ["-p", str(port)]
    with said.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            "sipp", *options, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder
        )
    try:
        yield Customer(process, said)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
