"""An app as ``/api/v1/apps`` takes and shows it (contract 1, 3.6, 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from screenpop.domain.app import App, AppKind, IntegrationPoint, Placement, PopMoment, SessionPolicy
from screenpop.domain.app import Scope as AppScope
from screenpop.domain.configuration import Configuration
from screenpop.domain.errors import InvalidInputError
from screenpop.settings.app_options import AppOptionsTable
from screenpop.settings.app_rules import app_inconsistencies
from screenpop.settings.problems import Problem, as_sentence, problems_of
from screenpop.settings.translation import DEFAULT_SCOPES
from screenpop.web.cors import app_origins

__all__ = ["AppInvalidError", "app_from_body", "app_to_body"]

Id = Annotated[int, Field(ge=0, le=2**53 - 1)]
Name = Annotated[str, Field(min_length=1)]

#: What we add when an app is shown; sent back, it is not looked at.
_OURS: Final = frozenset({"contactCenterId", "allowedOrigins", "revision", "byApi"})
_NAMES: Final = {
    "id": "appId",
    "process": "processId",
    "campaigns": "campaignIds",
    "queues": "queueIds",
}


class AppInvalidError(InvalidInputError):
    """The app cannot be saved: correct the fields that are listed."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        """Keep each offending field with its reason and cure."""
        first = errors[0]
        super().__init__(f"{first['field']}: {first['reason']} {first['cure']}")
        self.errors = errors


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class _Urls(_Body):
    login: str | None = None
    call: str | None = None
    preview: str | None = None
    dispose: str | None = None


class _Options(AppOptionsTable):
    model_config = ConfigDict(alias_generator=to_camel)


class _AppBody(_Body):
    app_id: Name
    name: Name
    process_id: Id | None = None
    kind: AppKind = AppKind.CRM
    urls: _Urls
    campaign_ids: tuple[Id, ...] = ()
    queue_ids: tuple[Id, ...] = ()
    pop_moment: PopMoment = PopMoment.ARRIVAL
    placement: Placement = Placement.TAB
    session_policy: SessionPolicy = SessionPolicy.NONE
    scopes: tuple[AppScope, ...] | None = None
    origins: tuple[Name, ...] = ()
    enabled: bool = True
    position: Annotated[int, Field(ge=0, le=10_000)] | None = None
    options: _Options = _Options()


def app_from_body(
    body: Mapping[str, Any], configuration: Configuration, contact_center_id: int
) -> tuple[App, int | None]:
    """Return the app that a body describes, and the position it asks for.

    Its one process need not be named where the contact centre has no other.

    :raises AppInvalidError: something in it cannot be, each named with reason and cure.
    """
    try:
        read = _AppBody.model_validate({k: v for k, v in body.items() if k not in _OURS})
    except ValidationError as error:
        known = {"": [to_camel(name) for name in _AppBody.model_fields]}
        raise AppInvalidError([_error(p) for p in problems_of(error, known)]) from None
    mine = [p for p in configuration.processes if p.contact_center_id == contact_center_id]
    process_id = read.process_id
    if process_id is None and len(mine) == 1:
        process_id = mine[0].process_id
    if process_id not in {process.process_id for process in mine}:
        listed = ", ".join(str(process.process_id) for process in mine)
        raise AppInvalidError(
            [_error(Problem(("process",), "it is no process of yours", f"Name one of: {listed}"))]
        )
    urls = read.urls.model_dump(exclude_none=True)
    app = App(
        app_id=read.app_id,
        contact_center_id=contact_center_id,
        process_id=process_id or 0,
        name=read.name,
        urls={IntegrationPoint(point): url for point, url in urls.items()},
        kind=read.kind,
        campaign_ids=frozenset(read.campaign_ids),
        queue_ids=frozenset(read.queue_ids),
        pop_moment=read.pop_moment,
        placement=read.placement,
        session_policy=read.session_policy,
        scopes=DEFAULT_SCOPES[read.kind] if read.scopes is None else frozenset(read.scopes),
        origins=read.origins,
        enabled=read.enabled,
        options=read.options.written(),
    )
    problems = list(app_inconsistencies(configuration, app, ()))
    if problems:
        raise AppInvalidError([_error(problem) for problem in problems])
    return app, read.position


def app_to_body(app: App) -> dict[str, Any]:
    """Return an app as it is shown to administrators; sent back, it means the same."""
    return {
        "appId": app.app_id,
        "name": app.name,
        "contactCenterId": app.contact_center_id,
        "processId": app.process_id,
        "kind": app.kind.value,
        "urls": {point.value: url for point, url in app.urls.items()},
        "campaignIds": sorted(app.campaign_ids),
        "queueIds": sorted(app.queue_ids),
        "popMoment": app.pop_moment.value,
        "placement": app.placement.value,
        "sessionPolicy": app.session_policy.value,
        "scopes": [scope.value for scope in AppScope if scope in app.scopes],
        "origins": list(app.origins),
        "allowedOrigins": list(app_origins(replace(app, enabled=True))),
        "enabled": app.enabled,
        "position": app.position,
        "revision": app.revision,
        "byApi": app.by_api,
        "options": {to_camel(name): value for name, value in app.options.items()},
    }


def _error(problem: Problem) -> dict[str, str]:
    return {
        "field": _field(problem.path),
        "reason": as_sentence(problem.reason),
        "cure": as_sentence(problem.cure),
    }


def _field(path: Iterable[str | int]) -> str:
    return ".".join(
        str(part) if isinstance(part, int) else _NAMES.get(part, to_camel(part)) for part in path
    )
