"""Every key that a configuration file may have, by table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import get_args

from pydantic import BaseModel

from screenpop.settings.installation import InstallationSections
from screenpop.settings.items import ContactCentersFile

__all__ = ["known_keys"]


@cache
def known_keys() -> Mapping[str, tuple[str, ...]]:
    """Return the keys of each table; a table's name is its path, ``""`` is the file's top."""
    tables = dict(_tables("", ContactCentersFile)) | dict(_tables("", InstallationSections))
    sections = tuple(InstallationSections.model_fields)
    top = dict(_tables("", ContactCentersFile))[""]
    return tables | {"": sections + top}


def _tables(path: str, model: type[BaseModel]) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = {field.alias or name: field for name, field in model.model_fields.items()}
    yield path, tuple(names)
    for name, field in names.items():
        for inner in _models(field.annotation):
            yield from _tables(f"{path}.{name}".lstrip("."), inner)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif isinstance(annotation, UnionType) or get_args(annotation):
        for part in get_args(annotation):
            yield from _models(part)
