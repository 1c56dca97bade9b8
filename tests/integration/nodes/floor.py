"""Two servers on one database and one telephone network, and clients that any of them serves."""

import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

from screenpop.adapters.store.postgres.schema import migrate_database
from screenpop.testing.server_process import ServerProcess, server_process
from screenpop.testing.voice_client import VoiceClient
from tests.integration.durability.floor import configuration

AGENTS = 16


class Nodes:
    """The servers of an installation, some of them alive."""

    def __init__(self, servers: list[ServerProcess], fate: random.Random) -> None:
        self.servers = servers
        self.alive = list(servers)
        self._fate = fate

    def any_url(self) -> str:
        """Where a load balancer would send the next request."""
        return self._fate.choice(self.alive or self.servers).url

    async def kill(self, server: ServerProcess) -> None:
        self.alive.remove(server)
        await server.kill()

    async def start(self, server: ServerProcess) -> None:
        await server.start()
        self.alive.append(server)

    def client(self, server: ServerProcess | None = None) -> VoiceClient:
        """A client of one server, or of whichever is alive."""
        return VoiceClient(self.any_url if server is None else lambda: server.url)


@contextlib.asynccontextmanager
async def two_nodes(
    folder: Path, database: str, seed: int = 0, agents: int = AGENTS, speed: float = 20
) -> AsyncIterator[Nodes]:
    """Run two servers on a database that has our tables."""
    arguments = ["serve", "--config", str(configuration(folder, agents, speed))]

    def settings(node: int) -> dict[str, str]:
        return {"SCREENPOP_SERVER__DATABASE": database, "SCREENPOP_SERVER__NODE": str(node)}

    async with (
        server_process(arguments, folder / "first.log", settings(1)) as first,
        server_process(arguments, folder / "second.log", settings(2)) as second,
    ):
        yield Nodes([first, second], random.Random(seed))


__all__ = ["AGENTS", "Nodes", "migrate_database", "two_nodes"]
