"""The URL of each frame, composed from what was kept at the pop moment (contract 3).

A pure function of the kept facts and of our public origin: whoever reads a pop, now or after a
restart, gets the same text.  Only ``{launchToken}`` is drawn anew for every reading, because a
token is good once and for a minute: a kept one would be dead when its frame is loaded again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from screenpop.domain.app import App, IntegrationPoint
from screenpop.domain.pop import Pop
from screenpop.web.cors import app_origins
from screenpop.web.launch_tokens import LaunchTokens
from screenpop.web.tokens import AgentTokens
from screenpop.wire.ids import iframe_id
from screenpop.wire.urls import (
    DEFAULT_QUERY_LIMIT,
    CallValues,
    ComposeOptions,
    LoginValues,
    Point,
    Source,
    UrlTemplate,
    compose,
    explain,
    masked,
)

__all__ = ["LaunchUrls", "options_of", "template_of", "with_launch_token"]

#: A session lives no longer (contract 5), so the token that names it need not either.
_SESSION_LIFETIME_MS: Final = 12 * 3_600_000


@lru_cache(maxsize=1024)
def template_of(url: str, point: str) -> UrlTemplate:
    """Return a configured URL ready to be filled.

    :raises UrlError: it should have been refused when the app was saved.
    """
    return UrlTemplate.parse(url, Point(point))


def options_of(shape: Mapping[str, Any]) -> ComposeOptions:
    """Return how an app's URLs are composed, from the options that were kept with a pop."""
    return _options(
        shape["standard_set"],
        shape["session_ids"],
        frozenset(shape.get("switched_off", ())),
        shape.get("bearer_session", False),
        shape.get("query_limit", DEFAULT_QUERY_LIMIT),
    )


@lru_cache(maxsize=1024)
def _options(
    standard_set: bool,  # noqa: FBT001  # as kept
    session_ids: bool,  # noqa: FBT001
    switched_off: frozenset[str],
    bearer_session: bool,  # noqa: FBT001
    query_limit: int,
) -> ComposeOptions:
    return ComposeOptions(
        standard_set=standard_set,
        session_ids=session_ids,
        switched_off=switched_off,
        bearer_session=bearer_session,
        query_limit=query_limit,
    )


class LaunchUrls:
    """Composes the URLs of an installation's apps."""

    def __init__(self, origin: str, launch: LaunchTokens, agents: AgentTokens) -> None:
        """``origin`` is the console's, as ``window.location.origin`` writes it."""
        self.origin = origin
        self._launch = launch
        self._agents = agents

    def url_of(self, pop: Pop) -> str:
        """Return the URL of a frame that opens; the same text however often it is asked for."""
        template = template_of(pop.url, pop.point.value)
        options = options_of(pop.options or {})
        values = self.values_of(pop)
        if template.needs_launch_token:
            values = with_launch_token(self._launch, template, values, options)
        return compose(template, values, options)

    def values_of(self, pop: Pop) -> LoginValues | CallValues:
        """Return what a pop's URL carries, as its app may see it."""
        carried: dict[str, Any] = dict(pop.carried or {})
        if pop.point is IntegrationPoint.LOGIN:
            return self._login_values(pop, carried)
        seq = str(carried["interaction_id"]).rpartition("-")[2]
        values = CallValues(
            **carried,
            instance_id=pop.instance_id,
            iframe_id=iframe_id(pop.app_id, int(seq)),
            origin=self.origin,
        )
        if not values.masking_enabled:
            return values
        return masked(values, real_number=bool((pop.options or {}).get("original_phone")))

    def _login_values(self, pop: Pop, carried: dict[str, Any]) -> LoginValues:
        session_jwt = None
        if (pop.options or {}).get("bearer_session") and carried["session_id"]:
            # Issued at the pop moment: the text stays the same, and the token good.
            session_jwt, _ = self._agents.mint(
                carried["user_id"],
                carried["session_id"],
                carried["contact_center_id"],
                issued_ms=pop.popped_at,
                lifetime_ms=_SESSION_LIFETIME_MS,
            )
        return LoginValues(
            **{
                **carried,
                "campaign_ids": tuple(carried["campaign_ids"]),
                "user_crt_object_ids": tuple(carried["user_crt_object_ids"]),
            },
            session_jwt=session_jwt,
            instance_id=pop.instance_id,
            iframe_id=iframe_id(pop.app_id),
            origin=self.origin,
        )

    def frame(self, pop: Pop, app: App) -> dict[str, Any]:
        """Return a frame as the console needs it to open (contract 3.6)."""
        carried = pop.carried or {}
        return {
            "appId": pop.app_id,
            "appName": pop.app_name,
            "point": pop.point.value,
            "url": self.url_of(pop),
            "iframeId": self.values_of(pop).iframe_id,
            "instanceId": pop.instance_id,
            "associationId": None if pop.crt_object_id is None else pop.subject,
            "crtObjectId": pop.crt_object_id,
            "interactionId": carried.get("interaction_id"),
            "placement": app.placement.value,
            "position": app.position,
            "origins": list(app_origins(app)),
            "allow": list(_texts(app.options.get("allow"))),
            "sandbox": bool(app.options.get("sandbox", False)),
            "frameEnd": app.options.get("frame_end", "soon"),
            "poppedAt": pop.popped_at,
        }


def with_launch_token(
    tokens: LaunchTokens,
    template: UrlTemplate,
    values: LoginValues | CallValues,
    options: ComposeOptions,
) -> LoginValues | CallValues:
    """Return the values with a token that claims what the standard parameters say."""
    bare = template_of(f"{template.origin}/", template.point.value)
    shown = explain(bare, values, options).parameters
    claims = {one.name: one.value for one in shown if one.source is Source.STANDARD}
    token = tokens.mint(template.origin, values.user_id or "", claims)
    return replace(values, launch_token=token)


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []
