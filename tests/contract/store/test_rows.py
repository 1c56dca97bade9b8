"""What is kept comes back the same, found by every way there is to it (design 2.3 to 2.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from screenpop.domain.association import AssociationState, Disposition
from screenpop.domain.call import CallState, LegState, SystemDisposition
from screenpop.domain.events import Ringing, facts_of
from screenpop.domain.session import AgentState, EndReason, Presence
from screenpop.ports.store import BoundReply, LineRowState, Timer, TimerKind, Transaction
from screenpop.ports.telephony import AnswerLeg, Connect, HangUp, LineCommand, RingAgent
from tests.contract.store.conftest import Place
from tests.contract.store.rows import (
    NOW,
    app_session,
    association,
    call,
    customer,
    event,
    leg,
    session,
)

RING = RingAgent("leg-1", "vce-1", "1001", "8447380993", auto_answer=True)


def fill(tx: Transaction) -> None:
    tx.add_session(session())
    tx.add_call(call())
    tx.add_leg(leg())
    tx.add_association(association())


async def test_every_row_comes_back_as_it_was_saved_also_after_a_restart(
    store: Any, place: Place
) -> None:
    await store.transact(fill)
    over = session(
        ended_at=NOW + 9, end_reason=EndReason.FORCED_LOGIN, state=AgentState.OFFLINE,
        presence=Presence.BREAK, break_reason="Lunch", campaign_ids=(), selected_campaign_id=None,
    )  # fmt: skip
    ended = call(
        call_state=CallState.ENDED, system_disposition=SystemDisposition.BUSY, hangup_cause=17,
        additional_params={"a": [1, None, "ü"]}, request_id="r-1", customer_id=2**53 - 1,
        queue_id=5, queue_name="Support", ended_at=NOW + 5, disposed_at=NOW + 6,
    )  # fmt: skip
    gone = leg(state=LegState.ENDED, sip=486, q850=17, ended_at=NOW + 5)
    finished = association(
        state=AssociationState.DISPOSED, muted=True, disposed_at=NOW + 6, reason="transferred",
        disposition=Disposition("Success", "Sale", 11, "it's done", NOW, self_callback=False),
    )  # fmt: skip

    def save(tx: Transaction) -> None:
        tx.save_session(over)
        tx.save_call(ended)
        tx.save_leg(gone)
        tx.save_association(finished)

    await store.transact(save)
    for reopened in (False, True):
        present = place.open() if reopened else store
        assert await present.read(lambda r: r.session("s-1")) == over
        for name in ("vce-1", "int-1", "vcall-1"):
            assert await present.read(lambda r, n=name: r.call(n)) == ended
        assert await present.read(lambda r: r.call_of_leg("leg-1")) == ended
        assert await present.read(lambda r: (r.leg("leg-1"), r.legs("vce-1"))) == (gone, [gone])
        assert await present.read(lambda r: r.association("assoc-1")) == finished
        assert await present.read(lambda r: r.association_with("s-1", "vce-1")) == finished


async def test_what_is_not_there_is_none(store: Any) -> None:
    def look(r: Any) -> list[Any]:
        return [
            r.find_session("x"), r.session("x"), r.live_session_of("x"), r.call("x"),
            r.call_of_leg("x"), r.leg("x"), r.association("x"), r.association_with("x", "y"),
            r.customer(3, 1), r.customer_by_searchable(3, "x"), r.next_timer_due(),
        ]  # fmt: skip

    assert set(await store.read(look)) == {None}
    assert await store.read(lambda r: (r.last_seq("session:x"), r.oldest_seq("session:x"))) == (
        0,
        1,
    )


async def test_sessions_are_found_by_id_user_and_state(store: Any) -> None:
    def add(tx: Transaction) -> None:
        tx.add_session(session("late", idle_since=NOW + 2))
        tx.add_session(session("early", idle_since=NOW + 1))
        tx.add_session(session("over", ended_at=NOW, state=AgentState.OFFLINE))
        tx.add_session(session("busy", state=AgentState.WRAP))
        tx.add_session(session("elsewhere", contact_center_id=2))

    await store.transact(add)

    def look(r: Any) -> None:
        assert [s.session_id for s in r.ready_sessions(1)] == ["early", "late"]
        assert {s.session_id for s in r.live_sessions(1)} == {"late", "early", "busy"}
        assert len(r.live_sessions()) == 4
        assert r.live_session_of("user-over") is None
        assert r.live_session_of("user-late").session_id == "late"
        assert r.find_session("over").session.ended_at == NOW

    await store.read(look)


async def test_a_user_has_one_live_session(store: Any) -> None:
    await store.transact(lambda tx: tx.add_session(session("a", user_id="maya")))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await store.transact(lambda tx: tx.add_session(session("b", user_id="maya")))
    assert await store.read(lambda r: r.session("b")) is None


async def test_ids_minted_for_an_app_lead_to_the_session_until_it_is_cut_off(store: Any) -> None:
    def mint(tx: Transaction) -> None:
        tx.add_session(session())
        tx.save_app_session(app_session("demo-crm", "s-1-crm", "s-1-crm-uce-1@7"))
        tx.save_app_session(app_session("other", "s-1-other", "s-1-other-uce-1@8"))

    await store.transact(mint)
    own = await store.read(lambda r: r.find_session("s-1"))
    minted = await store.read(lambda r: r.find_session("s-1-crm"))
    assert (own.app_id, minted.app_id) == (None, "demo-crm")
    assert own.session == minted.session
    assert await store.read(lambda r: r.session("s-1-crm")) is None
    assert await store.read(lambda r: r.has_seat("s-1", "s-1-crm-uce-1@7"))
    assert await store.read(lambda r: r.seats("s-1")) == ["s-1-uce-1@1"]
    await store.transact(lambda tx: tx.forget_app("demo-crm"))
    assert await store.read(lambda r: r.find_session("s-1-crm")) is None
    assert not await store.read(lambda r: r.has_seat("s-1", "s-1-crm-uce-1@7"))
    assert (await store.read(lambda r: r.find_session("s-1-other"))).app_id == "other"


@pytest.mark.parametrize(
    ("seat", "taken"),
    [
        ("s-1-uce-1@1", True),
        ("s-1-uce-2@2", True),
        ("s-1-uce-1@1-uce-7905690272@2", True),
        ("s-1-uce-1@1-uce-a@2-uce-b@3", True),
        ("s-1-uce-1@1x", False),
        ("s-1-uce-1@10", False),
        ("s-1-uce-3@3", False),
        ("s-2-uce-1@1", False),
        ("", False),
    ],
)
async def test_every_seat_the_session_ever_had_is_taken_with_what_was_added(
    store: Any, seat: str, taken: bool
) -> None:
    """The guide's third sample adds a further part to a seat (contract 2)."""

    def add(tx: Transaction) -> None:
        tx.add_session(session())
        tx.add_session(session("s-2"))
        tx.add_seat("s-1", "s-1-uce-2@2")

    await store.transact(add)
    assert await store.read(lambda r: r.has_seat("s-1", seat)) is taken
    assert await store.read(lambda r: r.seats("s-1")) == ["s-1-uce-2@2"]


