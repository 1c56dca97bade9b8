"""The commands that run no server."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from typer.main import get_command

from screenpop.cli import main
from screenpop.cli.app import app

WORLD = Path(__file__).resolve().parents[3] / "src/screenpop/demo/world.toml"


def command_lines() -> list[tuple[str, ...]]:
    """Every command with the words that call it."""
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[tuple[str, ...], Any]] = [((), get_command(app))]
    while waiting:
        words, command = waiting.pop()
        found.append(words)
        inner = getattr(command, "commands", {})
        waiting += [((*words, name), one) for name, one in inner.items()]
    return sorted(found)


@pytest.mark.parametrize("words", command_lines(), ids=" ".join)
def test_command_has_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "200")
        assert main([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "usage: screenpop " + " ".join(words).lower() in shown.lower()
    assert len(shown.splitlines()) > 3


def test_options_and_arguments_have_help() -> None:
    waiting = [get_command(app)]
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        without = [one.name for one in command.params if not getattr(one, "help", None)]
        assert without in ([], ["help"]), command.name


def test_help_loads_no_server() -> None:
    """Sub-commands import lazily: help loads neither the server nor the settings."""
    script = (
        "import sys; from screenpop.cli import main; main(['--help']);"
        "loaded = {'pydantic', 'starlette', 'uvicorn', 'screenpop.bootstrap', 'httpx2', 'argon2'};"
        "sys.exit(repr(loaded & set(sys.modules)) if loaded & set(sys.modules) else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out.startswith("screenpop 0.")


def test_unknown_command_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serv"]) == 2
    assert "serve" in capsys.readouterr().err


def test_check_config_says_what_a_good_file_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-config", str(WORLD)]) == 0
    assert capsys.readouterr().out == (
        f"{WORLD}: good. It has 1 contact centre, 1 process, 3 campaigns, 1 queue, 4 users, "
        "1 API account, 0 apps.\n"
    )


def test_check_config_prints_each_problem_and_ends_with_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.toml"
    file.write_text('[server]\nprot = 1\n[[contact_center]]\nid = 1\nname = ""\n')
    assert main(["check-config", str(file)]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        f"{file}: process: it is missing. Add it to this table.",
        f"{file}:2: server.prot: the key is not known. Did you mean port?",
        f"{file}:5: contact_center.name: it is empty. Write a text.",
    ]
    assert captured.err == ""


def test_serve_refuses_a_bad_file_with_its_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--config", str(tmp_path / "gone.toml")]) == 1
    said = capsys.readouterr().err
    assert "cannot be used" in said
    assert "Name a file that can." in said


def test_hash_password_reads_a_line_and_prints_its_hash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse\n"))
    assert main(["hash-password"]) == 0
    captured = capsys.readouterr()
    assert PasswordHasher().verify(captured.out.strip(), "correct horse")
    assert captured.err == ""


def test_hash_password_refuses_an_empty_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert main(["hash-password"]) == 1
    assert "The password is empty. Type one" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--host", "0.0.0.0"], "passwords are public, so it does not listen on 0.0.0.0. Give a"),
        (["--host", "192.0.2.1"], "SCREENPOP_DEMO_PASSWORD=… screenpop demo --host 192.0.2.1."),
        (["--password", "maya"], "too short. Give one of at least 8 characters."),
        (["--host", "0.0.0.0", "--password", "correct horse"], "Add its address: --public-url"),
        (["--host", "example.com"], "example.com is no address to listen on. Write an IP address"),
        (["--port", "8801", "--crm-port", "8801"], "cannot both have port 8801. Give another"),
    ],
)
def test_demo_refuses(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", *arguments]) == 1
    assert sentence in capsys.readouterr().err


def test_simulate_without_a_server_says_how_to_start_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Port 0 is never anybody's.
    assert main(["simulate", "inbound", "--url", "http://127.0.0.1:0"]) == 1
    assert "Start one with screenpop demo, or give its --url." in capsys.readouterr().err


def test_simulate_hangup_knows_two_parties(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "hangup", "x", "--party", "boss"]) == 1
    assert "Write customer or agent." in capsys.readouterr().err
