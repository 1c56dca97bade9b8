"""A configuration as JSON text, and back."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from screenpop.domain.configuration import Configuration

__all__ = ["configuration_from_record", "configuration_to_record"]


@cache
def _adapter() -> TypeAdapter[Configuration]:
    return TypeAdapter(Configuration)


def configuration_to_record(configuration: Configuration) -> str:
    """Return the configuration as JSON text."""
    return _adapter().dump_json(configuration).decode()


def configuration_from_record(body: str, version: int) -> Configuration:
    """Return the configuration that was kept under ``version``."""
    configuration = _adapter().validate_json(body)
    return Configuration(
        **{
            name: getattr(configuration, name)
            for name in configuration.__dataclass_fields__
            if name != "version"
        },
        version=version,
    )
