"""The command line: ``screenpop``.

Sub-commands import what they need when they run, so that ``--help`` and the small ones are quick.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    ``arguments`` are those after the program's name; ``None`` takes the process's own. Status 0
    is good, 1 a failure that was said in a sentence, 2 a command line that was not understood.
    """
    from screenpop.cli.app import run

    return run(arguments)
