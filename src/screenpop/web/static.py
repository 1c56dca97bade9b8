"""What browsers load from us under ``/omniapp``: the SDK and the toolbar's parts (contract 6).

``frontend/`` is built into the folder ``built`` beside this file; it is served as it stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.web.api.problems import problem

__all__ = ["BUILT", "BuiltFile", "sdk_files", "static_reply"]

BUILT: Final = Path(__file__).parent / "built" / "omniapp"

_SDK: Final = "ameyo-sdk.js"
#: The spelling of the field's older pages.
_ALIAS: Final = "ameyo_sdk.js"
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css; charset=utf-8",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
_SHARED: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_REVALIDATED: Final = "no-cache"
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file with what names its content."""

    content: bytes
    media_type: str
    #: The first 12 hexadecimal digits of its SHA-256.
    digest: str

    @classmethod
    @cache
    def read(cls, path: Path) -> BuiltFile | None:
        """Read a file once; ``None``: it is not there, because the front end is not built."""
        if not path.is_file():
            return None
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        return cls(content, _TYPES[path.suffix], digest)


def static_reply(
    request: Request, file: BuiltFile | None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a file, or 304 where the browser has it already."""
    if file is None:
        detail = "This file is not there: the front end is not built. Run make build."
        return problem(404, "requested.resource.not.found", detail)
    sent = {
        "Cache-Control": _REVALIDATED,
        "ETag": f'"{file.digest}"',
        "X-Content-Type-Options": "nosniff",
        **(headers or {}),
    }
    known = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    if sent["ETag"] in tags or known.strip() == "*":
        return Response(status_code=304, headers=sent)
    # Set by hand: Starlette would add a charset to text/javascript.
    return Response(file.content, headers={**sent, "Content-Type": file.media_type})


def sdk_files(origins: Sequence[str], folder: Path = BUILT / "sdk") -> list[Route]:
    """Return the routes under ``/omniapp/sdk``; ``origins`` are the installation's own.

    ``hosts.json`` publishes them, and the name of the SDK's immutable twin: a name that stands
    for one content for ever. Builds of earlier releases in ``folder`` keep their names.
    """
    hosts = list(dict.fromkeys(origins))
    earlier = {path.name: path for path in folder.glob("ameyo-sdk-*.js")}

    async def sdk(request: Request) -> Response:
        name = request.path_params["name"]
        present = BuiltFile.read(folder / _SDK)
        if name in (_SDK, _ALIAS):
            return static_reply(request, present, _SHARED)
        if name == f"{_SDK}.map":
            return static_reply(request, BuiltFile.read(folder / name), _SHARED)
        if present is not None and name == _twin(present):
            return static_reply(request, present, {**_SHARED, "Cache-Control": _IMMUTABLE})
        if name in earlier:
            kept = BuiltFile.read(earlier[name])
            return static_reply(request, kept, {**_SHARED, "Cache-Control": _IMMUTABLE})
        detail = f"There is no such file. The SDK is at /omniapp/sdk/{_SDK}."
        return problem(404, "requested.resource.not.found", detail)

    async def publish(request: Request) -> Response:
        present = BuiltFile.read(folder / _SDK)
        twin = None if present is None else f"/omniapp/sdk/{_twin(present)}"
        content = json.dumps({"origins": hosts, "sdk": twin}).encode()
        digest = hashlib.sha256(content).hexdigest()[:12]
        return static_reply(request, BuiltFile(content, "application/json", digest), _SHARED)

    return [
        Route("/omniapp/sdk/hosts.json", publish, methods=["GET"]),
        Route("/omniapp/sdk/{name}", sdk, methods=["GET"]),
    ]


def _twin(file: BuiltFile) -> str:
    return f"ameyo-sdk-{file.digest}.js"
