"""A configuration as the TOML that :func:`screenpop.settings.load` reads back to the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from screenpop.domain.app import App, Scope
from screenpop.domain.configuration import (
    Campaign,
    Configuration,
    ContactCenter,
    DispositionPlan,
    Process,
    Queue,
)
from screenpop.settings.times import as_time

__all__ = ["toml_of"]


def toml_of(configuration: Configuration) -> str:
    """Return the contact centres as TOML, each key written out.

    What the file cannot say is left out: versions, and whether an app came by the API.
    """
    return "\n".join(_lines(configuration)).strip() + "\n"


def _lines(configuration: Configuration) -> Iterator[str]:
    yield f"break_reasons = {_value(configuration.break_reasons)}"
    for center in configuration.contact_centers:
        yield from _table("[[contact_center]]", _contact_center(center))
    for process in configuration.processes:
        yield from _table("[[process]]", _process(process))
    for plan in configuration.plans:
        yield from _plan(plan)
    for campaign in configuration.campaigns:
        yield from _table("[[campaign]]", _campaign(campaign))
    for queue in configuration.queues:
        yield from _table("[[queue]]", _queue(queue))
    for user in configuration.users:
        yield from _table(
            "[[user]]",
            {
                "id": user.user_id,
                "name": user.name,
                "type": user.user_type.value,
                "process": user.process_id,
                "password_hash": user.password_hash,
                "campaigns": user.campaign_ids,
                "extension": user.extension,
            },
        )
    for account in configuration.accounts:
        yield from _table(
            "[[api_account]]",
            {
                "id": account.account_id,
                "contact_center": account.contact_center_id,
                "secret_hash": account.secret_hash,
                "administrator": account.administrator,
            },
        )
    for app in sorted(configuration.apps, key=lambda one: one.position):
        yield from _app(app)


def _contact_center(center: ContactCenter) -> dict[str, object]:
    keys: dict[str, object] = {
        "id": center.contact_center_id,
        "name": center.name,
        "time_zone": center.time_zone,
    }
    if center.break_reasons is not None:
        keys["break_reasons"] = center.break_reasons
    return keys


def _process(process: Process) -> dict[str, object]:
    return {
        "id": process.process_id,
        "name": process.name,
        "contact_center": process.contact_center_id,
        "customer_columns": process.customer_columns,
        "searchable_columns": process.searchable_columns,
        "masking": process.masking_enabled,
        "credentials": "lenient" if process.lenient else "strict",
    }


def _plan(plan: DispositionPlan) -> Iterator[str]:
    keys = {"id": plan.plan_id, "name": plan.name, "contact_center": plan.contact_center_id}
    yield from _table("[[disposition_plan]]", keys)
    for group in plan.classes:
        codes = [
            {
                "id": code.disposition_code_id,
                "name": code.name,
                "needs_callback_time": code.needs_callback_time,
            }
            for code in plan.codes
            if code.disposition_class_id == group.disposition_class_id
        ]
        yield from _table(
            "[[disposition_plan.class]]",
            {"id": group.disposition_class_id, "name": group.name, "codes": codes},
        )


def _campaign(campaign: Campaign) -> dict[str, object]:
    return {
        "id": campaign.campaign_id,
        "name": campaign.name,
        "type": campaign.campaign_type,
        "process": campaign.process_id,
        "disposition_plan": campaign.plan_id,
        "description": campaign.description,
        "manual_dial_allowed": campaign.manual_dial_allowed,
        "wrap_seconds": campaign.wrap_time / 1000,
        "agent_ring_seconds": campaign.agent_ring_time / 1000,
        "customer_ring_seconds": campaign.customer_ring_time / 1000,
        "disposition_pattern": campaign.disposition_pattern.value,
        "disable_disposition_on_active_call": campaign.disable_disposition_on_active_call,
        "caller_id": campaign.caller_id,
    }


def _queue(queue: Queue) -> dict[str, object]:
    keys: dict[str, object] = {
        "id": queue.queue_id,
        "name": queue.name,
        "campaign": queue.campaign_id,
        "dids": queue.dids,
    }
    if queue.longest_wait is not None:
        keys["longest_wait_seconds"] = queue.longest_wait / 1000
    closed = [
        {"days": hours.days, "from": as_time(hours.begin), "to": as_time(hours.end)}
        for hours in queue.closed_hours
    ]
    return {**keys, "overflow_number": queue.overflow_number, "closed_hours": closed}


def _app(app: App) -> Iterator[str]:
    yield from _table(
        "[[app]]",
        {
            "id": app.app_id,
            "name": app.name,
            "process": app.process_id,
            "kind": app.kind.value,
            "campaigns": sorted(app.campaign_ids),
            "queues": sorted(app.queue_ids),
            "pop_moment": app.pop_moment.value,
            "placement": app.placement.value,
            "session_policy": app.session_policy.value,
            "scopes": [scope.value for scope in Scope if scope in app.scopes],
            "origins": app.origins,
            "enabled": app.enabled,
        },
    )
    yield from _table("[app.urls]", {point.value: url for point, url in app.urls.items()})
    if app.options:
        yield from _table("[app.options]", app.options)


def _table(header: str, keys: Mapping[str, object]) -> Iterator[str]:
    yield ""
    yield header
    for key, value in keys.items():
        yield f"{key} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, str):
        # TOML's basic strings are JSON's, but for one more character that must be escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Iterable):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value)