async def test_only_live_sessions_are_seen_and_never_earlier_than_before(store: Any) -> None:
    def add(tx: Transaction) -> None:
        tx.add_session(session())
        tx.add_session(session("over", ended_at=NOW))
        tx.see_sessions({"s-1": NOW + 5, "over": NOW + 5, "nobody": NOW + 5})
        tx.see_sessions({"s-1": NOW + 3})

    await store.transact(add)
    seen = await store.read(lambda r: [r.session(n).last_seen_at for n in ("s-1", "over")])
    assert seen == [NOW + 5, NOW]


async def test_queued_calls_wait_in_the_order_in_which_they_came(store: Any) -> None:
    def add(tx: Transaction) -> None:
        for name, queued_at in (("10", NOW), ("9", NOW), ("2", NOW + 1), ("1", NOW - 1)):
            tx.add_call(call(name, call_state=CallState.QUEUED, queued_at=queued_at))
        tx.add_call(call("offered", queued_at=NOW))
        tx.add_call(call("other", call_state=CallState.QUEUED, queued_at=0, contact_center_id=2))
        tx.add_call(call("over", call_state=CallState.ENDED, queued_at=0))

    await store.transact(add)
    found = await store.read(lambda r: [c.crt_object_id for c in r.queued_calls(1)])
    assert found == ["vce-1", "vce-9", "vce-10", "vce-2"]
    assert len(await store.read(lambda r: r.open_calls())) == 6


