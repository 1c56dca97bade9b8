"""What an app would be sent, before anyone calls: each URL taken apart (issue 3, preview)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from screenpop.domain.app import App, IntegrationPoint
from screenpop.domain.association import Association
from screenpop.domain.call import Call
from screenpop.domain.pop import AppSession
from screenpop.ports.store import Reader
from screenpop.services import screen_pop
from screenpop.services.screen_pop import shape_of
from screenpop.web.launch_urls import LaunchUrls, options_of
from screenpop.wire.ids import iframe_id
from screenpop.wire.urls import (
    CallValues,
    ComposeOptions,
    DisposeAgentValues,
    LoginValues,
    Point,
    UrlTemplate,
    UrlValues,
    explain,
    masked,
    sample,
)

__all__ = ["CallFacts", "compose_point", "facts_of_call", "preview"]

#: The values of a real call, each integration point's by its own maker.
CallFacts = Callable[[UrlValues], UrlValues]


def preview(app: App, urls: LaunchUrls, real: CallFacts | None = None) -> list[dict[str, Any]]:
    """Return every URL of an app, composed, with the source of each parameter.

    ``real`` replaces the sample's values by a past call's.
    """
    return [
        _explained(app, point, urls, real(values) if real else values)
        for point in IntegrationPoint
        if app.urls.get(point)
        for values in sample(Point(point.value))
    ]


def compose_point(
    app: App, point: IntegrationPoint, urls: LaunchUrls, real: CallFacts | None = None
) -> str:
    """Return the URL of one point, for an opening from the server."""
    [first, *_] = sample(Point(point.value))
    url: str = _explained(app, point, urls, real(first) if real else first)["url"]
    return url


def _explained(
    app: App, point: IntegrationPoint, urls: LaunchUrls, values: UrlValues
) -> dict[str, Any]:
    template = UrlTemplate.parse(app.urls[point], point.value)
    options = _options(app)
    if isinstance(values, LoginValues | CallValues):
        values = _framed(app, values, urls.origin)
    explanation = explain(template, values, options)
    return {
        "point": point.value,
        "kind": type(values).__name__.removesuffix("Values").removeprefix("Dispose").lower(),
        "url": explanation.url,
        "parameters": [asdict(one) for one in explanation.parameters],
        "placeholders": [asdict(one) for one in explanation.placeholders],
        "emptyPlaceholders": list(explanation.empty_placeholders),
        "leftOut": [asdict(one) for one in explanation.left_out],
    }


def _options(app: App) -> ComposeOptions:
    options = options_of(shape_of(app))
    columns = app.options.get("dispose_columns", ())
    listed = tuple(map(str, columns)) if isinstance(columns, list | tuple) else ()
    return replace(options, customer_columns=listed)


def _framed(app: App, values: LoginValues | CallValues, origin: str) -> LoginValues | CallValues:
    """Return the values with the frame's own facts, and the number as the app may see it."""
    if isinstance(values, LoginValues):
        return replace(values, iframe_id=iframe_id(app.app_id), origin=origin)
    seq = str(values.interaction_id).rpartition("-")[2]
    values = replace(values, iframe_id=f"{iframe_id(app.app_id)}-{seq}", origin=origin)
    if not values.masking_enabled:
        return values
    return masked(values, real_number=bool(app.options.get("original_phone")))


def facts_of_call(reader: Reader, call: Call) -> CallFacts | None:
    """Return how a past call's values take the place of the sample's; ``None`` without an agent.

    Session and seat stay the sample's: whoever previews must not learn a living session's ids.
    """
    associations = reader.associations(call.crt_object_id)
    if not associations:
        return None
    last = associations[-1]
    session = reader.session(last.session_id)
    if session is None:
        return None
    nobody = AppSession(session.session_id, "", session.contact_center_id, session.created_at)
    carried = screen_pop.call_values(
        reader.configuration, call, last, session, nobody, last.created_at
    )

    def real(values: UrlValues) -> UrlValues:
        if isinstance(values, CallValues):
            known = {n: v for n, v in carried.items() if n not in _SAMPLE_ONLY}
            return replace(values, **known)
        if isinstance(values, DisposeAgentValues):
            return replace(values, **_disposal(call, last, carried))
        if isinstance(values, LoginValues):
            return replace(
                values,
                user_id=session.user_id,
                user_name=session.user_name,
                user_type=session.user_type,
                campaign_ids=session.campaign_ids,
                contact_center_id=session.contact_center_id,
                process_id=session.process_id,
            )
        return replace(
            values,
            crt_object_id=call.crt_object_id,
            call_id=call.call_id,
            campaign_id=call.campaign_id,
            customer_id=call.customer_id,
            phone=call.phone,
            dst_phone=call.dst_phone,
            src_phone=call.src_phone,
            customer=carried["customer"],
        )

    return real


#: Stay the sample's: living credentials, or drawn at the opening.
_SAMPLE_ONLY = frozenset({"session_id", "user_crt_object_id", "crm_session_id"})


def _disposal(call: Call, association: Association, carried: Mapping[str, Any]) -> dict[str, Any]:
    disposition = association.disposition
    return {
        "crt_object_id": call.crt_object_id,
        "user_id": association.user_id,
        "campaign_id": call.campaign_id,
        "customer_id": call.customer_id,
        "phone": call.phone,
        "disposition_class": disposition.disposition_class if disposition else "",
        "disposition_code": disposition.disposition_code if disposition else "",
        "callback_time": disposition.callback_time if disposition else None,
        "customer": carried["customer"],
    }
