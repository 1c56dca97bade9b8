"""From a delivery's facts to the URL of its push (contract 3.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from screenpop.domain.app import App, AppKind, IntegrationPoint
from screenpop.domain.delivery import Delivery, PushKind
from screenpop.domain.pop import ACTING_SCOPES
from screenpop.wire.urls import (
    ComposeOptions,
    DisposeAgentValues,
    DisposeCallValues,
    Point,
    UrlTemplate,
    UserAssociation,
    compose,
    mask_phone,
)

__all__ = ["dispose_url"]

_NUMBERS: Final = ("phone", "dst_phone", "src_phone", "dialled_phone", "cstm_phone")


def dispose_url(app: App, delivery: Delivery, *, masking: bool) -> str:
    """Return what to ask, composed from the kept facts by the app's present settings.

    ``masking``: the process hides numbers; an app that is granted them gets them all the same.

    Raises:
        UrlError: the configured URL cannot be used.
        KeyError: the app has no dispose URL any more.
    """
    template = UrlTemplate.parse(app.urls[IntegrationPoint.DISPOSE], Point.DISPOSE)
    values = _values(delivery)
    if masking and not app.options.get("original_phone"):
        values = _masked(values)
    return compose(template, values, _options(app))


def _values(delivery: Delivery) -> DisposeAgentValues | DisposeCallValues:
    facts: dict[str, Any] = dict(delivery.carried)
    if delivery.kind is PushKind.AGENT:
        return DisposeAgentValues(**facts)
    zone = ZoneInfo(facts.pop("time_zone"))
    return DisposeCallValues(
        **{
            **facts,
            "dialed_time": _moment(facts["dialed_time"], zone),
            "call_connected_time": _moment(facts["call_connected_time"], zone),
            "phone_list": tuple(facts["phone_list"]),
            "user_associations": tuple(
                UserAssociation(**one) for one in facts["user_associations"]
            ),
        }
    )


def _moment(at: int | None, zone: ZoneInfo) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at // 1000, zone)


def _options(app: App) -> ComposeOptions:
    options = app.options
    return ComposeOptions(
        standard_set=bool(options.get("standard_set", app.kind is AppKind.CRM)),
        session_ids=not app.scopes.isdisjoint(ACTING_SCOPES),
        switched_off=frozenset(_texts(options.get("switched_off"))),
        customer_columns=_texts(options.get("dispose_columns")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _masked(
    values: DisposeAgentValues | DisposeCallValues,
) -> DisposeAgentValues | DisposeCallValues:
    """Hide the customer's numbers wherever they stand; our own numbers stay."""
    real = {values.phone, *getattr(values, "phone_list", ())} - {None, ""}

    def hide(value: Any) -> Any:  # noqa: ANN401
        return mask_phone(value) if value in real else value

    changes: dict[str, Any] = {
        name: hide(getattr(values, name)) for name in _NUMBERS if hasattr(values, name)
    }
    if isinstance(values, DisposeCallValues):
        changes["phone_list"] = tuple(hide(number) for number in values.phone_list)
    if values.customer is not None:
        changes["customer"] = {name: hide(value) for name, value in values.customer.items()}
    return replace(values, **changes)
