"""Each error key has an entry with meaning, who can act and cure; ``explain`` prints it."""

import re
from pathlib import Path

import pytest

from screenpop.cli import main
from screenpop.domain import errors as domain_errors
from screenpop.domain.errors import DomainError
from screenpop.wire.errors import ERRORS

ROOT = Path(__file__).resolve().parents[2]
BRIDGE = (ROOT / "frontend/protocol/src/errors.ts").read_text("utf-8")
ENTRIES = dict(
    re.findall(
        r"^## `([^`]+)`\n(.*?)(?=^## |\Z)",
        (ROOT / "docs/errors.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)


def keys_of_the_bridge() -> set[str]:
    (table,) = re.findall(r"BRIDGE_ERRORS = \{(.*?)\} as const", BRIDGE, re.DOTALL)
    return set(re.findall(r"^  \"?([A-Za-z.]+)\"?:", table, re.MULTILINE))


def keys_of_the_domain() -> set[str]:
    kinds = vars(domain_errors).values()
    return {kind.key for kind in kinds if isinstance(kind, type) and issubclass(kind, DomainError)}


def keys_of_problems() -> set[str]:
    """The keys that the web edge names itself."""
    found = set()
    for file in (ROOT / "src/screenpop/web").rglob("*.py"):
        found |= set(re.findall(r"problem\(\s*\d{3}, \"([A-Za-z.]+)\"", file.read_text("utf-8")))
    return found


KEYS = sorted(set(ERRORS) | keys_of_the_domain() | keys_of_the_bridge() | keys_of_problems())


def test_keys_of_every_source_are_found() -> None:
    assert {"timeout", "host.not.found"} <= keys_of_the_bridge()
    assert {"agent.busy", "refused"} <= keys_of_the_domain()
    assert "unknown.host" in keys_of_problems()


@pytest.mark.parametrize("key", KEYS)
def test_key_is_explained(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", key]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{key}\n")
    assert re.search(r"^Who can act: \S", said, re.MULTILINE)
    assert re.search(r"^Cure: \S", said, re.MULTILINE)


@pytest.mark.parametrize("key", sorted(ERRORS))
def test_entry_says_status_and_code_of_the_envelope(key: str) -> None:
    error = ERRORS[key]
    assert ENTRIES[key].strip().startswith(f"Status {error.status}, code {error.code}. ")


def test_entries_are_for_keys_that_exist() -> None:
    assert set(ENTRIES) - set(KEYS) == set()


def test_key_is_taken_in_any_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "invalidinput"]) == 0
    assert capsys.readouterr().out.startswith("InvalidInput\n")


def test_unknown_key_says_which_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "agent.bussy"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Did you mean agent.busy" in said.err


def test_key_like_no_other_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "zzzzzz"]) == 1
    assert "docs/errors.md" in capsys.readouterr().err
