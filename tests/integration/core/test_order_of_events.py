"""The order of events of contract 6, row by row, and who gets a queued call."""

from __future__ import annotations

from typing import Any

import pytest

from screenpop.domain import events
from screenpop.domain.commands import (
    AnswerCall,
    DialNumber,
    DisposeAndDial,
    DisposeCall,
    DispositionChoice,
    HangUpCall,
    Login,
    RejectCall,
    SelectWork,
    SetPresence,
)
from screenpop.domain.errors import AgentBusyError
from screenpop.domain.session import AgentSession, AgentState
from screenpop.services import agent, call_control, dialling, disposing, sessions
from tests.integration.core.floor import Floor, acting

RINGING, CONNECTED = "Initiated showCrm Ringing", "Initiated showCrm Ringing Connected"
OFFER_TIME = 20_000


def log_in(floor: Floor, name: str, *, force: bool = False) -> AgentSession:
    command = Login(name, force, select_work=False, auto_call=False)
    return floor.run(sessions.login, command)


def told(floor: Floor, session: AgentSession) -> list[events.Event]:
    stored = floor.read(lambda r: r.events_after(f"session:{session.session_id}", 0, 1_000))
    return [s.event for s in stored]


def names(floor: Floor, session: AgentSession) -> str:
    """The session's events of interactions, in order, by the contract's short names."""
    found = [
        type(e).__name__ for e in told(floor, session) if isinstance(e, events.AssociationEvent)
    ]
    return " ".join("showCrm" if name == "ScreenPopped" else name for name in found)


def the(floor: Floor, session: AgentSession, kind: type[events.Event]) -> Any:
    (found,) = [e for e in told(floor, session) if isinstance(e, kind)]
    return found


def state_of(floor: Floor, session: AgentSession) -> AgentSession:
    found = floor.read(lambda r: r.session(session.session_id))
    assert found is not None
    return found


def dial_command(session: AgentSession, phone: str = "8447380993") -> DialNumber:
    campaign_id = session.campaign_ids[0]
    return DialNumber(acting(session.session_id), None, campaign_id, phone, phone)


def dial(floor: Floor, session: AgentSession) -> str:
    """Dial, and let both telephones ring: returns the customer's leg."""
    floor.run(dialling.manual_dial, dial_command(session))
    floor.work()
    agent_leg = list(floor.network.legs)[-1]
    floor.network.answer(agent_leg)
    floor.deliver()
    floor.work()
    customer_leg = list(floor.network.legs)[-1]
    floor.network.ring(customer_leg)
    floor.deliver()
    return customer_leg


def reach(floor: Floor, leg_id: str) -> None:
    floor.network.answer(leg_id)
    floor.flow()


def dispose(floor: Floor, session: AgentSession, code: str = "Sale") -> None:
    choice = DispositionChoice(disposition_code=code)
    who = acting(session.session_id)
    floor.run(disposing.dispose_call, DisposeCall(who, None, None, None, choice))


def ready(floor: Floor, session: AgentSession) -> None:
    floor.run(agent.set_presence, SetPresence(acting(session.session_id), ready=True))


def offer(floor: Floor, caller: str = "8447380993") -> str:
    """Let somebody call and the agent's telephone ring: returns the caller's leg."""
    leg_id = floor.network.offer(caller)
    floor.flow()
    return leg_id


# --- inbound ------------------------------------------------------------------------------


def test_inbound_connected_ends_in_wrap_and_is_disposed(floor: Floor) -> None:
    ravi = log_in(floor, "ravi")
    caller = offer(floor)
    assert names(floor, ravi) == RINGING
    assert state_of(floor, ravi).state is AgentState.RINGING
    floor.run(call_control.answer, AnswerCall(acting(ravi.session_id), None))
    floor.flow()
    assert names(floor, ravi) == CONNECTED
    floor.clock.advance(7_000)
    floor.network.end(caller)
    floor.flow()
    assert state_of(floor, ravi).state is AgentState.WRAP
    dispose(floor, ravi)
    assert names(floor, ravi) == f"{CONNECTED} Ended WrapStarted Disposed"
    ended = the(floor, ravi, events.Ended)
    assert (ended.system_disposition, ended.talk_time) == ("CONNECTED", 7_000)
    assert (ended.about.queue_id, ended.about.call_type) == (5, "inbound.call.dial")
    assert state_of(floor, ravi).state is AgentState.READY


