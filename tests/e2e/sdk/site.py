"""The sites of the browser tests: the host on ``localhost``, CRMs on ``127.0.0.1`` and ``.2``.

One port on all of them: for the browser the names make three sites, and ports would separate
neither cookies nor sites.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.e2e.sdk.world import World

HERE = Path(__file__).parent
FRONTEND = HERE.parents[2] / "frontend"
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def bundle(folder: Path, *, minify: bool = False, **entries: Path) -> None:
    """Build each entry into ``folder/<name>.js`` as an ES module."""
    esbuild = FRONTEND / "node_modules" / "esbuild" / "bin" / "esbuild"
    for name, entry in entries.items():
        command = [
            str(Path(sys.executable).parent / "node"),
            str(esbuild),
            str(entry),
            "--bundle",
            "--format=esm",
            "--target=es2022",
            "--log-level=warning",
            f"--outfile={folder / f'{name}.js'}",
            *(["--minify"] if minify else []),
        ]
        # Scripts outside the workspace find its packages too.
        paths = os.environ | {"NODE_PATH": str(FRONTEND / "node_modules")}
        subprocess.run(command, check=True, timeout=60, env=paths)


@dataclass(slots=True)
class Site:
    """Where the pages are, and the server behind them; each test brings its own world."""

    port: int
    world: World

    @property
    def host(self) -> str:
        """Origin of the console."""
        return f"http://localhost:{self.port}"

    @property
    def crm(self) -> str:
        """Origin of a CRM that apps list."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def other(self) -> str:
        """Origin of a site that no app lists."""
        return f"http://127.0.0.2:{self.port}"


def _application(site: Site, scripts: Path) -> Starlette:
    def script(request: Request) -> Response:
        name = request.path_params["name"]
        path = scripts / name if (scripts / name).exists() else HERE / "peers" / name
        if not path.exists():
            return Response(status_code=404)
        return Response(path.read_bytes(), media_type="text/javascript", headers=OPEN)

    def sdk(request: Request) -> Response:
        if request.path_params["name"] in {"ameyo-sdk.js", "ameyo_sdk.js"}:
            request.path_params["name"] = "sdk.js"
        return script(request)

    def hosts(_request: Request) -> Response:
        return JSONResponse({"origins": site.world.hosts}, headers=OPEN)

    async def command(request: Request) -> Response:
        return await site.world.serve_command(request)

    async def events(request: Request) -> Response:
        return await site.world.serve_events(request)

    def page(request: Request) -> Response:
        text = (HERE / "pages" / f"{request.path_params['name']}.html").read_text()
        query = request.query_params
        text = text.replace("$HOST", f"http://localhost:{request.url.port}")
        text = text.replace("$SDK", query.get("sdk", "ameyo-sdk.js"))
        headers = {"Content-Security-Policy": query["csp"]} if "csp" in query else {}
        return HTMLResponse(text, headers=headers)

    def toolbar(_request: Request) -> Response:
        return HTMLResponse((HERE / "pages" / "toolbar.html").read_text())

    return Starlette(
        routes=[
            Route("/omniapp/sdk/hosts.json", hosts),
            Route("/omniapp/sdk/{name}", sdk),
            Route("/omniapp/toolbar/index.html", toolbar),
            Route("/scripts/{name}", script),
            Route("/pages/{name}.html", page),
            Route("/api/v1/sdk/{namespace}/{method}", command, methods=["POST"]),
            Route("/api/v1/events", events),
            Route("/favicon.ico", lambda _request: Response(status_code=204)),
        ]
    )


def _listen() -> list[socket.socket]:
    first = socket.create_server(("127.0.0.1", 0))
    port = first.getsockname()[1]
    return [first, socket.create_server(("127.0.0.2", port))]


@contextlib.contextmanager
def running(scripts: Path) -> Iterator[Site]:
    """Serve all sites on one free port until the block ends."""
    sockets = _listen()
    site = Site(sockets[0].getsockname()[1], World())
    config = uvicorn.Config(
        _application(site, scripts), log_level="warning", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.should_exit = True
        site.world.end()
        thread.join(5)
        for each in sockets:
            each.close()
