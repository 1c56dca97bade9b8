"""Every response that a test receives is checked against contracts/openapi.yaml."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from screenpop.testing.contact_centre import RESPONSE_JUDGES

OPENAPI = Path(__file__).parents[2] / "contracts" / "openapi.yaml"
VOICE = "/ameyorestapi"


class Contract:
    """Judges responses by the OpenAPI document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        resource = DRAFT202012.create_resource(document)
        self._registry: Registry[Any] = Registry().with_resource("urn:openapi", resource)
        self._paths = [
            (re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)), re.IGNORECASE), item)
            for path, item in document["paths"].items()
        ]

    def speaks_of(self, method: str, path: str) -> bool:
        """Say whether the document has this call, or it is one of the voice REST at all."""
        return path.lower().startswith(VOICE) or any(
            form.fullmatch(path) and method.lower() in item for form, item in self._paths
        )

    async def check(self, response: httpx2.Response) -> None:
        """Check a response; an `AssertionError` names what is not in the contract."""
        await response.aread()
        request = response.request
        path = request.url.path.rstrip("/") or "/"
        voice = path.lower().startswith(VOICE)
        if voice:
            assert response.headers["cache-control"] == "no-store"
        shape: Any = self._response(request.method.lower(), path, response.status_code, voice=voice)
        for name, header in shape.get("headers", {}).items():
            found = self._resolved(header)
            if name in response.headers:
                self._validate(found["schema"], response.headers[name])
            else:
                assert not found.get("required"), f"{name} is missing"
        content = shape.get("content")
        if request.method == "HEAD":
            assert response.content == b""
            return
        if content is None:
            assert response.content == b"", f"{request.method} {path}: a body that is not told"
            return
        kind = response.headers["content-type"]
        media = content[kind.partition(";")[0]]
        if kind.startswith("application/json"):
            assert kind == "application/json; charset=utf-8"
        value: Any = json.loads(response.content) if "json" in kind else response.text
        self._validate(media["schema"], value)
        if voice and response.status_code >= 400:
            assert value["status"] == response.status_code
            assert value["reason"] == value["info"]

    def _response(self, method: str, path: str, status: int, *, voice: bool) -> Any:
        item: Any = next((item for form, item in self._paths if form.fullmatch(path)), None)
        if voice and (item is None or method not in item) and method != "options":
            wanted, name = (404, "NotFound") if item is None else (405, "MethodNotAllowed")
            assert status == wanted, f"{method} {path} answered {status}"
            found: Any = self._document["components"]["responses"][name]
            return found
        if item is None:
            assert method == "options", f"{path} is not in the contract"
            item = next(iter(self._document["paths"].values()))
        told = item[method]["responses"]
        assert str(status) in told, f"{method} {path} answered {status}, which is not told"
        return self._resolved(told[str(status)])

    def _resolved(self, shape: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in shape:
            return shape
        found: Any = self._document
        for step in shape["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return dict(found)

    def _validate(self, schema: dict[str, Any], value: object) -> None:
        anchored = json.loads(json.dumps(schema).replace('"#/', '"urn:openapi#/'))
        Draft202012Validator(anchored, registry=self._registry).validate(value)


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract(yaml.safe_load(OPENAPI.read_text(encoding="utf-8")))


@pytest.fixture(scope="session", autouse=True)
def judged_responses() -> Iterator[None]:
    """Judge what every contact centre in this process answers, where the contract speaks of it."""
    document: dict[str, Any] = yaml.safe_load(OPENAPI.read_text())
    judge = Contract(document)

    async def check(response: httpx2.Response) -> None:
        path = response.request.url.path.rstrip("/")
        if judge.speaks_of(response.request.method, path):
            await judge.check(response)

    RESPONSE_JUDGES.append(check)
    yield
    RESPONSE_JUDGES.remove(check)