async def test_open_calls_come_before_later_ones_that_are_over(store: Any) -> None:
    def add(tx: Transaction) -> None:
        fill(tx)
        for name in ("2", "3"):
            tx.add_call(call(name, call_state=CallState.ENDED, created_at=NOW + int(name)))
            tx.add_association(
                association(name, state=AssociationState.DISPOSED, created_at=NOW + int(name))
            )
        tx.add_call(call("4", created_at=NOW + 4))

    await store.transact(add)
    mine = await store.read(lambda r: r.recent_calls(1, "s-1", 2))
    assert [c.crt_object_id for c, _ in mine] == ["vce-1", "vce-3"]
    assert [a.association_id for _, a in mine] == ["assoc-1", "assoc-3"]
    everyones = await store.read(lambda r: r.recent_calls(1, None, 3))
    assert [c.crt_object_id for c, _ in everyones] == ["vce-4", "vce-1", "vce-3"]


async def test_legs_whose_end_is_not_told_are_found(store: Any) -> None:
    def add(tx: Transaction) -> None:
        tx.add_leg(leg("1", state=LegState.UP))
        tx.add_leg(leg("2", state=LegState.ENDED))

    await store.transact(add)
    assert [x.leg_id for x in await store.read(lambda r: r.unended_legs())] == ["leg-1"]


async def test_a_customer_is_found_by_each_searchable_value_the_last_touched_first(
    store: Any,
) -> None:
    def add(tx: Transaction) -> None:
        tx.add_customer(customer(1, "111"))
        tx.add_customer(customer(2, "111"))
        tx.touch_customer(customer(1, "111"), NOW + 1)

    await store.transact(add)
    assert (await store.read(lambda r: r.customer_by_searchable(3, "111"))).customer_id == 1
    assert await store.read(lambda r: r.customer_by_searchable(4, "111")) is None
    await store.transact(lambda tx: tx.add_customer(customer(1, "222", NOW + 2)))
    assert (await store.read(lambda r: r.customer_by_searchable(3, "111"))).customer_id == 2
    assert (await store.read(lambda r: r.customer(3, 1))).columns["phone1"] == "222"


# --- streams ------------------------------------------------------------------------------


async def test_events_are_read_in_pages_without_gap_or_repetition(store: Any) -> None:
    def add(tx: Transaction) -> None:
        tx.add_session(session())
        tx.add_session(session("s-2"))
        for i in range(25):
            tx.append("session:s-1", event(reason=str(i)))
            tx.append("session:s-2", event(reason="other"))

    await store.transact(add)
    seq, found = 0, []
    while page := await store.read(lambda r, after=seq: r.events_after("session:s-1", after, 10)):
        found += [s.event.reason for s in page]
        seq = page[-1].seq
    assert found == [str(i) for i in range(25)]
    assert seq == 25
    assert await store.read(lambda r: r.events_after("session:s-1", 99, 10)) == []


async def test_a_contact_centre_hears_what_its_sessions_hear(store: Any) -> None:
    def add(tx: Transaction) -> None:
        tx.add_session(session())
        tx.add_session(session("s-2", contact_center_id=2))
        tx.add_call(call())
        tx.append("session:s-1", event(reason="mine"))
        tx.append("session:s-2", event(reason="theirs"))
        tx.add_history("vce-1", NOW, "report.late", {"report": "LegEnded"})

    await store.transact(add)
    heard = await store.read(lambda r: r.events_after("contact_center:1", 0, 10))
    assert [s.event.reason for s in heard] == ["mine"]
    (entry,) = await store.read(lambda r: r.history("vce-1"))
    assert (entry.at, entry.what, entry.facts) == (NOW, "report.late", {"report": "LegEnded"})


