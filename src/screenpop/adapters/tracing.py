"""Which interaction a line report, a line command or a push is about, for the log."""

from __future__ import annotations

from collections.abc import Callable

from screenpop.domain.call import Call
from screenpop.ports.store import Reader, StoreUnavailableError
from screenpop.services.core import Core

__all__ = ["interaction_of_call", "interaction_of_leg"]


async def interaction_of_call(core: Core, crt_object_id: str) -> str | None:
    """Return a call's ``interactionId``; ``None`` when it is unknown or cannot be read now."""
    return await _interaction(core, lambda reader: reader.call(crt_object_id))


async def interaction_of_leg(core: Core, leg_id: str | None) -> str | None:
    """Return the ``interactionId`` of the call that a leg belongs to."""
    if leg_id is None:
        return None
    return await _interaction(core, lambda reader: reader.call_of_leg(leg_id))


async def _interaction(core: Core, find: Callable[[Reader], Call | None]) -> str | None:
    try:
        call = await core.read(find)
    except StoreUnavailableError:
        return None
    return None if call is None else call.interaction_id
