"""Every fact of the domain under its name of the contract (contract 6, "Events")."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from jsonschema import ValidationError

from screenpop.demo import world
from screenpop.domain import events
from screenpop.domain.events import AssociationEvent, AssociationFacts, Event
from screenpop.ports.store import StoredEvent
from screenpop.web.translate import event_to_wire
from screenpop.wire.events import PAYLOAD_FIELDS
from tests.integration.core.event_contract import check_event, document

CONFIGURATION = world.load().configuration
ABOUT = AssociationFacts(
    association_id="d1-6955296d--assoc--1",
    interaction_id="d1-6955296d-int-1",
    crt_object_id="d1-6955296d-vce-1",
    seat="d1-6955296d-ses-maya-uce-1@1",
    customer_id=-1,
    phone="+81 8447380993",
    campaign_id=60,
    process_id=3,
    contact_center_id=1,
    queue_id=None,
    queue_name=None,
    call_type="outbound.manual.dial",
    association_type="manualdial.association",
    direction="outbound",
    session_id="d1-6955296d-ses-maya",
    user_id="maya",
    state="initiated",
    muted=False,
)
AT = 1_767_225_600_000
OF_SESSION = {"session_id": "d1-6955296d-ses-maya", "user_id": "maya"}
TARGET = {"type": "user", "id": "ravi"}


def about(state: str, **changes: Any) -> AssociationFacts:
    return replace(ABOUT, state=state, **changes)


EVERY: list[Event] = [
    events.Initiated(AT, ABOUT, "ravi"),
    events.ScreenPopped(AT, ABOUT, "r-1", {"name": "Ada"}, {"ticket": 7}),
    events.Ringing(AT, about("ringing")),
    events.Connected(AT, about("connected")),
    events.Held(AT, about("held")),
    events.Resumed(AT, about("connected"), "transfer.failed"),
    events.Muted(AT, about("connected", muted=True)),
    events.Unmuted(AT, about("held")),
    events.Transferred(AT, about("held"), TARGET),
    events.Conferred(AT, about("connected"), TARGET),
    events.Failed(AT, about("ended"), "customer.not.reached", "BUSY"),
    events.Ended(AT, about("ended"), "BUSY", 17, None, 1, 2, 3, 4),
    events.WrapStarted(AT, about("wrap"), 30_000, AT + 30_000),
    events.Disposed(AT, about("disposed"), "Success", "Sale", 11, None, disposed_by_crm=True),
    events.LoggedIn(AT, "maya", "d1-6955296d-ses-maya"),
    events.LoggedOut(AT, "maya", "d1-6955296d-ses-maya", "logout"),
    events.AgentStateChanged(
        AT, state="break", ready=False, break_reason="Lunch", auto_call=True, **OF_SESSION
    ),
    events.CampaignsChanged(
        AT, campaign_ids=(60,), selected_campaign_id=60, extension="1", seats=("s",), **OF_SESSION
    ),
    events.ConfigurationChanged(AT, "d1-6955296d-ses-maya", 2),
]


def wire(event: Event, seq: int = 7) -> dict[str, Any]:
    return event_to_wire(StoredEvent("session:s", seq, event), CONFIGURATION)


def test_every_event_of_the_domain_is_here_and_in_the_contract() -> None:
    known = {getattr(events, n) for n in events.__all__ if isinstance(getattr(events, n), type)}
    told = {k for k in known if issubclass(k, Event)} - {Event, AssociationEvent}
    assert {type(e) for e in EVERY} == told
    kinds = {f"{w['namespace']}.{w['name']}" for w in map(wire, EVERY)}
    assert kinds == {name for name in document()["$defs"] if "." in name}


@pytest.mark.parametrize("event", EVERY, ids=lambda e: type(e).__name__)
def test_an_event_has_every_listed_key_and_keeps_to_its_schema(event: Event) -> None:
    found = wire(event)
    check_event(found)
    assert set(PAYLOAD_FIELDS) <= found["payload"].keys()
    assert (found["seq"], found["payload"]["seq"], found["payload"]["timestamp"]) == (7, 7, AT)


@pytest.mark.parametrize("event", EVERY, ids=lambda e: type(e).__name__)
def test_no_fact_of_an_event_is_lost(event: Event) -> None:
    """What the domain says reaches the payload, whatever its name there."""
    values = json.dumps(wire(event)["payload"])
    for field in fields(event):
        value = getattr(event, field.name)
        if field.name not in ("about", "additional_params"):
            plain = list(value) if isinstance(value, tuple) else value
            assert json.dumps(plain) in values, field.name


def test_a_masked_process_shows_the_last_four_digits_only() -> None:
    masked = replace(
        CONFIGURATION,
        processes=tuple(replace(p, masking_enabled=True) for p in CONFIGURATION.processes),
    )
    payload = event_to_wire(StoredEvent("s", 1, EVERY[0]), masked)["payload"]
    assert payload["phone"] == payload["displayPhone"] == "+xx xxxxxx0993"


def test_show_crm_brings_its_parameters_as_json_text() -> None:
    """Ours stand over what the dial brought under the same name."""
    event = events.ScreenPopped(AT, ABOUT, None, {}, {"ticket": 7, "userId": "else"})
    assert json.loads(wire(event)["payload"]["additionalParams"]) == {
        "ticket": 7,
        "crtObjectId": "d1-6955296d-vce-1",
        "userId": "maya",
        "callType": "outbound.manual.dial",
    }


@pytest.mark.parametrize("key", ["state", "queueId", "seq", "reason", "talkTime"])
def test_the_schema_sees_a_missing_key(key: str) -> None:
    found = wire(EVERY[11])
    del found["payload"][key]
    with pytest.raises(ValidationError, match=key):
        check_event(found)
