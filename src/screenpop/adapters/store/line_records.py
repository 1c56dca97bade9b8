"""Line commands as rows of the outbox, and back."""

from __future__ import annotations

import json
from typing import Any, Final, get_args

from screenpop.adapters.store.rows import dumps
from screenpop.ports.telephony import Connect, LineCommand

__all__ = ["command_from_record", "command_to_record"]

_CLASSES: Final[dict[str, Any]] = {cls.__name__: cls for cls in get_args(LineCommand)}


def command_to_record(command: LineCommand) -> tuple[str, str]:
    """Return the command's name and its JSON text."""
    return type(command).__name__, dumps(command)


def command_from_record(kind: str, body: str) -> LineCommand:
    """Return the command that :func:`command_to_record` took apart."""
    values = json.loads(body)
    if kind == Connect.__name__:
        values["legs"] = tuple(values["legs"])
    command: LineCommand = _CLASSES[kind](**values)
    return command
