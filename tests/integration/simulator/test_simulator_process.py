"""The simulated network as a process: started, found, left, ended (design 2.9 and 2.12)."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from screenpop.adapters.telephony.simulator import (
    RunningSimulator,
    SimulatorStartError,
    ensure_simulator,
)

Start = Callable[..., RunningSimulator]

#: Starts a network as a server would, says its pid, and waits to be killed.
OWNER = """
import sys, time, pathlib
from screenpop.adapters.telephony.simulator import ensure_simulator
folder = pathlib.Path(sys.argv[1])
network = ensure_simulator(
    folder / "simulator.json", journal=folder / "journal.jsonl", survive=sys.argv[2] == "survive"
)
print(network.pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came to hold"
        time.sleep(0.01)


def run(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "screenpop.simulator", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_it_says_one_ready_line_and_the_state_file_is_private(start: Start, tmp_path: Path) -> None:
    simulator = start()
    state = json.loads((tmp_path / "simulator.json").read_text())
    assert (state["pid"], state["port"]) == (simulator.pid, simulator.port)
    assert len(state["token"]) >= 32
    for name in ("simulator.json", "journal.jsonl"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_living_network_is_found_and_a_dead_one_replaced(start: Start) -> None:
    first = start()
    assert first.started
    second = start()
    assert (second.pid, second.started) == (first.pid, False)
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: not alive(first.pid))
    third = start()
    assert third.started
    assert third.pid != first.pid


def test_several_that_start_at_once_get_one_network(start: Start) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: start(), range(4)))
    assert len({simulator.pid for simulator in found}) == 1
    assert [simulator.started for simulator in found].count(True) == 1


@pytest.mark.parametrize(("mode", "survives"), [("survive", True), ("with parent", False)])
def test_after_kill_9_of_its_owner_it_lives_on_only_if_told_to(
    tmp_path: Path, start: Start, mode: str, survives: bool
) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), mode], stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    if survives:
        assert start().pid == pid
        assert alive(pid)
    else:
        until(lambda: not alive(pid))
        assert not (tmp_path / "simulator.json").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    """Even one that the shell had told to ignore SIGINT, as it does for background jobs."""
    arguments = f"--journal {tmp_path}/j --state-file {tmp_path}/s"
    process = subprocess.Popen(
        ["sh", "-c", f"trap '' INT; exec {sys.executable} -m screenpop.simulator {arguments}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert ready == {"ready": True, "host": "127.0.0.1", "port": ready["port"], "pid": process.pid}
    with socket.create_connection((ready["host"], ready["port"])):
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, b"", b"")
    assert not (tmp_path / "s").exists()


def test_a_second_one_for_the_same_state_file_refuses_to_start(
    start: Start, tmp_path: Path
) -> None:
    start()
    second = run("--journal", str(tmp_path / "j"), "--state-file", str(tmp_path / "simulator.json"))
    _, err = second.communicate(timeout=10)
    assert second.returncode == 3
    assert b"runs already" in err
    assert b"Traceback" not in err


def test_a_taken_port_is_one_sentence_with_the_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SimulatorStartError, match="--port") as told:
            ensure_simulator(tmp_path / "s", journal=tmp_path / "j", port=port)
    assert "Traceback" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_wrong_speed_is_refused(tmp_path: Path) -> None:
    process = run("--journal", str(tmp_path / "j"), "--speed", "0")
    _, err = process.communicate(timeout=10)
    assert process.returncode == 2
    assert b"'0' is not a number above 0" in err


def test_it_ends_by_itself_when_nobody_needs_it(tmp_path: Path) -> None:
    process = run("--journal", str(tmp_path / "j"), "--idle-exit", "0.1")
    process.communicate(timeout=10)
    assert process.returncode == 0


def test_a_client_without_the_token_is_told_and_thrown_out(start: Start) -> None:
    simulator = start()
    for hello in (
        b'{"hello":1,"role":"controller","token":"guessed"}\n',
        b'{"hello":2,"role":"controller"}\n',
        b"GET / HTTP/1.1\r\n",
        b"[" * 100_000 + b"\n",
    ):
        with socket.create_connection((simulator.host, simulator.port)) as peer:
            peer.sendall(hello)
            with peer.makefile("rb") as answers:
                assert list(json.loads(answers.readline())) == ["refused"]
                assert answers.readline() == b""
    assert alive(simulator.pid)


def test_it_loads_nothing_but_the_standard_library_and_the_port() -> None:
    code = (
        "import sys; from screenpop.simulator import process; "
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.check_output([sys.executable, "-I", "-c", code], text=True).split()
    foreign = set(loaded) - set(sys.stdlib_module_names) - {"screenpop", "__main__"}
    assert not {name for name in foreign if not name.startswith(("_", "sitecustomize"))}
