"""The examples of docs/crmkit.md run, and docs/framing.md says what the probe says."""

import asyncio
import json
import re
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from screenpop.adapters.crm.advice import (
    cookie_fixes,
    cookie_to_set,
    framing_fixes,
    framing_to_set,
)
from screenpop.testing.stub_crm import StubAnswer, StubCrm

DOCS = Path(__file__).parents[2] / "docs"
CONSOLE = "https://console.example"

ACCEPTED = {"result": "success", "crtObjectId": "d1-1-vce-8", "interactionId": "d1-1-int-8"}
REFUSED = {"message": "call.already.disposed", "code": 0, "info": "i", "hint": "Nothing is left."}


def examples() -> str:
    blocks = re.findall(
        r"^```python\n(.*?)^```", (DOCS / "crmkit.md").read_text(), re.MULTILINE | re.DOTALL
    )
    return "\n".join(blocks)


@pytest.fixture
def console() -> Iterator[StubCrm]:
    """A server that publishes no keys, accepts every dial and refuses every disposal."""
    with StubCrm() as stub:
        answer = StubAnswer(body=b'{"keys": []}')
        stub.script("/.well-known/jwks.json", answer)
        stub.script(
            "/ameyorestapi/voice/manualDial", StubAnswer(body=json.dumps(ACCEPTED).encode())
        )
        stub.script(
            "/ameyorestapi/voice/disposeCall", StubAnswer(512, body=json.dumps(REFUSED).encode())
        )
        yield stub


def test_every_example_runs(console: StubCrm, capsys: pytest.CaptureFixture[str]) -> None:
    source = examples()
    # The two places that really talk to the console talk to the stub.
    for call in ("fetch_jwks", "VoiceClient"):
        assert f'{call}("{CONSOLE}"' in source
        source = source.replace(f'{call}("{CONSOLE}"', f'{call}("{console.origin}"')
    names: dict[str, Any] = {}

    exec(compile(source, str(DOCS / "crmkit.md"), "exec"), names)

    told = capsys.readouterr().out
    assert "d1-1-vce-8 d1-1-int-8" in told
    assert "call.already.disposed Nothing is left." in told
    dials = [json.loads(r.body) for r in console.requests if r.path.endswith("manualDial")]
    assert len(dials) == 2
    assert dials[0]["requestId"] == dials[1]["requestId"]
    assert asgi_headers(names["app"])["content-security-policy"].endswith(CONSOLE)
    assert wsgi_headers(names["wsgi_app"])["Set-Cookie"].endswith("Partitioned")


def asgi_headers(app: Any) -> dict[str, str]:
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app({"type": "http"}, None, send))
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def wsgi_headers(app: Any) -> dict[str, str]:
    started: list[Any] = []
    app({}, lambda *arguments: started.extend(arguments))
    return dict(started[1])


def test_framing_page_has_every_line_the_probe_tells() -> None:
    page = (DOCS / "framing.md").read_text()

    for text in (framing_to_set([CONSOLE]), cookie_to_set("sessionid")):
        assert f"```\n{text}\n```" in page
    for fix in (*framing_fixes([CONSOLE]), *cookie_fixes("sessionid", [CONSOLE])):
        assert f"**{fix.server}**" in page
        assert f"\n{fix.text}\n```" in page
