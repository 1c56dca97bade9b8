"""Times of day as administrators write them, and as minutes since midnight."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

__all__ = ["TimeOfDay", "as_time"]

_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_WHOLE_DAY: Final = 24 * 60


def _minutes(text: object) -> object:
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('it is no time of day; Write hours and minutes such as "18:30"')
    return _WHOLE_DAY if found[1] is None else int(found[1]) * 60 + int(found[2])


#: ``00:00`` to ``24:00``, read as minutes since midnight.
TimeOfDay = Annotated[
    int, BeforeValidator(_minutes, json_schema_input_type=str), Field(ge=0, le=_WHOLE_DAY)
]


def as_time(minutes: int) -> str:
    """Return minutes since midnight as :data:`TimeOfDay` reads them."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
