"""Lists of campaigns and disposition codes, the same for REST and SDK (contract 5, 6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from screenpop.domain.configuration import Configuration, DispositionCode, DispositionPlan
from screenpop.wire.rest import replies

__all__ = ["campaign_entries", "class_entries", "code_entry"]


def campaign_entries(
    configuration: Configuration, campaign_ids: Iterable[int]
) -> list[dict[str, Any]]:
    """Return the campaigns as ``getAssigned`` lists them."""
    known = configuration.campaign_by_id
    return [
        replies.campaign_entry(
            campaign_id=campaign.campaign_id,
            name=campaign.name,
            campaign_type=campaign.campaign_type,
            description=campaign.description,
            process_id=campaign.process_id,
            contact_center_id=campaign.contact_center_id,
        )
        for campaign in (known[number] for number in campaign_ids)
    ]


def class_entries(plan: DispositionPlan) -> list[dict[str, Any]]:
    """Return a plan's classes, each with its codes."""
    return [
        replies.disposition_class_entry(
            class_id=group.disposition_class_id,
            name=group.name,
            codes=[
                code_entry(code)
                for code in plan.codes
                if code.disposition_class_id == group.disposition_class_id
            ],
        )
        for group in plan.classes
    ]


def code_entry(code: DispositionCode) -> dict[str, Any]:
    """Return one code."""
    return replies.disposition_code_entry(
        code_id=code.disposition_code_id, name=code.name, class_id=code.disposition_class_id
    )
