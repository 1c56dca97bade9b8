"""What administrators and the configuration file ask of the configuration as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from screenpop.domain.configuration import Configuration

__all__ = ["ChangeConfiguration"]


@dataclass(frozen=True, slots=True)
class ChangeConfiguration:
    """Put another state of the configuration in place of the present one."""

    #: Pure: it may run twice. What it raises refuses the change.
    apply: Callable[[Configuration], Configuration]
    #: The version that the asker has seen; ``None``: whichever is the present one.
    seen_version: int | None = None
