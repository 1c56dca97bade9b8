"""The tooling keeps its word: targets, pins and the import contracts."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = sorted(
    {
        target
        for line in re.findall(r"^\.PHONY:(.*)$", MAKEFILE, re.MULTILINE)
        for target in line.split()
    }
)
LOCK_FILES = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "frontend/package-lock.json"]


def test_make_without_a_target_lists_every_target() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert sorted(re.findall(r"^make (\w+) +\S", listed, re.MULTILINE)) == TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_contributing_describes_target(target: str) -> None:
    assert f"| `make {target}` |" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.parametrize("path", LOCK_FILES, ids=lambda path: path.name)
def test_lock_file_names_no_registry(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "--index-url" not in text
    assert "--find-links" not in text
    # npm copies a package's own appeal for money; nothing is fetched from there.
    addresses = re.sub(r'"funding": (?:\{[^}]*\}|"[^"]*"|\[[^\]]*\])', "", text)
    assert not re.findall(r"https?://\S+|file:\S+", addresses)


@pytest.mark.parametrize("path", LOCK_FILES[:-1], ids=lambda path: path.name)
def test_every_python_pin_is_exact_and_hashed(path: Path) -> None:
    pins = re.split(r"\n(?=[a-z0-9])", path.read_text("utf-8"))
    pins = [pin for pin in pins if not pin.startswith("#")]
    assert len(pins) > 20
    for pin in pins:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==\S+", pin), pin
        assert "--hash=sha256:" in pin, pin


def test_every_npm_package_is_locked_by_its_hash_and_by_no_address() -> None:
    """Only a workspace has ``resolved``, and there it is the name of its folder."""
    packages = json.loads(LOCK_FILES[-1].read_text("utf-8"))["packages"]
    entries = [entry for name, entry in packages.items() if name.startswith("node_modules/")]
    fetched = [entry for entry in entries if not entry.get("link")]
    assert fetched
    assert all("integrity" in entry and "resolved" not in entry for entry in fetched)
    workspaces = packages[""]["workspaces"]
    assert all(entry["resolved"] in workspaces for entry in entries if entry.get("link"))


def test_lock_file_knows_every_workspace_manifest() -> None:
    """`npm ci` refuses a manifest that the lock file does not repeat."""
    frontend = ROOT / "frontend"
    locked = json.loads(LOCK_FILES[-1].read_text("utf-8"))["packages"]
    for path in sorted(frontend.glob("*/package.json")):
        manifest = json.loads(path.read_text("utf-8"))
        entry = locked.get(path.parent.name, {})
        assert entry.get("version") == manifest.get("version"), path
        for kind in ("dependencies", "devDependencies", "peerDependencies"):
            assert entry.get(kind, {}) == manifest.get(kind, {}), path


def test_run_time_dependencies_are_pinned_for_the_demo() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", LOCK_FILES[1].read_text("utf-8"), re.MULTILINE))
    wanted = {re.split(r"[\[>=<~!; ]", line)[0] for line in project["dependencies"]}
    assert wanted - pinned == set()