def test_an_offer_not_answered_sets_the_agent_on_break_and_goes_to_the_next(floor: Floor) -> None:
    ravi = log_in(floor, "ravi")
    floor.clock.advance(1)
    maya = log_in(floor, "maya")
    offer(floor)
    floor.pass_time(OFFER_TIME)
    assert names(floor, ravi) == f"{RINGING} Failed Ended Disposed"
    assert the(floor, ravi, events.Failed).reason == "agent.no.answer"
    assert the(floor, ravi, events.Disposed).disposition_code == "application.disposed"
    left = state_of(floor, ravi)
    assert (left.state, left.break_reason) == (AgentState.BREAK, "Missed call")
    assert names(floor, maya) == "Initiated showCrm"


def test_a_rejected_offer_goes_to_the_next_and_returns_only_after_ready(floor: Floor) -> None:
    ravi = log_in(floor, "ravi")
    offer(floor)
    floor.run(call_control.reject, RejectCall(acting(ravi.session_id), None))
    floor.flow()
    assert the(floor, ravi, events.Failed).reason == "agent.rejected"
    assert names(floor, ravi) == f"{RINGING} Failed Ended Disposed"
    assert state_of(floor, ravi).state is AgentState.READY
    floor.clock.advance(1)
    maya = log_in(floor, "maya")
    assert names(floor, maya) == "Initiated showCrm"
    floor.run(call_control.reject, RejectCall(acting(maya.session_id), None))
    floor.clock.advance(1)
    ready(floor, ravi)
    assert names(floor, ravi).endswith("Disposed Initiated showCrm")


def test_an_offer_refused_at_the_telephone_does_not_return_at_once(floor: Floor) -> None:
    """A telephone that is busy or declines would be rung without end."""
    ravi = log_in(floor, "ravi")
    offer(floor)
    floor.network.end(list(floor.network.legs)[-1], 486, 17)
    floor.flow()
    assert the(floor, ravi, events.Failed).reason == "agent.rejected"
    assert names(floor, ravi) == f"{RINGING} Failed Ended Disposed"


def test_an_unreachable_telephone_is_not_offered_every_next_call(floor: Floor) -> None:
    ravi = log_in(floor, "ravi")
    floor.network.offer("8447380993")
    floor.deliver()
    floor.work()
    floor.network.end(list(floor.network.legs)[-1], 480, 20)
    floor.flow()
    assert names(floor, ravi) == "Initiated showCrm Failed Ended Disposed"
    assert the(floor, ravi, events.Failed).reason == "agent.leg.failed"
    assert state_of(floor, ravi).state is AgentState.BREAK


def test_an_offer_lost_with_the_line_is_made_again(floor: Floor) -> None:
    """The caller still waits; nothing speaks against the agent."""
    ravi = log_in(floor, "ravi")
    floor.network.offer("8447380993")
    floor.deliver()
    floor.work(crash="claimed")
    floor.line_up()
    floor.flow()
    assert names(floor, ravi) == f"Initiated showCrm Failed Ended Disposed {RINGING}"
    assert state_of(floor, ravi).state is AgentState.RINGING


def test_a_caller_who_gives_up_while_offered(floor: Floor) -> None:
    ravi = log_in(floor, "ravi")
    caller = offer(floor)
    floor.network.end(caller)
    floor.flow()
    assert names(floor, ravi) == f"{RINGING} Failed Ended Disposed"
    failed = the(floor, ravi, events.Failed)
    assert (failed.reason, failed.system_disposition) == ("caller.gave.up", "CALL_DROP")
    left = state_of(floor, ravi)
    assert (left.state, left.break_reason) == (AgentState.READY, None)


def test_a_caller_who_gives_up_in_the_queue_disturbs_nobody(floor: Floor) -> None:
    caller = offer(floor)
    floor.network.end(caller)
    floor.flow()
    ((call, _),) = floor.read(lambda r: r.recent_calls(1, None, 10))
    assert call.system_disposition == "CALL_DROP"
    assert call.disposed_at is not None
    assert names(floor, log_in(floor, "ravi")) == ""


def test_a_call_keeps_its_place_over_a_new_offer(floor: Floor) -> None:
    ravi = log_in(floor, "ravi")
    offer(floor, "111111")
    floor.clock.advance(1_000)
    offer(floor, "222222")
    floor.pass_time(OFFER_TIME)
    ready(floor, ravi)
    phones = [e.about.phone for e in told(floor, ravi) if isinstance(e, events.Initiated)]
    assert phones == ["111111", "111111"]


