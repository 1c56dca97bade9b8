"""Reports that nobody has acknowledged yet: numbered, in order, kept (design 2.9)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from screenpop.ports.telephony import LineEvent

__all__ = ["Report", "ReportLog"]


@dataclass(frozen=True, slots=True)
class Report:
    """A line event with its number; numbers start at 1 and have no gaps."""

    number: int
    event: LineEvent


class ReportLog:
    """Keeps reports until the controller has acknowledged them."""

    def __init__(self) -> None:
        self._kept: deque[Report] = deque()
        self._last = 0

    @property
    def last(self) -> int:
        """Number of the newest report ever made; 0 before the first."""
        return self._last

    def append(self, event: LineEvent) -> None:
        """Number an event and keep it."""
        self._last += 1
        self._kept.append(Report(self._last, event))

    def acknowledge(self, number: int) -> None:
        """Forget every report up to and including ``number``."""
        while self._kept and self._kept[0].number <= number:
            self._kept.popleft()

    def after(self, number: int) -> tuple[Report, ...]:
        """Return the kept reports with a higher number, oldest first."""

        def newest_first() -> Iterator[Report]:
            for report in reversed(self._kept):
                if report.number <= number:
                    return
                yield report

        return tuple(newest_first())[::-1]
