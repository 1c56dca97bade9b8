"""``screenpop demo`` and ``screenpop serve`` as processes."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

COMMAND = [sys.executable, "-c", "import sys; from screenpop.cli import main; sys.exit(main())"]
FREE_PORTS = ("--port", "0", "--crm-port", "0")
CENTRE = """
[telephony]
simulator_survives = false

[[contact_center]]
id = 1
name = "Centre"

[[process]]
id = 3
name = "Sales"
"""


class Running:
    """A server that has printed the first line of its announcement."""

    def __init__(self, process: subprocess.Popen[str], first_line: str) -> None:
        """Take the process and what it printed first."""
        self.process = process
        self.first_line = first_line

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.first_line)
        return found

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


Start = Callable[..., Running]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], check=False, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts a server and waits for its ready line; ends all of them afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start_one(*arguments: str, **environment: str) -> Running:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        started.append(process)
        deadline = threading.Timer(60, process.kill)
        deadline.start()
        assert process.stdout is not None
        line = process.stdout.readline()
        deadline.cancel()
        assert line, "the server ended before it was ready"
        return Running(process, line)

    yield start_one
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(scope="module")
def demo(start: Start, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The facts of a demo that keeps its data."""
    folder = tmp_path_factory.mktemp("demo") / "kept"
    return start("demo", *FREE_PORTS, "--data", str(folder), "--ready-json").facts


def test_demo_answers_where_it_says(demo: dict[str, Any]) -> None:
    assert demo["url"].startswith("http://localhost:")
    assert demo["lenient"]
    assert httpx2.get(f"{demo['url']}/healthz", trust_env=False).status_code == 200


def test_data_folder_is_for_its_owner_only(demo: dict[str, Any]) -> None:
    folder = Path(demo["data_folder"])
    assert list(folder.iterdir())
    assert folder.stat().st_mode & 0o077 == 0


def test_taken_port_is_one_sentence_with_the_cure(demo: dict[str, Any]) -> None:
    port = demo["url"].rpartition(":")[2]
    second = run("demo", "--port", port)
    assert second.returncode == 1
    assert second.stderr == (
        f"screenpop: Port {port} on 127.0.0.1 is taken by another program. "
        "Choose another: screenpop demo --port 8800; --port 0 takes any free one.\n"
    )


def test_second_server_on_one_data_folder_is_refused_with_a_sentence(
    start: Start, tmp_path: Path
) -> None:
    demo = ("demo", *FREE_PORTS, "--data", str(tmp_path))
    start(*demo)
    second = run(*demo)
    assert second.returncode == 1
    assert "in use by another screenpop process. Stop that one first" in second.stderr


def test_simulate_lets_a_customer_call_and_hang_up(demo: dict[str, Any]) -> None:
    server = ("--url", demo["url"])
    called = run("simulate", "inbound", "--from", "7905690272", *server)
    assert called.returncode == 0, called.stderr
    ids = dict(line.split() for line in called.stdout.splitlines())
    assert set(ids) == {"callId", "crtObjectId"}
    assert run("simulate", "hangup", ids["crtObjectId"], *server).stdout == "hung up\n"


def test_simulate_says_what_the_server_refused(demo: dict[str, Any]) -> None:
    refused = run("simulate", "answer", "no-such-call", "--url", demo["url"])
    assert refused.returncode == 1
    assert refused.stderr.startswith("screenpop: There is no call with this")


def test_demo_says_in_words_where_to_go_and_that_it_is_lenient(start: Start) -> None:
    server = start("demo", *FREE_PORTS)
    assert server.first_line == "The screenpop demo is ready.\n"
    where, who, crm, credentials, data, end = (server.line() for _ in range(6))
    assert "http://localhost:" in where
    assert "maya, password maya" in who
    assert "http://127.0.0.1:" in crm
    assert "lenient" in credentials
    assert "gone at the end" in data
    assert "Ctrl+C" in end


def test_changed_password_is_the_only_one(start: Start, tmp_path: Path) -> None:
    """And without --data the folder is gone at the end."""
    server = start(
        "demo",
        *FREE_PORTS,
        "--ready-json",
        SCREENPOP_DEMO_PASSWORD="correct horse",
        TMPDIR=str(tmp_path),
    )

    def login(password: str) -> int:
        body = {"userId": "maya", "token": password, "forceLogin": True}
        path = f"{server.facts['url']}/ameyorestapi/userLogin/login"
        return httpx2.post(path, json=body, trust_env=False).status_code

    assert login("maya") == 512
    assert login("correct horse") == 200
    assert Path(server.facts["data_folder"]).parent == tmp_path
    assert server.stop(signal.SIGINT) == 0
    assert list(tmp_path.iterdir()) == []


def test_serve_reads_its_file_and_the_environment(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "screenpop.toml"
    file.write_text(CENTRE, "utf-8")
    server = start("serve", "--config", str(file), "--ready-json", SCREENPOP_SERVER__PORT="0")
    assert not server.facts["lenient"]
    assert server.facts["data_folder"] == str(tmp_path / "data")
    assert server.stop(signal.SIGTERM) == 0
    assert list((tmp_path / "data").iterdir())
