"""The sites of the browser tests: the host on ``localhost``, CRMs on ``127.0.0.1`` and ``.2``.

One port on all of them: for the browser the names make three sites, and ports would separate
neither cookies nor sites. Another port, again one for all, serves the same over https.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.e2e.sdk.certificate import ADDRESSES, make_certificate
from tests.e2e.sdk.world import World

Scheme = Literal["http", "https"]
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
    secure_port: int
    world: World
    host_scheme: Scheme = "http"
    crm_scheme: Scheme = "http"

    def over(self, *, host: Scheme, crm: Scheme) -> Site:
        """The same sites and the same world, the console and the CRM by these schemes."""
        return replace(self, host_scheme=host, crm_scheme=crm)

    def _origin(self, scheme: Scheme, name: str) -> str:
        return f"{scheme}://{name}:{self.port if scheme == 'http' else self.secure_port}"

    @property
    def host(self) -> str:
        """Origin of the console."""
        return self._origin(self.host_scheme, "localhost")

    @property
    def crm(self) -> str:
        """Origin of a CRM that apps list."""
        return self._origin(self.crm_scheme, "127.0.0.1")

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
        text = text.replace("$HOST", query.get("host", site.host))
        text = text.replace("$SDK", query.get("sdk", "ameyo-sdk.js"))
        headers = {"Content-Security-Policy": query["csp"]} if "csp" in query else {}
        return HTMLResponse(text, headers=headers)

    def toolbar(_request: Request) -> Response:
        text = (HERE / "pages" / "toolbar.html").read_text()
        crms = (site.crm, site.over(host="http", crm="https").crm)
        return HTMLResponse(text.replace("$CRMS", " ".join(crms)))

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
    first = socket.create_server((ADDRESSES[0], 0))
    port = first.getsockname()[1]
    return [first, *(socket.create_server((address, port)) for address in ADDRESSES[1:])]


@contextlib.contextmanager
def running(scripts: Path) -> Iterator[Site]:
    """Serve all sites, on one free port by http and on one by https, until the block ends."""
    plain, secure = _listen(), _listen()
    site = Site(plain[0].getsockname()[1], secure[0].getsockname()[1], World())
    application = _application(site, scripts)
    certificate = str(make_certificate(scripts))
    servers = [
        uvicorn.Server(
            uvicorn.Config(
                application, log_level="warning", lifespan="off", ws="none", ssl_certfile=its
            )
        )
        for its in (None, certificate)
    ]

    async def serve() -> None:
        # One loop for both: the streams of one world are woken in one loop.
        sockets = (plain, secure)
        await asyncio.gather(
            *(server.serve(its) for server, its in zip(servers, sockets, strict=True))
        )

    thread = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
    thread.start()
    try:
        yield site
    finally:
        for server in servers:
            server.should_exit = True
        site.world.end()
        thread.join(5)
        for each in [*plain, *secure]:
            each.close()
