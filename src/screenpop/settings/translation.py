"""From the file's tables to the domain's configuration (contract 1).

A reference that leads nowhere becomes :data:`NOWHERE`, which no id can be; it is
:mod:`~screenpop.settings.consistency` that complains about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from screenpop.domain.app import ALL_SCOPES, App, AppKind, IntegrationPoint, Scope
from screenpop.domain.configuration import (
    ApiAccount,
    Campaign,
    ClosedHours,
    Configuration,
    ContactCenter,
    DispositionClass,
    DispositionCode,
    DispositionPlan,
    Process,
    Queue,
    User,
)
from screenpop.settings.installation import CredentialsMode
from screenpop.settings.items import (
    AppTable,
    CampaignTable,
    ContactCentersFile,
    DispositionPlanTable,
    QueueTable,
    UserTable,
)

__all__ = ["DEFAULT_SCOPES", "NOWHERE", "configuration_of"]

#: The id of what a reference does not find.
NOWHERE: Final = -1

#: What an app may do when its scopes are not listed (contract 6).
DEFAULT_SCOPES: Final[Mapping[AppKind, frozenset[Scope]]] = {
    AppKind.CRM: ALL_SCOPES - {Scope.SESSION_CONTROL},
    AppKind.PAGE: frozenset(),
}


def configuration_of(file: ContactCentersFile) -> Configuration:
    """Return the domain's items in the file's order."""
    return _Translation(file).configuration()


def _only(ids: Iterable[int]) -> int:
    """Return the id if there is one only: then it need not be named."""
    known = set(ids)
    return known.pop() if len(known) == 1 else NOWHERE


class _Translation:
    """The file's tables, and what they refer to."""

    def __init__(self, file: ContactCentersFile) -> None:
        self._file = file
        self._only_center = _only(center.id for center in file.contact_centers)
        self._only_process = _only(process.id for process in file.processes)
        self._only_plan = _only(plan.id for plan in file.plans)
        self._center_of_process = {
            process.id: self._center(process.contact_center) for process in file.processes
        }
        self._center_of_campaign = {
            campaign.id: self._center_of(self._process(campaign.process))
            for campaign in file.campaigns
        }

    def configuration(self) -> Configuration:
        file = self._file
        return Configuration(
            contact_centers=tuple(
                ContactCenter(center.id, center.name, center.time_zone, center.break_reasons)
                for center in file.contact_centers
            ),
            processes=tuple(
                Process(
                    process_id=process.id,
                    contact_center_id=self._center_of_process[process.id],
                    name=process.name,
                    customer_columns=process.customer_columns,
                    searchable_columns=process.searchable_columns,
                    masking_enabled=process.masking,
                    lenient=process.credentials is CredentialsMode.LENIENT,
                )
                for process in file.processes
            ),
            plans=tuple(map(self._plan, file.plans)),
            campaigns=tuple(map(self._campaign, file.campaigns)),
            queues=tuple(map(self._queue, file.queues)),
            users=tuple(map(self._user, file.users)),
            accounts=tuple(
                ApiAccount(
                    account_id=account.id,
                    contact_center_id=self._center(account.contact_center),
                    secret_hash=account.secret_hash,
                    administrator=account.administrator,
                )
                for account in file.accounts
            ),
            apps=tuple(self._app(app, position) for position, app in enumerate(file.apps)),
            break_reasons=file.break_reasons,
        )

    def _center(self, named: int | None) -> int:
        return self._only_center if named is None else named

    def _process(self, named: int | None) -> int:
        return self._only_process if named is None else named

    def _center_of(self, process_id: int) -> int:
        return self._center_of_process.get(process_id, NOWHERE)

    def _plan(self, plan: DispositionPlanTable) -> DispositionPlan:
        return DispositionPlan(
            plan_id=plan.id,
            contact_center_id=self._center(plan.contact_center),
            name=plan.name,
            classes=tuple(DispositionClass(group.id, group.name) for group in plan.classes),
            codes=tuple(
                DispositionCode(code.id, code.name, group.id, code.needs_callback_time)
                for group in plan.classes
                for code in group.codes
            ),
        )

    def _campaign(self, campaign: CampaignTable) -> Campaign:
        process_id = self._process(campaign.process)
        named_plan = campaign.disposition_plan
        return Campaign(
            campaign_id=campaign.id,
            process_id=process_id,
            contact_center_id=self._center_of(process_id),
            name=campaign.name,
            campaign_type=campaign.type,
            plan_id=self._only_plan if named_plan is None else named_plan,
            description=campaign.description,
            manual_dial_allowed=campaign.manual_dial_allowed,
            wrap_time=_milliseconds(campaign.wrap_seconds),
            agent_ring_time=_milliseconds(campaign.agent_ring_seconds),
            customer_ring_time=_milliseconds(campaign.customer_ring_seconds),
            disposition_pattern=campaign.disposition_pattern,
            disable_disposition_on_active_call=campaign.disable_disposition_on_active_call,
            caller_id=campaign.caller_id,
        )

    def _queue(self, queue: QueueTable) -> Queue:
        return Queue(
            queue_id=queue.id,
            campaign_id=queue.campaign,
            contact_center_id=self._center_of_campaign.get(queue.campaign, NOWHERE),
            name=queue.name,
            dids=queue.dids,
            longest_wait=(
                None
                if queue.longest_wait_seconds is None
                else _milliseconds(queue.longest_wait_seconds)
            ),
            overflow_number=queue.overflow_number,
            closed_hours=tuple(
                ClosedHours(hours.begin, hours.end, hours.days) for hours in queue.closed_hours
            ),
        )

    def _user(self, user: UserTable) -> User:
        process_id = self._process(user.process)
        return User(
            user_id=user.id,
            contact_center_id=self._center_of(process_id),
            process_id=process_id,
            name=user.name,
            user_type=user.type,
            password_hash=user.password_hash,
            campaign_ids=user.campaigns,
            extension=user.extension,
        )

    def _app(self, app: AppTable, position: int) -> App:
        process_id = self._process(app.process)
        urls = app.urls.model_dump(exclude_none=True)
        return App(
            app_id=app.id,
            contact_center_id=self._center_of(process_id),
            process_id=process_id,
            name=app.name,
            urls={IntegrationPoint(point): url for point, url in urls.items()},
            kind=app.kind,
            campaign_ids=frozenset(app.campaigns),
            queue_ids=frozenset(app.queues),
            pop_moment=app.pop_moment,
            placement=app.placement,
            session_policy=app.session_policy,
            scopes=DEFAULT_SCOPES[app.kind] if app.scopes is None else frozenset(app.scopes),
            origins=app.origins,
            enabled=app.enabled,
            position=position,
            options=app.options.written(),
        )


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
