"""What an agent may dial in and dispose with: the lists under cc (contract 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screenpop.domain.app import Scope
from screenpop.domain.commands import Acting
from screenpop.domain.configuration import Configuration, DispositionPlan
from screenpop.domain.errors import AccessDeniedError, NotFoundError
from screenpop.ports.store import Reader
from screenpop.services import acting as acting_service
from screenpop.services.core import Core
from screenpop.web.envelope import Reply, json_reply
from screenpop.web.limits import RestLimits
from screenpop.web.plan_lists import campaign_entries, class_entries, code_entry
from screenpop.web.voice_acting import Actors
from screenpop.web.voice_request import VoiceRequest
from screenpop.wire.errors import InvalidInput
from screenpop.wire.rest import read_campaign_query

__all__ = ["CampaignCalls"]


class CampaignCalls:
    """The calls under cc."""

    def __init__(self, core: Core, actors: Actors, limits: RestLimits) -> None:
        self._core = core
        self._actors = actors
        self._limits = limits

    async def get_assigned(self, request: VoiceRequest) -> Reply:
        """Answer cc/campaigns/getAssigned: the campaigns that are assigned to the agent."""
        acting = await self._actors.admitted(request, self._limits)
        configuration, assigned = await self._core.read(lambda reader: _asker(reader, acting))
        return json_reply(campaign_entries(configuration, assigned))

    async def get_codes(self, request: VoiceRequest) -> Reply:
        """Answer cc/dispositionCodes/getByCampaign."""
        return await self._of_plan(
            request, "campaignId", lambda plan: [code_entry(code) for code in plan.codes]
        )

    async def get_classes(self, request: VoiceRequest) -> Reply:
        """Answer cc/dispositionClasses/getDispositionClassesForCampaign."""
        return await self._of_plan(request, "campaignContextId", class_entries)

    async def _of_plan(
        self,
        request: VoiceRequest,
        name: str,
        tell: Callable[[DispositionPlan], list[dict[str, Any]]],
    ) -> Reply:
        acting = await self._actors.admitted(request, self._limits)
        configuration, assigned = await self._core.read(lambda reader: _asker(reader, acting))
        campaign = _campaign(request, name)
        if campaign not in configuration.campaign_by_id:
            raise NotFoundError(f"There is no campaign {campaign}.")
        if campaign not in assigned:
            raise AccessDeniedError(f"Campaign {campaign} is not assigned to this agent.")
        return json_reply(tell(configuration.plan_of(campaign)))


def _asker(reader: Reader, acting: Acting) -> tuple[Configuration, tuple[int, ...]]:
    """Give the configuration and the campaigns of the agent who asks."""
    session = acting_service.act(reader, acting, Scope.CONFIGURATION_READ).session
    user = reader.configuration.user(session.user_id)
    assigned = session.campaign_ids if user is None else user.campaign_ids
    return reader.configuration, assigned


def _campaign(request: VoiceRequest, name: str) -> int:
    """Read the campaign; on a GET an id that is no number names nothing: 404."""
    try:
        return read_campaign_query(request.values, name)
    except InvalidInput:
        if request.method == "GET" and (request.value(name) or "") != "":
            raise NotFoundError(f"{name} is no number.") from None
        raise
