"""Writing dispose pushes in the transaction of the disposal (contract 3.4; design 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screenpop.domain.app import App
from screenpop.domain.association import Association, call_for
from screenpop.domain.call import Call
from screenpop.domain.delivery import Delivery, DeliveryState, PushKind, is_pushed, receives
from screenpop.domain.delivery_facts import agent_facts, call_facts, final_association
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.services import minting, screen_pop

__all__ = ["agent_disposed", "call_disposed", "prepare"]


def prepare(tx: Transaction, call: Call, association: Association, now: int, ids: Draw) -> None:
    """Give the apps that will be told of a disposal their own ids of the agent's session.

    It is done as the association begins: an app that never opens a page has none yet.
    """
    receivers = _receivers(tx, call)
    session = tx.session(association.session_id) if receivers else None
    if session is not None:
        for app in receivers:
            minting.ids_for(tx, session, app, now, ids)


def agent_disposed(tx: Transaction, call: Call, association: Association, now: int) -> None:
    """Tell every app that serves the call of one agent's disposal."""
    if not is_pushed(association):
        return
    call = call_for(call, association)
    for app in _receivers(tx, call):
        mine = tx.app_session(association.session_id, app.app_id)
        facts = {
            **agent_facts(call, association),
            "session_id": mine.minted_session_id if mine else None,
            "user_crt_object_id": mine.minted_seat if mine else None,
            "crm_session_id": mine.crm_session_id if mine else None,
        }
        _add(tx, app, call, PushKind.AGENT, association.association_id, facts, now)


def call_disposed(tx: Transaction, call: Call, now: int) -> None:
    """Tell every app that serves the call that no agent has to dispose it any more."""
    receivers = _receivers(tx, call)
    if not receivers:
        return
    configuration = tx.configuration
    associations = tx.associations(call.crt_object_id)
    facts = call_facts(
        call,
        associations,
        configuration.process_by_id[call.process_id],
        configuration.contact_center_by_id[call.contact_center_id],
    )
    final = final_association(associations)
    for app in receivers:
        mine = tx.app_session(final.session_id, app.app_id) if final else None
        told = {**facts, "crm_session_id": mine.crm_session_id if mine else None}
        _add(tx, app, call, PushKind.CALL, call.crt_object_id, told, now)


def _receivers(tx: Transaction, call: Call) -> list[App]:
    apps = screen_pop.apps_of(tx.configuration, call.process_id)
    return [app for app in apps if receives(app, call)]


def _add(
    tx: Transaction,
    app: App,
    call: Call,
    kind: PushKind,
    subject: str,
    facts: Mapping[str, Any],
    now: int,
) -> None:
    tx.add_delivery(
        Delivery(
            delivery_id=f"{subject}.{app.app_id}",
            contact_center_id=call.contact_center_id,
            app_id=app.app_id,
            crt_object_id=call.crt_object_id,
            position=tx.last_delivery_position(call.crt_object_id, app.app_id) + 1,
            kind=kind,
            carried=facts,
            state=DeliveryState.PENDING,
            created_at=now,
            due=now,
            pending_since=now,
        )
    )
