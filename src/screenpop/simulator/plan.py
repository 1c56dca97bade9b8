"""The number plan: what a called number does, by its last four digits (contract 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["AGENT_ANSWERS_AFTER", "Course", "NumberPlan"]

#: Milliseconds after which a simulated extension answers by itself (contract 8).
AGENT_ANSWERS_AFTER: Final = 500

#: Milliseconds a real network takes to refuse a call.
_REFUSAL: Final = 200


@dataclass(frozen=True, slots=True)
class Course:
    """What happens after a number is dialled, in milliseconds at speed 1."""

    rings: bool = True
    #: After the ring begins; ``None``: never by itself.
    answers_after: int | None = None
    #: After the answer, or after the dial if it is never answered; ``None``: never by itself.
    ends_after: int | None = None
    #: What the end is reported with.
    sip: int | None = None
    q850: int | None = None


_ORDINARY: Final = Course(answers_after=1_000)

_COURSES: Final = {
    "0001": Course(rings=False, ends_after=_REFUSAL, sip=486, q850=17),
    "0002": Course(ends_after=10_000, sip=480, q850=19),
    "0003": Course(rings=False, ends_after=_REFUSAL, sip=404, q850=1),
    "0004": Course(rings=False, ends_after=_REFUSAL, sip=503, q850=34),
    "0005": Course(answers_after=1_000, ends_after=5_000, q850=16),
    "0006": Course(answers_after=0),
}


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """The number plan on a clock that runs ``speed`` times as fast as a real one."""

    speed: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a clock that stands still or runs backwards.

        :raises ValueError: ``speed`` is not above 0.
        """
        if not self.speed > 0:
            raise ValueError(f"speed must be above 0, not {self.speed}")

    def course(self, number: str) -> Course:
        """Return what ``number`` does; separators in it do not count."""
        digits = "".join(character for character in number if character in "0123456789")
        return _COURSES.get(digits[-4:], _ORDINARY)

    def real(self, milliseconds: int) -> int:
        """Return how long ``milliseconds`` of the network's clock last."""
        return round(milliseconds / self.speed)
