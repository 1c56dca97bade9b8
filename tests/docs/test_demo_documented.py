"""The demo's options and its ready line are described where an operator looks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from screenpop.cli.app import app

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPERATORS = (DOCS / "operators.md").read_text("utf-8")
DEMO = OPERATORS.partition("### The demo\n")[2].partition("\n## ")[0]
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "parameter", COMMANDS["demo"].params, ids=lambda parameter: parameter.opts[0]
)
def test_every_option_of_the_demo_is_described(parameter: object) -> None:
    """By its name, or by the variable of the environment that is better used instead."""
    names = [*parameter.opts, parameter.envvar]  # type: ignore[attr-defined]
    assert any(re.search(rf"{name}(?![-\w])", DEMO) for name in names if name)


@pytest.mark.parametrize(("option", "has_crm"), [("--crm-port=0", True), ("--no-crm", False)])
def test_ready_line_has_the_keys_that_are_described(option: str, has_crm: bool) -> None:
    command = "import sys; from screenpop.cli import main; sys.exit(main())"
    demo = [sys.executable, "-c", command, "demo", "--port", "0", "--ready-json", option]
    with subprocess.Popen(demo, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        process.terminate()
        process.wait(60)
    assert (facts["crm"] is not None) is has_crm
    assert all(f"`{key}`" in OPERATORS for key in facts)
