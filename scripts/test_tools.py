"""Installs the programs that the tests use, where it may, and says what is left out.

Which programs there are and which tests need them is written in pyproject.toml under
``[tool.screenpop.test-tools]``. Run by ``make test``; tests/conftest.py leaves out the tests of a
program that is still missing. With ``CI`` set a missing program is a failure.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that some tests need.

    Attributes:
        name: what tests call it in ``@pytest.mark.needs(name)``.
        command: its name on the PATH, or a glob of its absolute path.
        packages: the Debian packages that bring it.
        folders: folders under tests/ all of whose tests need it.
    """

    name: str
    command: str
    packages: tuple[str, ...]
    folders: tuple[str, ...]

    def is_installed(self) -> bool:
        """Whether the program can be found on this machine."""
        if self.command.startswith("/"):
            return any(Path("/").glob(self.command[1:]))
        return shutil.which(self.command) is not None

    def is_wanted(self) -> bool:
        """Whether any existing test needs it, by its folder or by its marker."""
        if any(any((TESTS / folder).rglob("test_*.py")) for folder in self.folders):
            return True
        marker = re.compile(rf"mark\.needs\([^)]*[\"']{re.escape(self.name)}[\"']")
        return any(marker.search(path.read_text("utf-8")) for path in TESTS.rglob("*.py"))


def known_tools() -> dict[str, Tool]:
    """The tools of pyproject.toml by name."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {
        name: Tool(name, entry["command"], tuple(entry["packages"]), tuple(entry["folders"]))
        for name, entry in table["tool"]["screenpop"]["test-tools"].items()
    }


def install(packages: list[str]) -> str | None:
    """Installs Debian packages without asking; returns why it could not, or None."""
    if shutil.which("apt-get") is None:
        return "this machine has no apt-get"
    prefix: list[str] = []
    if os.geteuid() != 0:
        prefix = ["sudo", "-n"]
        if shutil.which("sudo") is None or _fails([*prefix, "true"]):
            return "it takes root, or sudo without a password, to install packages"
    apt_get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--quiet"]
    print(f"Installing for the tests: {' '.join(packages)} …", flush=True)
    if _fails([*apt_get, "update"]):
        return "apt-get update failed"
    if _fails([*apt_get, "install", "--yes", "--no-install-recommends", *packages]):
        return "apt-get install failed"
    return None


def _fails(command: list[str]) -> bool:
    """Runs a command; its output is shown only when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-2000:], file=sys.stderr)
    return done.returncode != 0


def main() -> int:
    """Installs what is missing; 1 if something still is and nothing may be left out."""
    missing = [t for t in known_tools().values() if t.is_wanted() and not t.is_installed()]
    if not missing:
        return 0
    reason = install(sorted({package for tool in missing for package in tool.packages}))
    still = [tool for tool in missing if not tool.is_installed()]
    for tool in still:
        print(
            f"The tests that need {tool.name} are left out: {reason or 'its package lacks it'}. "
            f"Cure: apt install {' '.join(tool.packages)}.",
            file=sys.stderr,
        )
    return 1 if still and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
