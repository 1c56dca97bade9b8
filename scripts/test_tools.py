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
        suite: Debian's suite that has the packages, where this machine's own lacks them: the
            program is then installed in `root` and run by chroot, which takes root.
    """

    name: str
    command: str
    packages: tuple[str, ...]
    folders: tuple[str, ...]
    suite: str = ""

    @property
    def root(self) -> Path:
        """The folder in which a program of another suite is installed."""
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return Path(cache) / "screenpop" / f"{self.name}-{self.suite}"

    @property
    def cure(self) -> str:
        """What installs it."""
        if not self.suite:
            return f"apt install {' '.join(self.packages)}"
        return "as root: python -m scripts.test_tools"

    def is_installed(self) -> bool:
        """Whether the program can be found on this machine, and run."""
        if self.suite:
            return os.geteuid() == 0 and (self.root / "usr/sbin" / self.command).exists()
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
        name: Tool(
            name,
            entry["command"],
            tuple(entry["packages"]),
            tuple(entry["folders"]),
            entry.get("suite", ""),
        )
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


def install_elsewhere(tool: Tool) -> str | None:
    """Installs a program of another suite in a system of its own; returns why it could not."""
    if os.geteuid() != 0:
        return "it takes root to make a system of its own for it"
    if shutil.which("debootstrap") is None and (reason := install(["debootstrap"])):
        return reason
    mirror = _mirror()
    if mirror is None:
        return "apt's sources name no mirror of Debian"
    print(f"Installing for the tests: {tool.name} of Debian's {tool.suite} …", flush=True)
    # Made beside its place, so that half of it is never taken for the whole.
    half = tool.root.with_name(f"{tool.root.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    shutil.rmtree(tool.root, ignore_errors=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    packages = f"--include={','.join(tool.packages)}"
    if _fails(["debootstrap", "--variant=minbase", packages, tool.suite, str(half), mirror]):
        shutil.rmtree(half, ignore_errors=True)
        return "debootstrap failed"
    # What was downloaded is unpacked now.
    shutil.rmtree(half / "var/cache/apt/archives", ignore_errors=True)
    half.rename(tool.root)
    return None


def _mirror() -> str | None:
    """The mirror of Debian that this machine's apt reads, if any."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return next((uri for uri in listed.split() if re.search(r"/debian/?$", uri)), None)


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
    reasons: dict[str, str | None] = {}
    here = [tool for tool in missing if not tool.suite]
    if here:
        reason = install(sorted({package for tool in here for package in tool.packages}))
        reasons = dict.fromkeys((tool.name for tool in here), reason)
    reasons |= {tool.name: install_elsewhere(tool) for tool in missing if tool.suite}
    still = [tool for tool in missing if not tool.is_installed()]
    for tool in still:
        print(
            f"The tests that need {tool.name} are left out: "
            f"{reasons[tool.name] or 'its package lacks it'}. Cure: {tool.cure}.",
            file=sys.stderr,
        )
    return 1 if still and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