async def test_old_events_and_replies_are_forgotten_and_the_numbers_go_on(store: Any) -> None:
    def add(tx: Transaction) -> None:
        tx.add_session(session())
        for i in range(10):
            tx.append("session:s-1", event(at=NOW + i))
        reply = BoundReply("f", "json", {})
        tx.bind_reply("s-1", "sdk", "old", reply, NOW)
        tx.bind_reply("s-1", "sdk", "new", reply, NOW + 1)
        for name in ("done", "open"):
            tx.add_line_command(name, HangUp(name), NOW)
        (row, _) = tx.line_rows((LineRowState.PENDING,))
        tx.set_line_rows([row.row_id], LineRowState.DONE)

    await store.transact(add)
    await store.transact(lambda tx: tx.forget_before(NOW + 4, NOW + 1, 1_000))

    def oldest(r: Any) -> tuple[int, int]:
        return r.oldest_seq("session:s-1"), r.last_seq("session:s-1")

    assert await store.read(oldest) == (5, 10)
    await store.transact(lambda tx: tx.forget_before(0, 0, 2))
    assert await store.read(oldest) == (9, 10)
    assert await store.transact(lambda tx: tx.append("session:s-1", event())) == 11
    keys = ("old", "new")
    kept = await store.transact(lambda tx: [tx.bound_reply("s-1", "sdk", k) for k in keys])
    assert [k is not None for k in kept] == [False, True]
    rows = await store.read(lambda r: r.line_rows(list(LineRowState)))
    assert [r.crt_object_id for r in rows] == ["open"]
    await store.transact(lambda tx: tx.forget_before(NOW + 99, 0, 1_000))
    assert await store.read(oldest) == (12, 11)


async def test_history_of_a_call_is_forgotten_when_it_is_old_and_the_call_is_finished(
    store: Any,
) -> None:
    """A call that some agent still has to dispose keeps its own, however old."""

    def add(tx: Transaction) -> None:
        tx.add_session(session())
        for name, disposed_at in (("1", NOW), ("2", None)):
            made = call(name, call_state=CallState.ENDED, ended_at=NOW, disposed_at=disposed_at)
            tx.add_call(made)
            bond = association(name)
            tx.add_association(bond)
            tx.append("session:s-1", Ringing(NOW, facts_of(made, bond)))
            tx.add_history(made.crt_object_id, NOW, "report.late", {})
            tx.add_history(made.crt_object_id, NOW + 9, "report.late", {})

    await store.transact(add)
    await store.transact(lambda tx: tx.forget_before(NOW + 1, 0, 1_000))

    def kept(r: Any) -> list[int]:
        return [len(r.history(f"vce-{name}")) for name in ("1", "2")]

    assert await store.read(kept) == [1, 3]
    await store.transact(lambda tx: tx.forget_before(NOW + 99, 0, 1_000))
    assert await store.read(kept) == [0, 3]
    assert await store.read(lambda r: r.events_after("session:s-1", 0, 10)) == []


# --- the line's outbox and timers ---------------------------------------------------------


async def test_line_commands_come_back_as_they_were_given_in_order(store: Any) -> None:
    commands: list[LineCommand] = [
        RING,
        Connect("vce-1", ("leg-1", "leg-2")),
        AnswerLeg("leg-1"),
        HangUp("x", 17),
    ]

    def add(tx: Transaction) -> None:
        for command in commands:
            tx.add_line_command("vce-1", command, NOW, deadline=NOW + 10)

    await store.transact(add)
    rows = await store.transact(lambda tx: tx.pending_line_rows(NOW, 10))
    assert [r.command for r in rows] == commands
    assert {(r.state, r.created_at, r.deadline) for r in rows} == {
        (LineRowState.PENDING, NOW, NOW + 10)
    }
    first = await store.transact(lambda tx: tx.pending_line_rows(NOW, 1))
    assert [r.row_id for r in first] == [rows[0].row_id]

    def change(tx: Transaction) -> None:
        tx.set_line_rows([rows[0].row_id], LineRowState.ATTEMPTED)
        tx.set_line_rows([rows[1].row_id, rows[2].row_id], LineRowState.DONE)
        tx.set_line_deadline(rows[3].row_id, NOW + 99)

    await store.transact(change)
    (left,) = await store.transact(lambda tx: tx.pending_line_rows(NOW, 10))
    assert (left.command, left.deadline) == (HangUp("x", 17), NOW + 99)
    attempted = await store.read(lambda r: r.line_rows((LineRowState.ATTEMPTED,), "vce-1"))
    assert [r.command for r in attempted] == [RING]
    assert await store.read(lambda r: r.line_rows((LineRowState.ATTEMPTED,), "vce-2")) == []


