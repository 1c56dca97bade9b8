"""The OpenAPI document of everything served, from ``contracts/openapi.yaml`` (contract 8)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.web.api.guard import guarded, json_reply

__all__ = ["document_route", "openapi_document"]

#: Where the document lies in a working copy; a wheel carries its own copy beside this package.
_IN_WORKING_COPY = Path(__file__).parents[4] / "contracts" / "openapi.yaml"


@cache
def openapi_document() -> dict[str, Any]:
    """Return the document, read once."""
    packed = resources.files("screenpop.web") / "openapi.yaml"
    text = packed.read_text() if packed.is_file() else _IN_WORKING_COPY.read_text()
    document: dict[str, Any] = yaml.safe_load(text)
    return document


async def _document(_request: Request) -> Response:
    return json_reply(openapi_document())


def document_route() -> Route:
    """Return the route of the document, relative to ``/api/v1``."""
    return Route("/openapi.json", guarded(_document), methods=["GET"])
