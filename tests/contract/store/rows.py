"""Rows that the tests of stores write: one of each kind, changed as a test needs."""

from __future__ import annotations

from typing import Any

from screenpop.demo import world
from screenpop.domain.association import Association, AssociationState, AssociationType
from screenpop.domain.call import Call, CallState, CallType, Direction, Leg, LegKind, LegState
from screenpop.domain.configuration import Configuration
from screenpop.domain.customer import Customer
from screenpop.domain.events import LoggedOut
from screenpop.domain.pop import AppSession
from screenpop.domain.session import AgentSession, AgentState, Presence

NOW = 1_767_225_600_000


def configuration() -> Configuration:
    return world.load().configuration


def session(name: str = "s-1", **changes: Any) -> AgentSession:
    values: dict[str, Any] = {
        "session_id": name,
        "contact_center_id": 1,
        "process_id": 3,
        "user_id": f"user-{name}",
        "user_name": "Maya",
        "user_type": "Executive",
        "campaign_ids": (60, 172),
        "selected_campaign_id": 60,
        "extension": "1001",
        "seat": f"{name}-uce-1@1",
        "presence": Presence.READY,
        "break_reason": None,
        "presence_since": NOW,
        "auto_call": True,
        "state": AgentState.READY,
        "state_since": NOW,
        "idle_since": NOW,
        "created_at": NOW,
        "last_seen_at": NOW,
        "kept_alive": False,
    }
    return AgentSession(**(values | changes))


def call(name: str = "1", **changes: Any) -> Call:
    values: dict[str, Any] = {
        "crt_object_id": f"vce-{name}",
        "interaction_id": f"int-{name}",
        "call_id": f"vcall-{name}",
        "contact_center_id": 1,
        "process_id": 3,
        "campaign_id": 60,
        "call_type": CallType.MANUAL,
        "direction": Direction.OUTBOUND,
        "phone": "8447380993",
        "call_state": CallState.RINGING,
        "created_at": NOW,
        "customer_leg_id": f"leg-{name}",
        "customer_info": {"name": "Ada 'Ωmega'", "phone1": "8447380993"},
    }
    return Call(**(values | changes))


def leg(name: str = "1", **changes: Any) -> Leg:
    values: dict[str, Any] = {
        "leg_id": f"leg-{name}",
        "crt_object_id": f"vce-{name}",
        "contact_center_id": 1,
        "kind": LegKind.CUSTOMER,
        "address": "8447380993",
        "state": LegState.PENDING,
        "created_at": NOW,
    }
    return Leg(**(values | changes))


def association(name: str = "1", **changes: Any) -> Association:
    values: dict[str, Any] = {
        "association_id": f"assoc-{name}",
        "crt_object_id": f"vce-{name}",
        "contact_center_id": 1,
        "session_id": "s-1",
        "user_id": "user-s-1",
        "seat": "s-1-uce-1@1",
        "association_type": AssociationType.MANUAL_DIAL,
        "leg_id": f"leg-{name}",
        "state": AssociationState.INITIATED,
        "created_at": NOW,
    }
    return Association(**(values | changes))


def app_session(app_id: str, session_id: str, seat: str) -> AppSession:
    return AppSession("s-1", app_id, 1, NOW, session_id, seat)


def customer(customer_id: int, phone: str, touched_at: int = NOW) -> Customer:
    return Customer(customer_id, 1, 3, {"phone1": phone, "name": "Ada"}, touched_at)


def event(at: int = NOW, reason: str = "tested") -> LoggedOut:
    return LoggedOut(at, "user-s-1", "s-1", reason)
