"""The simulated telephone network: a process of its own (contract 8, design 2.9).

``python -m screenpop.simulator`` starts it.  :mod:`~screenpop.simulator.network` is the network
itself, pure; :mod:`~screenpop.simulator.server` gives it a socket, a clock and a journal.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulated network until it is told to stop; returns the exit status.

    ``argv`` are the arguments without the program's name; ``None`` takes those of the process.
    """
    from screenpop.simulator.process import run  # noqa: PLC0415  importing this room starts nothing

    return run(argv)
