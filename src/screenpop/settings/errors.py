"""What can be wrong with a configuration file.

SettingsError
└── ConfigurationRefusedError    the file cannot be used; carries every problem
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from screenpop.settings.problems import Problem

__all__ = ["ConfigurationRefusedError", "SettingsError"]


class SettingsError(Exception):
    """The installation cannot be started as it is set up."""


class ConfigurationRefusedError(SettingsError):
    """The configuration file cannot be used.

    ``file`` is the file as it was named; ``problems`` has at least one, in the file's order.
    The text has one line for each: ``FILE:LINE: key: reason. Cure.``
    """

    def __init__(self, file: Path, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line_for(file) for problem in self.problems))
