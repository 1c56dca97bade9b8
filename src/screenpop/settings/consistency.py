"""What has to hold between the items of a configuration (contract 1, 3).

:func:`inconsistencies` needs no file: a problem's path names the item by its position, as the
file and the configuration have the same order.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

from screenpop.domain.configuration import Configuration, Queue, User
from screenpop.domain.phone import is_dialable
from screenpop.settings.app_rules import app_inconsistencies
from screenpop.settings.problems import KeyPath, Problem, suggestion
from screenpop.wire.ids import is_user_id

__all__ = ["inconsistencies"]


def inconsistencies(configuration: Configuration) -> Iterator[Problem]:
    """Yield what is wrong between the items: ids twice, references that lead nowhere, forms."""
    yield from _ids(configuration)
    yield from _references(configuration)
    yield from _contact_centers(configuration)
    yield from _processes(configuration)
    yield from _plans(configuration)
    yield from _queues(configuration)
    for index, user in enumerate(configuration.users):
        yield from _user(configuration, user, ("user", index))
    for index, account in enumerate(configuration.accounts):
        if ":" in account.account_id:
            yield Problem(
                ("api_account", index, "id"),
                "an account's id may not contain a colon",
                "Write it without; the colon stands between id and secret in the credential",
            )
    for index, app in enumerate(configuration.apps):
        yield from app_inconsistencies(configuration, app, ("app", index))


def _ids(configuration: Configuration) -> Iterator[Problem]:
    yield from _unique(
        "contact_center", (c.contact_center_id for c in configuration.contact_centers)
    )
    yield from _unique("process", (p.process_id for p in configuration.processes))
    yield from _unique("disposition_plan", (p.plan_id for p in configuration.plans))
    yield from _unique("campaign", (c.campaign_id for c in configuration.campaigns))
    yield from _unique("queue", (q.queue_id for q in configuration.queues))
    yield from _unique("user", (u.user_id.casefold() for u in configuration.users))
    yield from _unique("api_account", (a.account_id for a in configuration.accounts))
    yield from _unique("app", (a.app_id for a in configuration.apps))


def _unique(table: str, ids: Iterable[Hashable]) -> Iterator[Problem]:
    seen: set[Hashable] = set()
    for index, one in enumerate(ids):
        if one in seen:
            without_case = ", also without case" if table == "user" else ""
            yield Problem(
                (table, index, "id"),
                f"another {table} has the id {one}",
                f"Give each {table} an id of its own{without_case}",
            )
        seen.add(one)


def _references(configuration: Configuration) -> Iterator[Problem]:
    centers = configuration.contact_center_by_id
    processes = configuration.process_by_id
    for index, process in enumerate(configuration.processes):
        yield from _leads("process", index, "contact_center", process.contact_center_id, centers)
    for index, plan in enumerate(configuration.plans):
        path = "disposition_plan"
        yield from _leads(path, index, "contact_center", plan.contact_center_id, centers)
    for index, campaign in enumerate(configuration.campaigns):
        plans = configuration.plan_by_id
        yield from _leads("campaign", index, "process", campaign.process_id, processes)
        yield from _leads("campaign", index, "disposition_plan", campaign.plan_id, plans)
        plan_found = plans.get(campaign.plan_id)
        at_home = plan_found and plan_found.contact_center_id == campaign.contact_center_id
        if plan_found and campaign.process_id in processes and not at_home:
            yield Problem(
                ("campaign", index, "disposition_plan"),
                f"disposition_plan {campaign.plan_id} belongs to another contact centre",
                "Name a plan of the campaign's own contact centre",
            )
    for index, queue in enumerate(configuration.queues):
        campaigns = configuration.campaign_by_id
        yield from _leads("queue", index, "campaign", queue.campaign_id, campaigns)
    for index, user in enumerate(configuration.users):
        yield from _leads("user", index, "process", user.process_id, processes)
    for index, account in enumerate(configuration.accounts):
        yield from _leads(
            "api_account", index, "contact_center", account.contact_center_id, centers
        )
    for index, app in enumerate(configuration.apps):
        yield from _leads("app", index, "process", app.process_id, processes)


def _leads(
    table: str, index: int, key: str, target: int, known: Collection[int]
) -> Iterator[Problem]:
    """Yield a problem if the reference finds nothing, or was left out with several to choose."""
    if target in known:
        return
    listed = ", ".join(map(str, known))
    if target >= 0:
        reason = f"there is no {key} {target}"
    elif known:
        reason = f"there are several of {key}, and it is not said which"
    else:
        reason = f"there is no {key} at all"
    cure = f"Name one of these: {listed}" if listed else f"Add a [[{key}]] table"
    yield Problem((table, index, key), reason, cure)


def _contact_centers(configuration: Configuration) -> Iterator[Problem]:
    for index, center in enumerate(configuration.contact_centers):
        if not _is_time_zone(center.time_zone):
            yield Problem(
                ("contact_center", index, "time_zone"),
                f"there is no time zone {center.time_zone}",
                "Write an IANA name such as Asia/Kolkata; if it is one, install tzdata",
            )


def _is_time_zone(name: str) -> bool:
    if name == "UTC":
        return True
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _processes(configuration: Configuration) -> Iterator[Problem]:
    for index, process in enumerate(configuration.processes):
        columns = process.customer_columns
        folded = [column.casefold() for column in columns]
        if len(set(folded)) < len(folded):
            yield Problem(
                ("process", index, "customer_columns"),
                "a column is listed twice",
                "Name each column once; names count without case",
            )
        for place, column in enumerate(process.searchable_columns):
            if column not in columns:
                yield Problem(
                    ("process", index, "searchable_columns", place),
                    f"{column} is no column of a customer",
                    suggestion(column, columns),
                )


def _plans(configuration: Configuration) -> Iterator[Problem]:
    for index, plan in enumerate(configuration.plans):
        path: KeyPath = ("disposition_plan", index, "class")
        yield from _once(path, "class id", [one.disposition_class_id for one in plan.classes])
        yield from _once(path, "code id", [one.disposition_code_id for one in plan.codes])
        names = [one.name.strip().casefold() for one in plan.codes]
        yield from _once(path, "code name", names)


def _once(path: KeyPath, what: str, values: Sequence[Hashable]) -> Iterator[Problem]:
    for value in sorted({str(one) for one in values if values.count(one) > 1}):
        yield Problem(
            path,
            f"the {what} {value} stands twice in this plan",
            f"Give each its own {what}; names count without case",
        )


def _queues(configuration: Configuration) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for index, queue in enumerate(configuration.queues):
        for place, did in enumerate(queue.dids):
            path: KeyPath = ("queue", index, "dids", place)
            if not is_dialable(did) or " " in did or "-" in did:
                yield Problem(path, f"{did} is no number", "Write digits only, as the line does")
            elif did in owners:
                yield Problem(
                    path,
                    f"{did} already leads to the queue {owners[did]}",
                    "Let each dialled number lead to one queue",
                )
            owners.setdefault(did, queue.name)
        if queue.overflow_number:
            yield from _overflow(queue, ("queue", index, "overflow_number"))


def _overflow(queue: Queue, path: KeyPath) -> Iterator[Problem]:
    number = queue.overflow_number
    if not is_dialable(number):
        yield Problem(path, f"{number} is no number", "Write the digits that the line dials")
    elif number in queue.dids:
        yield Problem(
            path, f"{number} leads to this very queue", "Name a number that is answered elsewhere"
        )


def _user(configuration: Configuration, user: User, path: KeyPath) -> Iterator[Problem]:
    if not is_user_id(user.user_id):
        yield Problem(
            (*path, "id"),
            f"{user.user_id!r} is no userId",
            "Write 1 to 64 of A-Z a-z 0-9 . _ @ - without -uce- and -ses-",
        )
    for place, campaign_id in enumerate(user.campaign_ids):
        campaign = configuration.campaign_by_id.get(campaign_id)
        if campaign is None:
            listed = ", ".join(map(str, configuration.campaign_by_id)) or "none"
            yield Problem(
                (*path, "campaigns", place),
                f"there is no campaign {campaign_id}",
                f"Name some of these: {listed}",
            )
        elif campaign.process_id != user.process_id:
            yield Problem(
                (*path, "campaigns", place),
                f"campaign {campaign_id} belongs to another process than the user",
                "Name campaigns of the user's own process",
            )
