"""Settings and commands are documented, with the defaults they have."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from pydantic import BaseModel
from typer.main import get_command

from screenpop.cli.app import app
from screenpop.settings import load
from screenpop.settings.installation import InstallationSections
from screenpop.settings.items import ContactCentersFile
from screenpop.settings.known_keys import known_keys

DOCS = Path(__file__).resolve().parents[2] / "docs"
ADMINISTRATORS = (DOCS / "administrators.md").read_text("utf-8")
OPERATORS = (DOCS / "operators.md").read_text("utf-8")
TABLES = known_keys()
SETTINGS = sorted(
    path
    for table, keys in TABLES.items()
    for path in (f"{table}.{key}".lstrip(".") for key in keys)
    if path not in TABLES
)
SECTIONS = {
    heading: text.strip()
    for heading, text in re.findall(
        r"^#### `([^`]+)`\n(.*?)(?=^#|\Z)", ADMINISTRATORS, re.MULTILINE | re.DOTALL
    )
}


def default_of(path: str) -> Any:
    """The default that the code has; ``...`` where the setting is required."""
    first = path.partition(".")[0]
    model: Any = InstallationSections if first in InstallationSections.model_fields else None
    model = model or ContactCentersFile
    *tables, key = path.split(".")
    for table in tables:
        model = table_of(model, table)
    field = field_of(model, key)
    return ... if field.is_required() else field.default


def field_of(model: type[BaseModel], key: str) -> Any:
    return next(f for name, f in model.model_fields.items() if key in {name, f.alias})


def table_of(model: type[BaseModel], key: str) -> Any:
    waiting = [field_of(model, key).annotation]
    while waiting:
        annotation = waiting.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return annotation
        waiting += getattr(annotation, "__args__", ())
    raise AssertionError(f"{key} is no table")


def written(default: Any) -> str:
    """A default as TOML."""
    plain = list(default) if isinstance(default, tuple) else default
    return json.dumps(str(plain) if isinstance(plain, Path) else plain)


def test_headings_are_the_settings() -> None:
    assert sorted(SECTIONS) == SETTINGS


@pytest.mark.parametrize("path", SETTINGS)
def test_setting_says_its_default_or_that_it_is_required(path: str) -> None:
    default = default_of(path)
    if default is ...:
        begin = "Required. "
    elif default is None:
        begin = "Optional. " if path.startswith("app.urls.") else "Default: "
    else:
        begin = f"Default: `{written(default)}`. "
    assert SECTIONS[path].startswith(begin)
    assert len(SECTIONS[path].removeprefix(begin)) > 5


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example of the page as a file."""
    (text,) = re.findall(r"^```toml\n(.*?)^```", ADMINISTRATORS, re.MULTILINE | re.DOTALL)
    file = tmp_path / "screenpop.toml"
    file.write_text(text, "utf-8")
    return file


def test_example_is_good(example: Path) -> None:
    installation = load(example)
    assert installation.settings.public_urls == ("https://calls.example.com",)
    (user,) = installation.configuration.users
    (account,) = installation.configuration.accounts
    assert PasswordHasher().verify(user.password_hash, "example")
    assert PasswordHasher().verify(account.secret_hash, "example")
    assert [app.app_id for app in installation.configuration.apps] == ["crm"]


def command_lines() -> list[str]:
    """Every command that does something by itself, as it is called."""
    found = []
    waiting: list[tuple[str, Any]] = [("screenpop", get_command(app))]
    while waiting:
        words, command = waiting.pop()
        inner = getattr(command, "commands", {})
        if not inner:
            found.append(words)
        waiting += [(f"{words} {name}", one) for name, one in inner.items()]
    return sorted(found)


@pytest.mark.parametrize("command", command_lines())
def test_command_is_documented(command: str) -> None:
    assert f"| `{command}` |" in OPERATORS


def test_documented_commands_exist() -> None:
    assert sorted(re.findall(r"^\| `(screenpop [a-z -]+)` \|", OPERATORS, re.MULTILINE)) == (
        command_lines()
    )


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in (ADMINISTRATORS, OPERATORS):
        for target in re.findall(r"\]\(([a-z]+\.md)\)", page):
            assert (DOCS / target).is_file(), target
