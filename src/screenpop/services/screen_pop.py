"""When apps open, decided once and kept (contract 3.1 to 3.3).

One decision per association and app at the pop moment, one per session and app for the login
URL. What the URL carries is kept with the decision, so that every repeat is the same text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from screenpop.domain.app import App, AppKind, IntegrationPoint, PopMoment, Scope
from screenpop.domain.association import Association
from screenpop.domain.call import Call
from screenpop.domain.commands import Acting, MarkPop
from screenpop.domain.configuration import Configuration
from screenpop.domain.errors import AccessDeniedError, AgentNotReadyError, NotFoundError
from screenpop.domain.pop import (
    ACTING_SCOPES,
    AppSession,
    Pop,
    PopMark,
    PopRule,
    point_of_call,
    rule_of_call,
    rule_of_login,
    serves,
)
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction
from screenpop.services import minting
from screenpop.services.acting import act

__all__ = [
    "LOCALE",
    "apps_of",
    "at_arrival",
    "at_connect",
    "call_values",
    "frames",
    "join",
    "mark",
    "shape_of",
]

#: The console's language.
LOCALE = "en-US"
#: Options of an app that shape its URLs; the rest is the console's business.
_SHAPING = ("switched_off", "bearer_session", "query_limit", "original_phone")


def apps_of(configuration: Configuration, process_id: int) -> list[App]:
    """Return a process's apps in the administrator's order."""
    mine = [app for app in configuration.apps if app.process_id == process_id]
    return sorted(mine, key=lambda app: app.position)


def at_arrival(tx: Transaction, call: Call, association: Association, now: int, ids: Draw) -> bool:
    """Decide about every app of the call's process as an association begins.

    Return whether the pop moment is now: yes, unless every matching app waits for the connect.
    """
    pops = []
    for app in apps_of(tx.configuration, call.process_id):
        rule = rule_of_call(app, call)
        if rule is PopRule.MATCHED and app.pop_moment is PopMoment.CONNECT:
            rule = PopRule.WAITS_FOR_CONNECT
        pop = _decided(app, call, association, rule, now)
        pops.append(_opened(tx, pop, app, call, association, now, ids))
        if rule is PopRule.NO_URL and app.urls.get(IntegrationPoint.DISPOSE):
            # Nothing opens, but its push names the agent by the app's own ids (contract 3.4).
            minting.ids_for(tx, _session(tx, association), app, now, ids)
    if pops:
        tx.add_pops(pops)
    rules = {pop.rule for pop in pops}
    return PopRule.MATCHED in rules or PopRule.WAITS_FOR_CONNECT not in rules


def at_connect(tx: Transaction, call: Call, association: Association, now: int, ids: Draw) -> bool:
    """Open what waited for agent and customer to hear each other.

    Return whether the pop moment is now, because it was not at the arrival.
    """
    pops = tx.pops_of(association.association_id)
    waiting = [pop for pop in pops if pop.rule is PopRule.WAITS_FOR_CONNECT]
    for pop in waiting:
        app = tx.configuration.app_by_id.get(pop.app_id)
        if app is None:
            tx.save_pop(replace(pop, rule=PopRule.DISABLED, decided_at=now))
        else:
            again = _decided(app, call, association, rule_of_call(app, call), now)
            tx.save_pop(_opened(tx, again, app, call, association, now, ids))
    return bool(waiting) and all(pop.rule is not PopRule.MATCHED for pop in pops)


def _decided(app: App, call: Call, association: Association, rule: PopRule, now: int) -> Pop:
    return Pop(
        subject=association.association_id,
        app_id=app.app_id,
        contact_center_id=call.contact_center_id,
        session_id=association.session_id,
        crt_object_id=call.crt_object_id,
        point=point_of_call(call),
        moment=app.pop_moment,
        rule=rule,
        app_name=app.name,
        app_revision=app.revision,
        position=app.position,
        decided_at=now,
    )


def _opened(
    tx: Transaction,
    pop: Pop,
    app: App,
    call: Call,
    association: Association,
    now: int,
    ids: Draw,
) -> Pop:
    """Return a matched pop with all that its URL needs; another one as it is."""
    if pop.rule is not PopRule.MATCHED:
        return pop
    session = _session(tx, association)
    mine = minting.ids_for(tx, session, app, now, ids)
    return replace(
        pop,
        url=app.urls[pop.point],
        options=shape_of(app),
        carried=call_values(tx.configuration, call, association, session, mine, now),
        instance_id=ids.random_text(),
        popped_at=now,
    )


def _session(tx: Reader, association: Association) -> AgentSession:
    session = tx.session(association.session_id)
    if session is None:
        raise KeyError(association.session_id)
    return session


def shape_of(app: App) -> Mapping[str, object]:
    """Return what shapes an app's URLs: its options, and what its kind and scopes allow."""
    shaping = {name: app.options[name] for name in _SHAPING if name in app.options}
    standard = app.options.get("standard_set")
    if standard is None:
        standard = app.kind is AppKind.CRM
    return {
        **shaping,
        "standard_set": bool(standard),
        "session_ids": not app.scopes.isdisjoint(ACTING_SCOPES),
    }


