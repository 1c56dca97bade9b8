"""Reading the file: text, tables, sections, items, and every problem at its line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from screenpop.domain.configuration import Configuration
from screenpop.settings.consistency import inconsistencies
from screenpop.settings.errors import ConfigurationRefusedError
from screenpop.settings.installation import (
    ENVIRONMENT_PREFIX,
    InstallationSections,
    Settings,
)
from screenpop.settings.items import ContactCentersFile
from screenpop.settings.known_keys import known_keys
from screenpop.settings.positions import Positions
from screenpop.settings.problems import Problem, problems_of
from screenpop.settings.translation import configuration_of

__all__ = ["Installation", "load", "read_configuration"]

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)")
_SECTIONS = frozenset(InstallationSections.model_fields)

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Installation:
    """What a configuration file says."""

    settings: Settings
    configuration: Configuration


def load(file: Path) -> Installation:
    """Read the file and the environment.

    A relative data folder begins at the file's own folder.

    Raises:
        ConfigurationRefusedError: with every problem that could be found at once.
    """
    tables, positions = _tables(file)
    sections = {name: table for name, table in tables.items() if name in _SECTIONS}
    problems: list[Problem] = []
    installation = _collect(lambda: InstallationSections.model_validate(sections), problems)
    configuration = _configuration(tables, problems)
    if problems or installation is None or configuration is None:
        raise ConfigurationRefusedError(file, _placed(problems, positions))
    return Installation(installation.settings(file.absolute().parent), configuration)


def read_configuration(text: str, file: Path) -> Configuration:
    """Read the contact centres of a text; ``file`` is its name in problems.

    Raises:
        ConfigurationRefusedError: with every problem that could be found at once.
    """
    tables, positions = _parsed(text, file)
    problems: list[Problem] = []
    configuration = _configuration(tables, problems)
    if problems or configuration is None:
        raise ConfigurationRefusedError(file, _placed(problems, positions))
    return configuration


def _tables(file: Path) -> tuple[Mapping[str, object], Positions]:
    try:
        text = file.read_bytes().decode()
    except OSError as error:
        problem = Problem((), f"it cannot be read: {error.strerror}", "Name a file that can")
        raise ConfigurationRefusedError(file, [problem]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = Problem((), "it is not UTF-8", "Save the file as UTF-8", line)
        raise ConfigurationRefusedError(file, [problem]) from None
    return _parsed(text.removeprefix("\ufeff"), file)


def _parsed(text: str, file: Path) -> tuple[Mapping[str, object], Positions]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error)).replace(" (at end of document)", "")
        problem = Problem((), f"it is not TOML: {reason}", "Correct this line", line)
        raise ConfigurationRefusedError(file, [problem]) from None
    return tables, Positions(text)


def _configuration(tables: Mapping[str, object], problems: list[Problem]) -> Configuration | None:
    items = {name: table for name, table in tables.items() if name not in _SECTIONS}
    file = _collect(lambda: ContactCentersFile.model_validate(items), problems)
    if file is None:
        return None
    configuration = configuration_of(file)
    problems.extend(inconsistencies(configuration))
    return configuration


def _collect(read: Callable[[], Model], problems: list[Problem]) -> Model | None:
    try:
        return read()
    except ValidationError as error:
        problems.extend(problems_of(error, known_keys()))
        return None


def _placed(problems: Iterable[Problem], positions: Positions) -> list[Problem]:
    """Return the problems with their lines or variables, in the file's order."""
    placed = [
        replace(problem, line=positions.line(problem.path), variable=_variable(problem))
        for problem in problems
    ]
    return sorted(placed, key=lambda problem: problem.line)


def _variable(problem: Problem) -> str:
    """Return the environment variable that a section's value came from, if it did."""
    path = [str(part) for part in problem.path[:2]]
    if not path or path[0] not in _SECTIONS:
        return ""
    name = ENVIRONMENT_PREFIX + "__".join(path).upper()
    return next((one for one in os.environ if one.upper() == name), "")
