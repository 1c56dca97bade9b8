"""A configuration as JSON text, and back."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from pydantic import TypeAdapter

from screenpop.domain.configuration import Configuration

__all__ = ["configuration_from_record", "configuration_to_record", "digest_of"]


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


def digest_of(configuration: Configuration) -> str:
    """Return a text that is the same for the same file, also after an upgrade.

    What has its default is left out: a later screenpop knows more settings, and must not take
    an old file for another one, which would undo what was changed by the API.
    """
    record = _adapter().dump_python(configuration, mode="json", exclude_defaults=True)
    for app in record.get("apps", ()):
        # Sets have no order of their own.
        for name in ("scopes", "campaign_ids", "queue_ids"):
            app.get(name, []).sort()
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
