"""What has to hold for an app: its URLs, where it pops, its origins, its session policy.

URLs are judged by the rules that compose them (contract 3), so that nothing a file is accepted
with fails when a call arrives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from screenpop.domain.app import App, SessionPolicy
from screenpop.domain.configuration import Configuration
from screenpop.settings.problems import KeyPath, Problem
from screenpop.wire.urls import ComposeOptions, Point, UrlError, UrlTemplate

__all__ = ["app_inconsistencies"]

_APP_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def app_inconsistencies(configuration: Configuration, app: App, path: KeyPath) -> Iterator[Problem]:
    """Yield what is wrong with one app; ``path`` is where it stands."""
    if not _APP_ID.fullmatch(app.app_id):
        yield Problem(
            (*path, "id"), f"{app.app_id!r} is no app id", "Write 1 to 64 of A-Z a-z 0-9 . _ -"
        )
    yield from _urls(configuration, app, path)
    yield from _places(configuration, app, path)
    for place, origin in enumerate(app.origins):
        yield from _origin(origin, (*path, "origins", place))
    yield from _options(app, path)


def _urls(configuration: Configuration, app: App, path: KeyPath) -> Iterator[Problem]:
    if not app.urls:
        yield Problem(
            (*path, "urls"), "the app has no URL", "Write a login, call, preview or dispose URL"
        )
    process = configuration.process_by_id.get(app.process_id)
    columns = process.customer_columns if process else None
    for point, url in app.urls.items():
        where = (*path, "urls", point.value)
        yield from _url(url, Point(point.value), where, columns)


def _url(
    url: str, point: Point, path: KeyPath, columns: tuple[str, ...] | None
) -> Iterator[Problem]:
    try:
        UrlTemplate.parse(url, point, columns=columns)
    except UrlError as error:
        yield Problem(path, error.reason, error.cure)


def _places(configuration: Configuration, app: App, path: KeyPath) -> Iterator[Problem]:
    for campaign_id in sorted(app.campaign_ids):
        campaign = configuration.campaign_by_id.get(campaign_id)
        if campaign is None or campaign.process_id != app.process_id:
            yield Problem(
                (*path, "campaigns"),
                f"the app's process has no campaign {campaign_id}",
                "Name campaigns of that process, or none for all of them",
            )
    for queue_id in sorted(app.queue_ids):
        queue = configuration.queue_by_id.get(queue_id)
        owner = configuration.campaign_by_id.get(queue.campaign_id) if queue else None
        if owner is None or owner.process_id != app.process_id:
            yield Problem(
                (*path, "queues"),
                f"the app's process has no queue {queue_id}",
                "Name queues of that process, or none for all of them",
            )


def _origin(origin: str, path: KeyPath) -> Iterator[Problem]:
    """An origin obeys the rules of a URL, and has nothing behind its port."""
    if urlsplit(origin)[2:] != ("", "", ""):
        yield Problem(
            path,
            "an origin is scheme, host and port only",
            "Write it such as https://crm.example.com, without a slash at its end",
        )
    else:
        yield from _url(origin, Point.LOGIN, path, None)


def _options(app: App, path: KeyPath) -> Iterator[Problem]:
    switched_off = app.options.get("switched_off", ())
    try:
        ComposeOptions(switched_off=frozenset(map(str, _listed(switched_off))))
    except UrlError as error:
        yield Problem((*path, "options", "switched_off"), error.reason, error.cure)
    sso_url = str(app.options.get("sso_url", ""))
    where = (*path, "options", "sso_url")
    if sso_url and "{" in sso_url:
        yield Problem(where, "it has a placeholder", "Write the address literally")
    elif sso_url:
        yield from _url(sso_url, Point.LOGIN, where, None)
    elif app.session_policy is SessionPolicy.SSO:
        yield Problem(
            where,
            "session policy sso needs the CRM's login address",
            'Add sso_url = "https://…" to [app.options], or choose another policy',
        )


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