def call_values(
    configuration: Configuration,
    call: Call,
    association: Association,
    session: AgentSession,
    mine: AppSession,
    now: int,
) -> dict[str, Any]:
    """Return what a call URL carries (contract 3.2), numbers unmasked."""
    process = configuration.process_by_id[call.process_id]
    campaign = configuration.campaign_by_id[call.campaign_id]
    info = call.customer_info
    return {
        "crm_push_generated_time": now,
        "user_crt_object_id": mine.minted_seat,
        "phone": call.phone,
        "disable_disposition_on_active_call": campaign.disable_disposition_on_active_call,
        "campaign_id": call.campaign_id,
        "association_type": association.association_type.value,
        "crt_object_id": call.crt_object_id,
        "session_id": mine.minted_session_id,
        "user_id": session.user_id,
        "call_type": call.call_type.value,
        "display_phone": call.phone,
        "locale": LOCALE,
        "interaction_id": call.interaction_id,
        "contact_center_id": call.contact_center_id,
        "customer_id": call.customer_id,
        "customer": {c: info[c] for c in process.customer_columns if c in info},
        "queue_id": call.queue_id,
        "queue_name": call.queue_name,
        "dst_phone": call.dst_phone,
        "src_phone": call.src_phone,
        "masking_enabled": process.masking_enabled,
        "crm_session_id": mine.crm_session_id,
        "user_name": session.user_name,
        "user_type": session.user_type,
        "process_id": call.process_id,
        "additional_params": dict(call.additional_params or {}),
    }


def _login_values(session: AgentSession, mine: AppSession) -> dict[str, Any]:
    """Return what a login URL carries (contract 3.1)."""
    return {
        "user_id": session.user_id,
        "user_name": session.user_name,
        "session_id": mine.minted_session_id,
        "user_type": session.user_type,
        "campaign_ids": list(session.campaign_ids),
        "crm_session_id": mine.crm_session_id,
        "user_crt_object_ids": [mine.minted_seat] if mine.minted_seat else [],
        "locale": LOCALE,
        "contact_center_id": session.contact_center_id,
        "process_id": session.process_id,
    }


def join(tx: Transaction, acting: Acting, now: int, ids: Draw) -> list[Pop]:
    """Note that a console holds the session, and return every frame to be open now.

    Login URLs are decided once per session and app, at the first join after log-in, campaign
    and extension selection are complete; an app that came later has its turn at the next join.

    :raises AccessDeniedError: an app asks, not the console.
    :raises AgentNotReadyError: the selection is not complete.
    """
    session = _console(tx, acting)
    if not session.selected:
        raise AgentNotReadyError
    decided = {pop.app_id for pop in tx.pops_of(session.session_id)}
    new = []
    for app in apps_of(tx.configuration, session.process_id):
        if not app.enabled or not serves(app, session.campaign_ids, tx.configuration):
            continue
        # The console speaks for the app's frames with the app's own ids.
        mine = minting.ids_for(tx, session, app, now, ids)
        if app.app_id in decided or (
            rule_of_login(app, session, tx.configuration) is not PopRule.MATCHED
        ):
            continue
        new.append(
            Pop(
                subject=session.session_id,
                app_id=app.app_id,
                contact_center_id=session.contact_center_id,
                session_id=session.session_id,
                crt_object_id=None,
                point=IntegrationPoint.LOGIN,
                moment=PopMoment.ARRIVAL,
                rule=PopRule.MATCHED,
                app_name=app.name,
                app_revision=app.revision,
                position=app.position,
                decided_at=now,
                url=app.urls[IntegrationPoint.LOGIN],
                options=shape_of(app),
                carried=_login_values(session, mine),
                instance_id=ids.random_text(),
                popped_at=now,
            )
        )
    if new:
        tx.add_pops(new)
    return frames(tx, session)


def frames(reader: Reader, session: AgentSession) -> list[Pop]:
    """Return every frame that is to be open now, login frames first, in the apps' order.

    A frame lives with its app: disabled or removed, the app has none.
    """
    apps = reader.configuration.app_by_id
    minted = {row.app_id: row.minted_session_id for row in reader.app_sessions(session.session_id)}

    def alive(pop: Pop) -> bool:
        app = apps.get(pop.app_id)
        # An app that was cut off in between has other ids now.
        sent = (pop.carried or {}).get("session_id")
        return app is not None and app.enabled and sent == minted.get(pop.app_id)

    return [
        *filter(alive, reader.pops_of(session.session_id)),
        *filter(alive, reader.open_call_pops(session.session_id)),
    ]


def mark(tx: Transaction, command: MarkPop, now: int, ids: Draw) -> Pop:  # noqa: ARG001
    """Keep what the console reports of a frame; the first report of a kind counts.

    :raises AccessDeniedError: an app asks, not the console.
    :raises NotFoundError: the session has no such frame.
    """
    session = _console(tx, command.acting)
    pop = tx.pop_by_instance(session.session_id, command.instance_id)
    if pop is None:
        raise NotFoundError("This session has no frame with this instanceId.")
    if command.mark is PopMark.ASKED:
        pop = replace(pop, times_asked=pop.times_asked + 1, asked_at=pop.asked_at or now)
    elif command.mark is PopMark.LOADED:
        pop = replace(pop, loaded_at=pop.loaded_at or now)
    else:
        pop = replace(pop, hello_at=pop.hello_at or now)
    tx.save_pop(pop)
    return pop


def _console(tx: Reader, acting: Acting) -> AgentSession:
    actor = act(tx, acting, Scope.SESSION_READ)
    if actor.app is not None:
        raise AccessDeniedError("Frames are the console's own business, not an app's.")
    return actor.session
