"""A test whose program is missing is left out with a sentence, and with CI set refused."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def collect_browser_tests(*, ci: str) -> subprocess.CompletedProcess[str]:
    """Collects tests/e2e where the PATH leads to no browser."""
    environment = {**os.environ, "PATH": str(Path(sys.executable).parent), "CI": ci}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "tests/e2e"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_tests_of_a_missing_program_are_left_out_and_named() -> None:
    done = collect_browser_tests(ci="")
    assert "left out: every test that needs chromium, which is not installed" in done.stdout
    assert "no tests collected" in done.stdout
    assert " deselected" in done.stdout


def test_with_ci_set_a_missing_program_is_an_error() -> None:
    done = collect_browser_tests(ci="true")
    assert done.returncode not in {0, 5}
    assert "with CI set none is left out" in done.stdout + done.stderr
