"""`screenpop demo` as a child process, and requests sent to it byte by byte."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

_COMMAND = (sys.executable, "-c", "import sys; from screenpop.cli import main; sys.exit(main())")


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Agent:
    session: str
    seat: str


@dataclass(frozen=True, slots=True)
class DemoServer:
    """The running demo."""

    url: str

    def log_in(self, user_id: str = "maya") -> Agent:
        reply = httpx2.post(
            f"{self.url}/ameyorestapi/userLogin/login",
            json={"userId": user_id, "token": user_id, "forceLogin": True},
            timeout=10,
        )
        session = reply.json()["userSessionInfo"]["sessionId"]
        me = httpx2.get(f"{self.url}/api/v1/me", headers={"sessionId": session}, timeout=10)
        return Agent(session, me.json()["userCrtObjectIds"][0])

    def calls(self, agent: Agent) -> list[dict[str, Any]]:
        reply = httpx2.get(
            f"{self.url}/api/v1/calls", headers={"sessionId": agent.session}, timeout=10
        )
        found: list[dict[str, Any]] = reply.json()
        return found

    def dial(self, agent: Agent, phone: str = "8447380006") -> str:
        """Dial by the voice REST, and give the call."""
        body = {
            "sessionId": agent.session,
            "campaignId": 60,
            "userCrtObjectId": agent.seat,
            "phone": phone,
        }
        reply = httpx2.post(f"{self.url}/ameyorestapi/voice/manualDial", json=body, timeout=10)
        crt: str = reply.json()["crtObjectId"]
        return crt

    def raw(
        self, request_line: str, head: str = "", body: bytes = b"", *, pieces: int = 0
    ) -> Answer:
        """Send a request as it is written here, `pieces` bytes at a time, and read the reply."""
        address = urlsplit(self.url)
        text = f"{request_line}\r\nHost: {address.netloc}\r\nConnection: close\r\n{head}"
        if body:
            text += f"Content-Length: {len(body)}\r\n"
        sent = f"{text}\r\n".encode() + body
        with socket.create_connection((str(address.hostname), int(address.port or 0)), 10) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, len(sent), pieces or len(sent)):
                line.sendall(sent[start : start + (pieces or len(sent))])
            received = b"".join(iter(lambda: line.recv(65536), b""))
        top, _, content = received.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        headers = dict(each.lower().split(": ", 1) for each in lines)
        return Answer(int(first.split(" ")[1]), headers, content.decode())


@contextlib.contextmanager
def demo_server() -> Iterator[DemoServer]:
    """Run the demo on free ports until the block ends."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [*_COMMAND, "demo", "--port", "0", "--crm-port", "0", "--ready-json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready, "the demo did not start"
        yield DemoServer(json.loads(ready)["url"])
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]
