"""Which interaction a command, a line report, a line command or a push is about, for the log."""

from __future__ import annotations

from collections.abc import Callable

from screenpop.domain.call import Call
from screenpop.ports.store import Reader, StoreUnavailableError
from screenpop.services.core import Core

__all__ = ["interaction_of_call", "interaction_of_command", "interaction_of_leg"]


async def interaction_of_call(core: Core, crt_object_id: str) -> str | None:
    """Return a call's ``interactionId``; ``None`` when it is unknown or cannot be read now."""
    return await _interaction(core, lambda reader: reader.call(crt_object_id))


async def interaction_of_leg(core: Core, leg_id: str | None) -> str | None:
    """Return the ``interactionId`` of the call that a leg belongs to."""
    if leg_id is None:
        return None
    return await _interaction(core, lambda reader: reader.call_of_leg(leg_id))


async def interaction_of_command(core: Core, command: object) -> str | None:
    """Return the ``interactionId`` of the call that a command or a line report names."""
    named = getattr(command, "dispose", command)
    call = getattr(named, "crt_object_id", None) or getattr(named, "bridge_id", None)
    if isinstance(call, str):
        # A consultation has a bridge of its own, named after its call.
        return await interaction_of_call(core, call.partition(":")[0])
    return await interaction_of_leg(core, getattr(named, "leg_id", None))


async def _interaction(core: Core, find: Callable[[Reader], Call | None]) -> str | None:
    try:
        call = await core.read(find)
    except StoreUnavailableError:
        return None
    return None if call is None else call.interaction_id
