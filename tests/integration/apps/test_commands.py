"""``screenpop url`` and ``screenpop apps``, against a running demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from screenpop.cli import main
from screenpop.cli.asking import ask
from screenpop.testing.server_process import server_process
from screenpop.testing.stub_crm import StubAnswer, StubCrm


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(list(words))
    captured = capsys.readouterr()
    return status, captured.out + captured.err


async def test_commands_show_apps_previews_and_what_pages_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["demo", "--data", str(tmp_path / "data")]
    monkeypatch.setenv("SCREENPOP_ACCOUNT", "demo-api:demo-api")
    with StubCrm() as crm:
        denied = StubAnswer(headers=(("X-Frame-Options", "DENY"), ("Set-Cookie", "sid=1")))
        crm.script("/call", denied)
        async with server_process(arguments, tmp_path / "log") as server:
            monkeypatch.setenv("SCREENPOP_URL", server.url)
            body = {"appId": "stub", "name": "Stub", "urls": {"call": f"{crm.origin}/call"}}
            ask("POST", server.url, "apps", "demo-api:demo-api", body)

            status, listed = say(capsys, "apps", "list")
            assert status == 0
            assert "stub  Stub  crm  call\n" in listed

            status, shown = say(capsys, "url", "preview", "stub")
            assert status == 0
            assert "phone = 8447380993  [standard]" in shown

            status, fired = say(capsys, "url", "fire", "stub")
            assert status == 0, fired
            assert "status 200 from 127.0.0.1" in fired
            assert "refused by X-Frame-Options: DENY" in fired
            assert "cookie sid: lacks SameSite=None, Secure, Partitioned" in fired

            status, health = say(capsys, "apps", "health", "stub", "--servers")
            assert (status, health.splitlines()[0]) == (0, "call: reachable")
            assert f"frame-ancestors 'self' {server.url}" in health
            assert "nginx:" in health

            status, refused = say(capsys, "url", "fire", "nobody")
            assert (status, refused) == (1, "screenpop: There is no app 'nobody' here.\n")


def test_a_template_needs_no_server(capsys: pytest.CaptureFixture[str]) -> None:
    template = "https://crm.test/{additionalParams.id|none}?n={phone}"
    status, shown = say(capsys, "url", "preview", "--template", template)
    assert status == 0
    assert "https://crm.test/none?n=8447380993&crm_push_generated_time=" in shown
    assert "n = 8447380993  [placeholder]" in shown
    assert "{additionalParams.id|none} had no value" in shown


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("--template", "https://{phone}/"), "Write the address up to the first / literally."),
        (("--template", "https://c.test/", "--point", "wrap"), "Write login, call, preview"),
        ((), "Name an app, or give a URL with --template."),
        (("crm",), "Say who asks: SCREENPOP_ACCOUNT=id:secret"),
    ],
)
def test_what_cannot_be_is_told_with_its_cure(
    words: tuple[str, ...], cure: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = say(capsys, "url", "preview", *words)
    assert status == 1
    assert cure in said
