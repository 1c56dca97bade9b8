"""What the benches measure, as processes of their own.

``python -m bench.served node FOLDER AGENTS [DATABASE NUMBER]`` is a whole node on a scripted line;
``python -m bench.served bare`` only validates the same bodies.  Each prints its port.
"""

from __future__ import annotations

import contextlib
import gc
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import structlog
import uvicorn
import uvloop
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from screenpop import logs
from screenpop.bootstrap import Node
from screenpop.demo import world as demo
from screenpop.domain.configuration import Configuration
from screenpop.settings.installation import LogForm, LogLevel
from screenpop.testing.scripted_line import ScriptedLine

__all__ = ["many_agents", "node"]


def many_agents(configuration: Configuration, number: int) -> Configuration:
    """Return the configuration with that many copies of maya, each with an own extension."""
    maya = configuration.user_by_folded_id["maya"]
    copies = tuple(
        replace(maya, user_id=f"agent{n}", extension=str(20_000 + n)) for n in range(number)
    )
    return replace(configuration, users=(*configuration.users, *copies))


@contextlib.asynccontextmanager
async def node(
    folder: Path, agents: int, port: int, database: str = "", number: int = 1
) -> AsyncIterator[tuple[Node, ASGIApp]]:
    """Run a node without rate limits on a scripted line, on SQLite or the ``database``."""
    # A line for each command would be measured as well.
    logs.configure(LogLevel.ERROR, LogForm.CONSOLE)
    world = demo.load()
    settings = replace(world.settings, rate_multiplier=1e9, database=database, node=number)
    served = Node(settings, folder, [f"http://localhost:{port}"])
    line = ScriptedLine(served.clock.now)
    configuration = many_agents(world.configuration, agents)
    application = await served.start(line, configuration, world.customers)
    # As ``screenpop serve`` does once it has started.
    gc.freeze()
    try:
        yield served, application
    finally:
        await served.stop()


class _Body(BaseModel):
    sessionId: str  # noqa: N815  # the wire's own names
    shouldAddCustomer: bool = False  # noqa: N815
    campaignId: int  # noqa: N815
    requestId: str  # noqa: N815
    userCrtObjectId: str  # noqa: N815
    searchable: str = ""
    phone: str = ""
    crtObjectId: str = ""  # noqa: N815
    dispositionCodeId: int = 0  # noqa: N815


async def _validate(request: Request) -> JSONResponse:
    body = _Body.model_validate_json(await request.body())
    return JSONResponse({"result": "success", "crtObjectId": "d1-0-vce-1", "phone": body.phone})


def _bare() -> ASGIApp:
    return Starlette(
        routes=[
            Route("/ameyorestapi/voice/manualDial", _validate, methods=["POST"]),
            Route("/ameyorestapi/voice/disposeCall", _validate, methods=["POST"]),
        ]
    )


async def _serve(application: ASGIApp, listener: socket.socket) -> None:
    config = uvicorn.Config(application, log_config=None, access_log=False, lifespan="off")
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await uvicorn.Server(config).serve(sockets=[listener])


def _say_nothing(_logger: object, _method: str, _event: object) -> str:
    raise structlog.DropEvent


async def _main(arguments: list[str]) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    # Connections may come as soon as the port is told.
    listener.listen(128)
    if arguments[0] == "bare":
        await _serve(_bare(), listener)
        return
    port = listener.getsockname()[1]
    database, number = (arguments[3], int(arguments[4])) if len(arguments) > 3 else ("", 1)
    running = node(Path(arguments[1]), int(arguments[2]), port, database, number)
    async with running as (_node, application):
        await _serve(application, listener)


if __name__ == "__main__":
    # Standard output is for the port alone.
    structlog.configure(processors=[_say_nothing])
    uvloop.run(_main(sys.argv[1:]))
