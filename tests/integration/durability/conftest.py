"""Servers as real processes, each test with its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from screenpop.testing.server_process import ServerProcess, server_process
from screenpop.testing.voice_client import VoiceClient
from tests.integration.durability.floor import configuration


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """``screenpop serve`` with four agents, whose simulated network outlives it."""
    arguments = ["serve", "--config", str(configuration(tmp_path, 4))]
    async with server_process(arguments, tmp_path / "server.log") as server:
        yield server


@pytest.fixture
async def client(server: ServerProcess) -> AsyncIterator[VoiceClient]:
    async with VoiceClient(lambda: server.url) as client:
        yield client