def test_the_longest_idle_agent_is_asked_first(floor: Floor) -> None:
    ravi = log_in(floor, "ravi")
    floor.clock.advance(1_000)
    maya = log_in(floor, "maya")
    reach(floor, dial(floor, ravi))
    floor.clock.advance(1_000)
    dispose(floor, ravi)
    floor.flow()
    offer(floor)
    assert names(floor, maya) == RINGING
    assert "Initiated" not in names(floor, ravi).partition("Disposed")[2]


def test_an_answer_that_crosses_a_rejection_leaves_the_caller_in_the_queue(floor: Floor) -> None:
    """The bridge stands for a moment, though the agent has gone: the caller must not be lost."""
    ravi = log_in(floor, "ravi")
    offer(floor)
    floor.network.answer(list(floor.network.legs)[-1])
    floor.deliver()
    floor.work()
    floor.run(call_control.reject, RejectCall(acting(ravi.session_id), None))
    floor.flow()
    (call,) = floor.read(lambda r: r.queued_calls(1))
    assert call.connected_at is None
    assert names(floor, log_in(floor, "maya")) == "Initiated showCrm"


# --- manual dial --------------------------------------------------------------------------


def test_manual_dial_connected(floor: Floor) -> None:
    maya = log_in(floor, "maya")
    customer = dial(floor, maya)
    assert names(floor, maya) == RINGING
    assert state_of(floor, maya).state is AgentState.DIALING
    reach(floor, customer)
    assert names(floor, maya) == CONNECTED
    floor.run(call_control.hang_up, HangUpCall(acting(maya.session_id), None))
    dispose(floor, maya)
    assert names(floor, maya) == f"{CONNECTED} Ended WrapStarted Disposed"
    assert the(floor, maya, events.Ended).system_disposition == "CONNECTED"


@pytest.mark.parametrize(
    ("sip", "q850", "outcome"),
    [
        (486, 17, "BUSY"),
        (600, None, "BUSY"),
        (None, 17, "BUSY"),
        (480, 19, "NO_ANSWER"),
        (408, None, "NO_ANSWER"),
        (404, 1, "NUMBER_FAILURE"),
        (410, 22, "NUMBER_TEMP_FAILURE"),
        (503, 34, "PROVIDER_TEMP_FAILURE"),
        (502, None, "PROVIDER_FAILURE"),
        (403, 21, "PROVIDER_FAILURE"),
        (None, 99, "FAILED"),
    ],
)
def test_a_customer_not_reached_fails_with_the_lines_reason_and_wraps(
    floor: Floor, sip: int | None, q850: int | None, outcome: str
) -> None:
    maya = log_in(floor, "maya")
    floor.network.end(dial(floor, maya), sip, q850)
    floor.flow()
    assert names(floor, maya) == f"{RINGING} Failed Ended WrapStarted"
    assert the(floor, maya, events.Failed).system_disposition == outcome
    ended = the(floor, maya, events.Ended)
    assert (ended.system_disposition, ended.hangup_cause) == (outcome, q850)
    assert state_of(floor, maya).state is AgentState.WRAP


def test_a_customer_who_never_answers_is_given_up_after_the_ring_time(floor: Floor) -> None:
    maya = log_in(floor, "maya")
    dial(floor, maya)
    floor.pass_time(30_000)
    assert the(floor, maya, events.Failed).system_disposition == "NO_ANSWER"
    assert state_of(floor, maya).state is AgentState.WRAP
    floor.flow()
    assert floor.network.legs == {}


def test_an_agents_leg_that_is_not_reached_ends_the_dial_without_wrap(floor: Floor) -> None:
    maya = log_in(floor, "maya")
    floor.run(dialling.manual_dial, dial_command(maya))
    floor.work()
    floor.network.end(list(floor.network.legs)[-1], 480, 20)
    floor.flow()
    assert names(floor, maya) == "Initiated showCrm Failed Ended Disposed"
    failed = the(floor, maya, events.Failed)
    assert (failed.reason, failed.system_disposition) == ("agent.leg.failed", "ATTEMPT_FAILED")
    assert the(floor, maya, events.Disposed).disposition_code == "application.disposed"
    assert state_of(floor, maya).state is AgentState.READY
    assert len(floor.network.rang) == 1


def test_a_dial_is_never_sent_late(floor: Floor) -> None:
    """Ten seconds after its command a dial that found no line is given up (design 2.6)."""
    maya = log_in(floor, "maya")
    floor.run(dialling.manual_dial, dial_command(maya))
    floor.clock.advance(10_001)
    floor.flow()
    assert floor.network.rang == []
    assert the(floor, maya, events.Failed).system_disposition == "ATTEMPT_FAILED"


