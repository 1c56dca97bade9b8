"""Told to stop, a server closes its streams, takes its child along and is gone (design 2.12)."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from screenpop.testing.server_process import ServerDidNotStartError, ServerProcess, server_process
from screenpop.testing.voice_client import VoiceClient
from tests.integration.durability.floor import eventually

STOP_SECONDS = 5


@contextmanager
def ignored(*numbers: signal.Signals) -> Iterator[None]:
    """What is started meanwhile inherits that these signals are ignored."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
@pytest.mark.parametrize("inherited", [False, True], ids=["", "inherited ignore"])
async def test_signal_ends_the_demo_with_open_streams_and_its_network(
    tmp_path: Path, number: signal.Signals, inherited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with ignored(*((signal.SIGINT, signal.SIGTERM) if inherited else ())):
        starting = server_process(["demo"], tmp_path / "server.log")
        server = await starting.__aenter__()
    async with VoiceClient(lambda: server.url) as client:
        maya, ravi = await client.log_in("maya"), await client.log_in("ravi")
        readers = [client.reader(agent.session_id) for agent in (maya, maya, ravi)]
        reading = [asyncio.create_task(reader.run()) for reader in readers]

        async def all_open() -> bool:
            return all(reader.last_seq is not None for reader in readers)

        await eventually(all_open, "every stream is open")
        network = server.simulator_pid()
        assert network is not None
        began = asyncio.get_running_loop().time()
        assert await server.stop(number) == 0
        assert asyncio.get_running_loop().time() - began < STOP_SECONDS
        for task in reading:
            task.cancel()
        assert not lives(network)
        assert list((tmp_path / "temporary").iterdir()) == []
    assert "Traceback" not in server.log
    await starting.__aexit__(None, None, None)


async def test_a_second_signal_does_no_harm(tmp_path: Path) -> None:
    async with server_process(["demo"], tmp_path / "server.log") as server:
        os.kill(server.pid, signal.SIGINT)
        assert await server.stop(signal.SIGINT) == 0


async def test_a_refused_second_server_leaves_the_first_ones_network_alone(
    tmp_path: Path,
) -> None:
    demo = ["demo", "--data", str(tmp_path / "data")]
    async with server_process(demo, tmp_path / "first.log") as server:
        network = server.simulator_pid()
        with pytest.raises(ServerDidNotStartError) as refused:
            async with server_process(demo, tmp_path / "second.log"):
                pass
        assert refused.value.status == 1
        assert "in use by another screenpop process. Stop that one first" in refused.value.said
        assert "Traceback" not in refused.value.said
        assert server.simulator_pid() == network
        async with VoiceClient(lambda: server.url) as client:
            assert (await client.ready()).status_code == 200


async def test_serve_leaves_its_network_and_calls_to_the_next_run(
    server: ServerProcess, client: VoiceClient
) -> None:
    agent = await client.log_in("agent0", "maya")
    network = server.simulator_pid()
    assert network is not None
    assert await server.stop() == 0
    assert lives(network)
    await server.start()
    assert server.simulator_pid() == network
    assert (await client.get("me", agent.session_id)).json()["state"] == "ready"


async def test_a_killed_demo_that_keeps_nothing_does_not_leave_its_network_behind(
    tmp_path: Path,
) -> None:
    async with server_process(["demo"], tmp_path / "server.log") as server:
        await server.kill()

        async def gone() -> bool:
            return server.simulator_pid() is None

        await eventually(gone, "the network has ended")


async def test_a_killed_demo_with_kept_data_finds_its_network_again(tmp_path: Path) -> None:
    demo = ["demo", "--data", str(tmp_path / "data")]
    async with server_process(demo, tmp_path / "server.log") as server:
        network = server.simulator_pid()
        assert network is not None
        await server.kill()
        await server.start()
        assert server.simulator_pid() == network
