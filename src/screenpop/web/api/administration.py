"""Administration under ``/api/v1``: from ``contactCenters`` and ``processes`` to ``accounts``.

Every reply has the configuration's version as its ``ETag``; a change with ``If-Match`` is made
only while that is the present one (contract 8).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.configuration import Configuration, UserType
from screenpop.domain.configuration_commands import ChangeConfiguration
from screenpop.domain.errors import (
    AccessDeniedError,
    ConfigurationChangedError,
    NotFoundError,
    StateError,
)
from screenpop.services import configuring
from screenpop.services.acting import act
from screenpop.services.core import Core
from screenpop.settings import inconsistencies
from screenpop.settings.passwords import hash_of
from screenpop.settings.problems import Problem, as_sentence, problems_of
from screenpop.web.api.access import Access
from screenpop.web.api.administration_items import KINDS, ItemBody, Kind
from screenpop.web.api.app_bodies import AppInvalidError
from screenpop.web.api.guard import guarded, json_reply

__all__ = ["AdministrationEndpoints"]

_NAMES: Final = {
    "process": "processId",
    "disposition_plan": "planId",
    "campaign": "campaignId",
    "campaigns": "campaignIds",
    "class": "classes",
}
_TABLES: Final = {kind.table for kind in KINDS.values()} | {"app", "process", "contact_center"}
_SECRETS: Final = {"users": "password", "accounts": "secret"}
_NO_HASH: Final = ""


class ItemInvalidError(AppInvalidError):
    """The item cannot be saved: correct the fields that are listed."""


class AdministrationEndpoints:
    """A contact centre and its processes, campaigns, queues, plans, users and API accounts."""

    def __init__(self, core: Core, access: Access) -> None:
        """Read and change the configuration of ``core``."""
        self._core = core
        self._access = access

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        routes = []
        for path in KINDS:
            one = f"/{path}/{{item_id{':int' if KINDS[path].number else ''}}}"
            routes += [
                Route(f"/{path}", guarded(self._list), methods=["GET"]),
                Route(one, guarded(self._one), methods=["GET"]),
                Route(one, guarded(self._put), methods=["PUT"]),
            ]
            if not KINDS[path].fixed:
                routes.append(Route(one, guarded(self._delete), methods=["DELETE"]))
        return routes

    async def _administrator(self, request: Request) -> tuple[int, Mapping[str, Any]]:
        """Return the contact centre that is administered, and the request's body.

        :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``; and
            who asks is no administrator.
        """
        taken = await self._access.request(request)
        acting = await self._access.acting(taken)
        account = self._core.configuration().account_by_id.get(acting.account_id or "")
        if acting.session_id is None and account is not None and not acting.account_refused:
            if not account.administrator:
                raise AccessDeniedError("Only an administrator may do this.")
            return account.contact_center_id, taken.values
        actor = await self._core.read(lambda reader: act(reader, acting))
        self._core.seen(actor.session.session_id)
        is_administrator = actor.session.user_type == UserType.ADMINISTRATOR.value
        if actor.app is not None or not is_administrator:
            raise AccessDeniedError("Only an administrator may do this.")
        return actor.session.contact_center_id, taken.values

    async def _list(self, request: Request) -> Response:
        kind = _kind(request)
        centre, _ = await self._administrator(request)
        configuration = self._core.configuration()
        mine = [i for i in kind.items(configuration) if i.contact_center_id == centre]
        return _reply({kind.path: [kind.show(item) for item in mine]}, configuration)

    async def _one(self, request: Request) -> Response:
        kind, item_id = _kind(request), request.path_params["item_id"]
        centre, _ = await self._administrator(request)
        configuration = self._core.configuration()
        return _reply(kind.show(_mine(kind, configuration, centre, item_id)), configuration)

    async def _put(self, request: Request) -> Response:
        """Add the item, or put this state of it in place of the present one."""
        kind, item_id = _kind(request), request.path_params["item_id"]
        centre, values = await self._administrator(request)
        body = _read(kind, values)
        secret = getattr(body, _SECRETS.get(kind.path, ""), None)
        # Takes some 30 ms, which no transaction waits for.
        new_hash = None if secret is None else await asyncio.to_thread(hash_of, secret)
        is_new = kind.find(self._core.configuration(), item_id) is None

        def apply(present: Configuration) -> Configuration:
            return _with(kind, present, centre, item_id, body, new_hash)

        kept = await self._change(request, apply)
        item = _mine(kind, kept, centre, item_id)
        return _reply(kind.show(item), kept, 201 if is_new else 200)

    async def _delete(self, request: Request) -> Response:
        kind, item_id = _kind(request), request.path_params["item_id"]
        centre, _ = await self._administrator(request)

        def apply(present: Configuration) -> Configuration:
            item = _mine(kind, present, centre, item_id)
            left = tuple(one for one in kind.items(present) if one is not item)
            wanted = kind.with_items(present, left)
            broken = _new_problems(present, wanted)
            if broken:
                raise StateError(
                    f"Something still names it: {broken[0].key}: {as_sentence(broken[0].reason)} "
                    "Change or remove that first."
                )
            return wanted

        kept = await self._change(request, apply)
        return Response(status_code=204, headers=_headers(kept))

    async def _change(self, request: Request, apply: Any) -> Configuration:  # noqa: ANN401
        seen = _seen_version(request.headers.get("if-match"))
        return await self._core.run(configuring.change, ChangeConfiguration(apply, seen))


def _kind(request: Request) -> Kind:
    return KINDS[request.url.path.removeprefix("/api/v1").split("/")[1]]


def _mine(kind: Kind, configuration: Configuration, centre: int, item_id: object) -> Any:  # noqa: ANN401
    item = kind.find(configuration, item_id)
    if item is None or item.contact_center_id != centre:
        raise NotFoundError(f"There is nothing with the id {item_id!r} here.")
    return item


def _read(kind: Kind, values: Mapping[str, Any]) -> ItemBody:
    """Read a body; what we add when an item is shown, and credentials, are not looked at.

    :raises ItemInvalidError: something in it cannot be.
    """
    ours = {to_camel(kind.id_name), "contactCenterId", "sessionId"}
    try:
        return kind.body.model_validate({k: v for k, v in values.items() if k not in ours})
    except ValidationError as error:
        known = {"": [to_camel(name) for name in kind.body.model_fields]}
        raise _invalid(problems_of(error, known)) from None


def _with(
    kind: Kind,
    present: Configuration,
    centre: int,
    item_id: object,
    body: ItemBody,
    new_hash: str | None,
) -> Configuration:
    """Return the configuration with this state of an item.

    :raises AccessDeniedError: the id, the process or the campaign is another contact centre's.
    :raises ItemInvalidError: it does not fit the rest, or a new one has no password.
    """
    known = kind.find(present, item_id)
    if known is not None and known.contact_center_id != centre:
        raise AccessDeniedError("This id is taken. Choose another.")
    process = present.process_by_id.get(getattr(body, "process_id", -1))
    campaign = present.campaign_by_id.get(getattr(body, "campaign_id", -1))
    for named in (process, campaign):
        if named is not None and named.contact_center_id != centre:
            raise AccessDeniedError("This is not one of your contact centre's.")
    if kind.fixed and known is None:
        raise AccessDeniedError("Only your own contact centre can be changed here.")
    kept = _NO_HASH
    if kind.path in _SECRETS:
        old = getattr(known, f"{_SECRETS[kind.path]}_hash", None)
        if new_hash is None and old is None:
            field = _SECRETS[kind.path]
            raise _invalid([Problem((field,), "it is missing", "Give a new one its first")])
        kept = new_hash or old or _NO_HASH
    own_id = item_id if known is None else getattr(known, kind.id_name)
    item = kind.make(centre, own_id, body, kept)
    items = kind.items(present)
    if known is None:
        items = (*items, item)
    else:
        items = tuple(item if one is known else one for one in items)
    wanted = kind.with_items(present, items)
    broken = _new_problems(present, wanted)
    if broken:
        raise _invalid(broken)
    return wanted


def _new_problems(present: Configuration, wanted: Configuration) -> list[Problem]:
    """Return what is wrong with ``wanted`` that was not wrong before."""
    before = {(one.path[:1], one.reason) for one in inconsistencies(present)}
    return [p for p in inconsistencies(wanted) if (p.path[:1], p.reason) not in before]


def _invalid(problems: Any) -> ItemInvalidError:  # noqa: ANN401
    return ItemInvalidError(
        [
            {
                "field": _field(problem.path),
                "reason": as_sentence(problem.reason),
                "cure": as_sentence(problem.cure),
            }
            for problem in problems
        ]
    )


def _field(path: tuple[str | int, ...]) -> str:
    """Return a problem's field as bodies name it; a problem of the rest names its table first."""
    inner = path[2:] if len(path) > 1 and path[0] in _TABLES else path
    return ".".join(
        str(part) if isinstance(part, int) else _NAMES.get(part, to_camel(part)) for part in inner
    )


def _seen_version(if_match: str | None) -> int | None:
    """Return the version that a change is to be made on; ``None``: any.

    :raises ConfigurationChangedError: no version was ever called that.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    try:
        return int(if_match.strip().removeprefix("W/").strip('"'))
    except ValueError:
        raise ConfigurationChangedError from None


def _headers(configuration: Configuration) -> dict[str, str]:
    return {"ETag": f'"{configuration.version}"', "Cache-Control": "no-store"}


def _reply(value: object, configuration: Configuration, status: int = 200) -> Response:
    reply = json_reply(value, status)
    reply.headers["ETag"] = f'"{configuration.version}"'
    return reply
