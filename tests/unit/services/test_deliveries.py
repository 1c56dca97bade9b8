"""What pushes carry, and which of them go out (contract 3.4)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from screenpop.adapters.crm.sign_on_tokens import SignOnTokens
from screenpop.adapters.ids import NodeIds
from screenpop.adapters.store.sqlite.store import SqliteStore
from screenpop.domain.association import (
    Association,
    AssociationState,
    AssociationType,
    Disposition,
)
from screenpop.domain.call import Call, CallState, CallType, Direction, SystemDisposition
from screenpop.domain.configuration import ContactCenter, Process
from screenpop.domain.delivery import Delivery, DeliveryState, PushKind
from screenpop.domain.delivery_facts import call_facts
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.services import deliveries
from screenpop.services.core import Core
from screenpop.services.deliveries import Tried
from screenpop.testing.clock import ManualClock

PROCESS = Process(3, 1, "Sales", customer_columns=("name", "phone1", "phone2"))
CENTER = ContactCenter(1, "Demo", "Asia/Kolkata")


def call(**changes: Any) -> Call:
    """An inbound call that waited from 1,000 ms on, was connected at 9,000 and over at 70,000."""
    made = Call(
        crt_object_id="c",
        interaction_id="i",
        call_id="v",
        contact_center_id=1,
        process_id=3,
        campaign_id=172,
        call_type=CallType.INBOUND,
        direction=Direction.INBOUND,
        phone="111",
        call_state=CallState.ENDED,
        created_at=1_000,
        customer_leg_id="leg",
        queued_at=1_000,
        ringing_at=1_000,
        connected_at=9_000,
        ended_at=70_000,
        system_disposition=SystemDisposition.CONNECTED,
    )
    return replace(made, **changes)


def stay(user_id: str, created_at: int, code: str, **changes: Any) -> Association:
    made = Association(
        association_id=f"a-{user_id}",
        crt_object_id="c",
        contact_center_id=1,
        session_id=f"s-{user_id}",
        user_id=user_id,
        seat="seat",
        association_type=AssociationType.INBOUND,
        leg_id="leg",
        state=AssociationState.DISPOSED,
        created_at=created_at,
        disposition=Disposition("Success", code, 1),
    )
    return replace(made, **changes)


UNANSWERED = stay("ravi", 2_000, "application.disposed", ringing_at=2_100, ended_at=5_000)
FIRST = stay(
    "maya", 6_000, "Sale", ringing_at=6_500, connected_at=9_000, ended_at=30_000, disposed_at=80_000
)
SECOND = stay("sam", 20_000, "Resolved", connected_at=25_000, ended_at=70_000, disposed_at=75_000)


def test_times_are_those_of_the_first_agent_who_talked() -> None:
    facts = call_facts(call(), [UNANSWERED, FIRST, SECOND], PROCESS, CENTER)
    times = [facts[f"{name}_time"] for name in ("ivr", "setup", "ringing", "talk")]
    assert times == [5_000, 500, 2_500, 61_000]


def test_call_that_nobody_was_offered_only_waited() -> None:
    abandoned = call(connected_at=None, ended_at=8_000, call_state=CallState.ENDED)
    facts = call_facts(abandoned, [], PROCESS, CENTER)
    times = [facts[f"{name}_time"] for name in ("ivr", "setup", "ringing", "talk")]
    assert times == [7_000, 0, 0, 0]


def test_calls_disposition_is_that_of_who_disposed_last() -> None:
    facts = call_facts(call(), [UNANSWERED, FIRST, SECOND], PROCESS, CENTER)
    assert (facts["disposition_name"], facts["disposition_code"]) == ("Sale", "Sale")
    assert [one["user_id"] for one in facts["user_associations"]] == ["ravi", "maya", "sam"]


@pytest.mark.parametrize(
    ("direction", "call_type", "told"),
    [
        (Direction.INBOUND, CallType.INBOUND, "inbound.dial.customer"),
        (Direction.INBOUND, CallType.TRANSFERRED_TO_CAMPAIGN, "inbound.dial.customer"),
        (Direction.OUTBOUND, CallType.MANUAL, "manual.dial.customer"),
        (Direction.OUTBOUND, CallType.CLICK_TO_CALL, "manual.dial.customer"),
        (Direction.OUTBOUND, CallType.MANUAL_PREVIEW, "manual.dial.customer"),
        (Direction.OUTBOUND, CallType.AUTO, "auto.dial.customer"),
        (Direction.OUTBOUND, CallType.CALLBACK, "auto.dial.customer"),
    ],
)
def test_call_type_is_told_by_who_dialled(
    direction: Direction, call_type: CallType, told: str
) -> None:
    made = call(direction=direction, call_type=call_type)
    assert call_facts(made, [], PROCESS, CENTER)["call_type"] == told


@pytest.mark.parametrize(
    ("columns", "phones", "index"),
    [
        ({"name": "Asha", "phone2": "111", "phone1": "222"}, ["222", "111"], 1),
        ({"phone1": "222"}, ["111", "222"], 0),
        ({"phone1": ""}, ["111"], 0),
        ({}, ["111"], 0),
    ],
)
def test_phone_list_has_the_customers_numbers_in_the_process_order(
    columns: dict[str, str], phones: list[str], index: int
) -> None:
    facts = call_facts(call(customer_info=columns), [], PROCESS, CENTER)
    assert facts["phone_list"] == phones
    assert facts["shareable_phones_dial_index"] == index


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    store = SqliteStore(tmp_path / "screenpop.db")
    yield Core(store, ManualClock(), NodeIds(1, 1))
    store.close()


def delivery(crt_object_id: str, position: int, app_id: str = "crm", due: int = 0) -> Delivery:
    return Delivery(
        delivery_id=f"{crt_object_id}.{position}.{app_id}",
        contact_center_id=1,
        app_id=app_id,
        crt_object_id=crt_object_id,
        position=position,
        kind=PushKind.AGENT,
        carried={},
        state=DeliveryState.PENDING,
        created_at=0,
        due=due,
        pending_since=0,
    )


async def add(core: Core, *made: Delivery) -> None:
    def write(tx: Transaction, rows: tuple[Delivery, ...], now: int, ids: Draw) -> None:
        for row in rows:
            tx.add_delivery(row)

    await core.run(write, made)


async def test_of_each_call_and_app_only_the_first_that_waits_is_due(core: Core) -> None:
    await add(
        core,
        delivery("one", 1, due=50),
        delivery("one", 2),
        delivery("two", 1),
        delivery("two", 2),
        delivery("two", 1, "other"),
    )
    early = await core.read(lambda reader: reader.due_deliveries(10, 9))
    later = await core.read(lambda reader: reader.due_deliveries(50, 9))

    assert [one.delivery_id for one in early] == ["two.1.crm", "two.1.other"]
    assert [one.delivery_id for one in later] == ["two.1.crm", "one.1.crm", "two.1.other"]


async def test_each_app_has_its_own_limit_of_what_is_due(core: Core) -> None:
    await add(core, *(delivery(str(n), 1) for n in range(5)), delivery("5", 1, "other"))
    due = await core.read(lambda reader: reader.due_deliveries(10, 2))

    assert [one.app_id for one in due] == ["crm", "crm", "other"]


async def test_report_of_a_try_that_is_not_the_present_one_changes_nothing(core: Core) -> None:
    await add(core, delivery("one", 1))
    again = Tried("one.1.crm", 1, DeliveryState.PENDING, 503, "busy", 2_000)
    stale = replace(again, state=DeliveryState.SET_ASIDE)
    await core.run(deliveries.note_try, again)
    await core.run(deliveries.note_try, stale)
    kept = await core.read(lambda reader: reader.delivery("one.1.crm"))

    assert kept is not None
    assert (kept.state, kept.tries, kept.due, kept.last_status) == (
        DeliveryState.PENDING,
        1,
        2_000,
        503,
    )


def test_installation_with_an_rsa_key_signs_its_sign_on_tokens_with_rs256() -> None:
    key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
    token = SignOnTokens(key, "https://desk.example.com", lambda: 1_000_000).mint(
        ["https://crm.example.com", "https://pages.example.com"], "maya"
    )
    read = jwt.decode(token, key, algorithms=["RS256"])
    assert read.header["alg"] == "RS256"
    assert read.claims["aud"] == ["https://crm.example.com", "https://pages.example.com"]