def test_a_dial_that_a_crash_kept_from_the_line_is_sent_once_within_thirty_seconds(
    floor: Floor,
) -> None:
    maya = log_in(floor, "maya")
    floor.run(dialling.manual_dial, dial_command(maya))
    floor.restart()
    floor.pass_time(29_000)
    floor.line_up()
    floor.work()
    assert len(floor.network.rang) == 1


def test_dispose_and_dial_has_consecutive_numbers_and_no_wrap(floor: Floor) -> None:
    maya = log_in(floor, "maya")
    reach(floor, dial(floor, maya))
    who = acting(maya.session_id)
    choice = DispositionChoice(disposition_code="sale")
    command = DisposeAndDial(DisposeCall(who, None, None, None, choice), dial_command(maya))
    floor.run(disposing.dispose_and_dial, command)
    found = told(floor, maya)
    kinds = [type(e) for e in found[-5:]]
    assert kinds == [
        events.Ended,
        events.Disposed,
        events.Initiated,
        events.AgentStateChanged,
        events.ScreenPopped,
    ]
    assert "WrapStarted" not in names(floor, maya)


def test_the_next_number_waits_for_the_old_leg_but_five_seconds_at_most(floor: Floor) -> None:
    maya = log_in(floor, "maya")
    reach(floor, dial(floor, maya))
    who = acting(maya.session_id)
    choice = DispositionChoice(disposition_code="sale")
    command = DisposeAndDial(DisposeCall(who, None, None, None, choice), dial_command(maya))
    floor.run(disposing.dispose_and_dial, command)
    floor.work()
    assert len(floor.network.rang) == 2
    floor.clock.advance(4_999)
    floor.work()
    assert len(floor.network.rang) == 2
    floor.clock.advance(1)
    floor.work()
    assert len(floor.network.rang) == 3


# --- wrap and logins ----------------------------------------------------------------------


def test_wrap_runs_out(floor: Floor) -> None:
    maya = log_in(floor, "maya")
    customer = dial(floor, maya)
    reach(floor, customer)
    floor.network.end(customer)
    floor.flow()
    wrap = the(floor, maya, events.WrapStarted)
    assert (wrap.wrap_time_left, wrap.wrap_ends_at) == (30_000, floor.clock.now() + 30_000)
    floor.pass_time(29_999)
    assert state_of(floor, maya).state is AgentState.WRAP
    floor.pass_time(1)
    assert names(floor, maya) == f"{CONNECTED} Ended WrapStarted Disposed"
    disposed = the(floor, maya, events.Disposed)
    assert (disposed.disposition_class, disposed.disposition_code) == (
        "System Defined",
        "wrap.timeout",
    )


def test_a_forced_login_hangs_up_and_disposes_as_logged_off(floor: Floor) -> None:
    maya = log_in(floor, "maya")
    customer = dial(floor, maya)
    reach(floor, customer)
    again = log_in(floor, "maya", force=True)
    assert names(floor, maya) == f"{CONNECTED} Ended Disposed"
    assert the(floor, maya, events.Disposed).disposition_code == "user.forced.logged.off"
    last = told(floor, maya)[-1]
    assert isinstance(last, events.LoggedOut)
    assert last.reason == "forced.login"
    floor.flow()
    assert floor.network.legs == {}
    assert state_of(floor, again).state is AgentState.READY


def test_an_offer_to_an_agent_who_is_logged_off_goes_to_the_next(floor: Floor) -> None:
    ravi = log_in(floor, "ravi")
    floor.clock.advance(1)
    maya = log_in(floor, "maya")
    offer(floor)
    log_in(floor, "ravi", force=True)
    assert names(floor, ravi) == f"{RINGING} Failed Ended Disposed"
    assert names(floor, maya) == "Initiated showCrm"


def test_another_extension_gives_another_seat_and_the_old_one_is_still_taken(floor: Floor) -> None:
    maya = log_in(floor, "maya")
    who = acting(maya.session_id)
    changed = floor.run(sessions.select_work, SelectWork(who, (60, 172), 172, "1009"))
    assert changed.seat != maya.seat
    assert floor.read(lambda r: r.seats(maya.session_id)) == [changed.seat]
    told_of = the(floor, maya, events.CampaignsChanged)
    assert (told_of.campaign_ids, told_of.seats) == ((60, 172), (changed.seat,))
    command = DialNumber(who, maya.seat, 60, "8447380993", "8447380993")
    assert floor.run(dialling.manual_dial, command).result.seat == maya.seat
    with pytest.raises(AgentBusyError):
        floor.run(sessions.select_work, SelectWork(who, (60,), 60, "1010"))
