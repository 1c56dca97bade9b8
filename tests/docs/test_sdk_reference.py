"""docs/sdk.md and contracts/ say the same as the sources they are written from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "contracts"
SCHEMA: dict[str, Any] = json.loads((CONTRACTS / "sdk-messages.schema.json").read_text())
CATALOGUE: dict[str, Any] = json.loads((CONTRACTS / "sdk-catalogue.json").read_text())
VECTORS = CONTRACTS / "vectors" / "sdk"
MESSAGES: list[dict[str, Any]] = json.loads((VECTORS / "messages.json").read_text())["cases"]
EXAMPLES: list[dict[str, Any]] = json.loads((VECTORS / "examples.json").read_text())["cases"]
REFERENCE = (ROOT / "docs" / "sdk.md").read_text()
ESSAY = (ROOT / "docs" / "sdk-protocol.md").read_text()
NAMES = [f"{e['namespace']}.{e['name']}" for e in CATALOGUE["methods"] + CATALOGUE["events"]]
KINDS = ("window", "page", "host")


@pytest.mark.parametrize("script", ["catalogue.mjs", "reference.mjs"])
def test_generated_file_is_as_its_source_writes_it(script: str) -> None:
    node = Path(sys.executable).parent / "node"
    command = [str(node), str(ROOT / "frontend" / "protocol" / script), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_method_and_event_has_a_heading_and_an_example(name: str) -> None:
    (section,) = re.findall(
        rf"^### {re.escape(name)}\n(.*?)(?=^##)", REFERENCE, re.DOTALL | re.MULTILINE
    )
    assert "```js" in section
    assert "Scope `" in section
    assert [case["name"] for case in EXAMPLES].count(name) == 1


def test_every_example_is_of_a_name_that_exists() -> None:
    assert {case["name"] for case in EXAMPLES} == set(NAMES)


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", MESSAGES, ids=[case["name"] for case in MESSAGES])
def test_schema_judges_messages_as_the_guards_do(case: dict[str, Any]) -> None:
    kinds = [kind for kind in KINDS if validator(f"{kind}Message").is_valid(case["input"])]
    assert kinds == ([case["output"]] if case["output"] else [])


@pytest.mark.parametrize("kind", KINDS)
def test_essay_explains_every_message(kind: str) -> None:
    for option in SCHEMA["$defs"][f"{kind}Message"]["oneOf"]:
        name = option["$ref"].rsplit("/", 1)[-1]
        assert f"`{name}`" in ESSAY


def validator(definition: str) -> Draft202012Validator:
    """A validator of one of the schema's definitions."""
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": SCHEMA["$defs"]})