async def test_a_row_waits_for_its_leg_or_its_moment_whichever_is_first(store: Any) -> None:
    def add(tx: Transaction) -> None:
        tx.add_leg(leg("old", state=LegState.UP))
        tx.add_line_command("vce-1", RING, NOW, after_leg="leg-old", not_before=NOW + 5_000)

    async def ready(at: int) -> int:
        return len(await store.transact(lambda tx: tx.pending_line_rows(at, 10)))

    await store.transact(add)
    assert (await ready(NOW), await ready(NOW + 4_999), await ready(NOW + 5_000)) == (0, 0, 1)
    assert await store.transact(lambda tx: tx.next_line_row_due(NOW)) == NOW + 5_000
    await store.transact(lambda tx: tx.save_leg(leg("old", state=LegState.ENDED)))
    assert await ready(NOW) == 1


async def test_the_line_is_down_until_it_is_said_to_be_up(store: Any) -> None:
    found = [await store.read(lambda r: r.line_up())]
    for up in (True, False):
        await store.transact(lambda tx, up=up: tx.set_line_up(up, NOW))
        found.append(await store.read(lambda r: r.line_up()))
    assert found == [False, True, False]


async def test_a_timer_is_replaced_by_the_next_of_its_kind_and_subject(
    store: Any, place: Place
) -> None:
    def add(tx: Transaction) -> None:
        tx.set_timer(Timer(TimerKind.WRAP, "a", NOW + 5))
        tx.set_timer(Timer(TimerKind.WRAP, "a", NOW + 9))
        tx.set_timer(Timer(TimerKind.AGENT_RING, "a", NOW + 3))
        tx.set_timer(Timer(TimerKind.WRAP, "b", NOW + 1))
        tx.cancel_timer(TimerKind.WRAP, "b")
        tx.cancel_timer(TimerKind.WRAP, "never set")

    await store.transact(add)
    again = place.open()
    assert await again.read(lambda r: r.next_timer_due()) == NOW + 3
    assert await again.read(lambda r: r.due_timers(NOW + 8, 10)) == [
        Timer(TimerKind.AGENT_RING, "a", NOW + 3)
    ]
    both = await again.read(lambda r: r.due_timers(NOW + 9, 10))
    assert [t.due for t in both] == [NOW + 3, NOW + 9]
    assert len(await again.read(lambda r: r.due_timers(NOW + 9, 1))) == 1


async def test_starts_of_a_node_within_one_second_are_told_apart(store: Any, place: Place) -> None:
    """Else two starts would give the same ids (design 2.13)."""
    first = await store.claim_node_start(1, NOW)
    again = place.open()
    assert await again.claim_node_start(1, NOW) == first + 1
    assert await again.claim_node_start(2, NOW) == first


async def test_a_secret_is_drawn_once_for_ever(store: Any, place: Place) -> None:
    assert await store.secret("key", lambda: "drawn", NOW) == "drawn"
    assert await place.open().secret("key", lambda: "again", NOW) == "drawn"


async def test_a_call_saved_again_keeps_what_was_not_changed(store: Any) -> None:
    await store.transact(fill)
    await store.transact(lambda tx: tx.save_call(replace(tx.call("vce-1"), connected_at=NOW)))
    assert await store.read(lambda r: r.call("vce-1")) == call(connected_at=NOW)
