"""Whatever happens in whatever order, these things hold after every step (contract 6)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from screenpop.domain import events
from screenpop.domain.call import LegState
from screenpop.domain.commands import (
    AnswerCall,
    ConferCall,
    ControlCall,
    DialNumber,
    DisposeAndDial,
    DisposeCall,
    DispositionChoice,
    HangUpCall,
    Login,
    Logout,
    RejectCall,
    SetAutoCall,
    SetPresence,
    Target,
    TargetType,
    TransferCall,
)
from screenpop.domain.configuration import ClosedHours, Configuration
from screenpop.domain.configuration_commands import ChangeConfiguration
from screenpop.domain.errors import DomainError, IllegalTransitionError
from screenpop.ports.store import Reader
from screenpop.ports.telephony import LineEvent
from screenpop.services import (
    agent,
    call_control,
    configuring,
    dialling,
    disposing,
    holding,
    intake,
    sessions,
    transferring,
)
from screenpop.testing.invariants import Snapshots, broken_rules
from tests.integration.core.floor import Floor, acting, make_template, on_sqlite

AGENTS = ("maya", "ravi")
CAMPAIGN = {"maya": 60, "ravi": 172}
PHONES = ("8447380993", "7905690272", "18005559999")
#: SIP status and Q.850 cause with which a far end can be over.
CAUSES = ((None, 16), (486, 17), (480, 19), (404, 1), (503, 34), (487, None), (None, None))

TARGETS = (
    (TargetType.USER, "maya"),
    (TargetType.USER, "ravi"),
    (TargetType.PHONE, "8447380993"),
    (TargetType.QUEUE, "5"),
    (TargetType.CAMPAIGN, "60"),
)

agents = st.sampled_from(AGENTS)
indexes = st.integers(0, 50)
targets = st.builds(
    lambda target, consult: Target(target[0], target[1], consult),
    st.sampled_from(TARGETS),
    st.booleans(),
)
dispositions = st.one_of(
    st.sampled_from([11, 22, 999]).map(lambda i: DispositionChoice(disposition_code_id=i)),
    st.sampled_from(["sale ", "Wrong number", "Callback"]).map(
        lambda name: DispositionChoice(disposition_code=name)
    ),
)


class ContactCentreMachine(RuleBasedStateMachine):
    """Two agents, any number of customers, and a line that keeps no order."""

    template: Path
    folder: Path
    runner: asyncio.Runner
    _runs = count(1)

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor(
            on_sqlite(self.template, self.folder / f"run-{next(self._runs)}"), self.runner
        )
        self.floor.tick = 1
        #: Every session there ever was, by agent.
        self.sessions: dict[str, list[str]] = {name: [] for name in AGENTS}
        self.delivered: list[LineEvent] = []
        self.snapshots = Snapshots()
        self.hours = 0

    def _try(self, use_case: Any, command: Any) -> Any:
        """Run a use case that may be refused, but never for a step its states do not have."""
        try:
            return self.floor.run(use_case, command)
        except IllegalTransitionError:
            raise
        except DomainError:
            return None

    def _session(self, name: str) -> str:
        """The agent's latest session, which may be over."""
        return self.sessions[name][-1] if self.sessions[name] else "d1-nobody"

    def _who(self, name: str) -> Any:
        return acting(self._session(name))

    @initialize(
        who=st.sampled_from([("maya", "ravi"), ("ravi",)]),
        talking=st.sampled_from([(), ("ravi",), ("maya",), ("maya", "ravi")]),
        auto_call=st.booleans(),
    )
    def the_day_begins(
        self, who: tuple[str, ...], talking: tuple[str, ...], auto_call: bool
    ) -> None:
        """Most of what can go wrong does so around a call: begin with some."""
        self.floor.line_up()
        for name in who:
            self.log_in(name, force=False, auto_call=True, console=False)
        for name in talking:
            self.dial(name, PHONES[0])
        self.floor.flow()
        for name in who:
            self.choose_auto_call(name, on=auto_call)

    # --- agents ---------------------------------------------------------------------------

    @rule(name=agents, force=st.booleans(), auto_call=st.booleans(), console=st.booleans())
    def log_in(self, name: str, force: bool, auto_call: bool, console: bool) -> None:
        command = Login(name, force, select_work=False, auto_call=auto_call, console=console)
        session = self._try(sessions.login, command)
        if session is not None:
            self.sessions[name].append(session.session_id)

    @rule(name=agents, sure=st.sampled_from([False, False, True]))
    def log_out(self, name: str, sure: bool) -> None:
        if sure:
            self._try(sessions.logout, Logout(self._who(name)))

    @rule(name=agents)
    def keep_alive(self, name: str) -> None:
        self._try(sessions.keep_alive, self._who(name))

    @rule(name=agents, ready=st.booleans())
    def choose_presence(self, name: str, ready: bool) -> None:
        reason = None if ready else "Lunch"
        self._try(agent.set_presence, SetPresence(self._who(name), ready, reason))

    @rule(name=agents, on=st.booleans())
    def choose_auto_call(self, name: str, on: bool) -> None:
        self._try(agent.set_auto_call, SetAutoCall(self._who(name), on))

    @rule(name=agents, phone=st.sampled_from(PHONES))
    def dial(self, name: str, phone: str) -> None:
        self._try(dialling.manual_dial, self._dial(name, phone))

    @rule(name=agents, choice=dispositions, phone=st.sampled_from(PHONES))
    def begin_to_talk(self, name: str, choice: DispositionChoice, phone: str) -> None:
        """Get ready, if need be by finishing what is open, and talk to somebody."""
        self.log_in(name, force=False, auto_call=True, console=False)
        self.choose_presence(name, ready=True)
        self.dispose(name, choice, None)
        self.dial(name, phone)
        self.floor.flow()
        self.answer(name)
        self.floor.flow()

    def _dial(self, name: str, phone: str) -> DialNumber:
        return DialNumber(
            self._who(name), None, CAMPAIGN[name], phone, phone, should_add_customer=True
        )

    @rule(name=agents)
    def answer(self, name: str) -> None:
        self._try(call_control.answer, AnswerCall(self._who(name), None))

    @rule(name=agents)
    def reject(self, name: str) -> None:
        self._try(call_control.reject, RejectCall(self._who(name), None))

    @rule(name=agents)
    def hang_up(self, name: str) -> None:
        self._try(call_control.hang_up, HangUpCall(self._who(name), None))

    @rule(name=agents, choice=dispositions, index=st.one_of(st.none(), indexes))
    def dispose(self, name: str, choice: DispositionChoice, index: int | None) -> None:
        self._try(disposing.dispose_call, self._dispose(name, choice, index))

    @rule(name=agents, choice=dispositions, phone=st.sampled_from(PHONES))
    def dispose_and_dial(self, name: str, choice: DispositionChoice, phone: str) -> None:
        command = DisposeAndDial(self._dispose(name, choice, None), self._dial(name, phone))
        self._try(disposing.dispose_and_dial, command)

    def _dispose(self, name: str, choice: DispositionChoice, index: int | None) -> DisposeCall:
        crt_object_id = None
        if index is not None:
            calls = self.floor.read(lambda r: r.recent_calls(1, self._session(name), 20))
            crt_object_id = calls[index % len(calls)][0].crt_object_id if calls else "d1-0-vce-0"
        return DisposeCall(self._who(name), None, None, crt_object_id, choice)

    @rule(name=agents, what=st.sampled_from([holding.hold, holding.resume]))
    def hold_or_resume(self, name: str, what: Any) -> None:
        self._try(what, ControlCall(self._who(name), None))

    @rule(name=agents, what=st.sampled_from([holding.mute, holding.unmute]))
    def mute_or_unmute(self, name: str, what: Any) -> None:
        self._try(what, ControlCall(self._who(name), None))

    @rule(name=agents, to=targets)
    def transfer(self, name: str, to: Target) -> None:
        self._try(transferring.transfer, TransferCall(self._who(name), None, target=to))

    @rule(name=agents, to=targets)
    def confer(self, name: str, to: Target) -> None:
        self._try(transferring.confer, ConferCall(self._who(name), None, target=to))

    # --- the network ----------------------------------------------------------------------

    @rule(caller=st.sampled_from(PHONES), arrives=st.booleans())
    def somebody_calls(self, caller: str, arrives: bool) -> None:
        self.floor.network.offer(caller)
        if arrives:
            self.floor.flow()

    @rule(
        longest_wait=st.sampled_from([None, 1_000, 15_000, 60_000]),
        overflow=st.sampled_from(["", "18005558888"]),
        closed=st.sampled_from([(), (), (ClosedHours(0, 24 * 60),)]),
    )
    def the_queue_gets_other_limits(
        self, longest_wait: int | None, overflow: str, closed: tuple[ClosedHours, ...]
    ) -> None:
        def limited(present: Configuration) -> Configuration:
            queues = [
                replace(
                    queue,
                    longest_wait=longest_wait,
                    overflow_number=overflow,
                    closed_hours=closed,
                )
                for queue in present.queues
            ]
            return replace(present, queues=tuple(queues))

        self._try(configuring.change, ChangeConfiguration(limited))

    @rule()
    def carry_the_outbox(self) -> None:
        self.floor.work()

    @precondition(lambda self: self.floor.network.legs)
    @rule(
        index=indexes,
        what=st.sampled_from(["ring", "answer", "end"]),
        how=st.sampled_from(CAUSES),
    )
    def a_far_end_acts(self, index: int, what: str, how: tuple[int | None, int | None]) -> None:
        network = self.floor.network
        leg_id = list(network.legs)[index % len(network.legs)]
        if what == "ring":
            network.ring(leg_id)
        elif what == "answer":
            network.answer(leg_id)
        else:
            network.end(leg_id, *how)

    @precondition(lambda self: self.floor.network.reports)
    @rule(index=indexes)
    def a_report_arrives_in_no_order(self, index: int) -> None:
        self.delivered.append(self.floor.deliver(index))

    @precondition(lambda self: self.delivered)
    @rule(index=indexes)
    def a_report_is_repeated(self, index: int) -> None:
        self.floor.run(intake.report, self.delivered[index % len(self.delivered)])

    @rule(name=agents, answers=st.booleans())
    def everything_arrives(self, name: str, answers: bool) -> None:
        self.floor.flow()
        if answers:
            self.answer(name)
            self.floor.flow()

    @rule(back=st.booleans())
    def the_line_goes_down(self, back: bool) -> None:
        self.floor.line_down()
        if back:
            self.floor.line_up()

    @rule()
    def the_line_comes_up(self) -> None:
        self.floor.line_up()

    # --- time and the server --------------------------------------------------------------

    @rule(milliseconds=st.sampled_from([1, 1_000, 5_000, 12_000, 20_000, 31_000, 91_000]))
    def time_passes(self, milliseconds: int) -> None:
        self.floor.pass_time(milliseconds)

    @rule(hours=st.sampled_from([0, 0, 0, 3, 8, 12]))
    def hours_pass(self, hours: int) -> None:
        """Less than a day in all: then the outbox forgets what it did."""
        if self.hours + hours < 24:
            self.hours += hours
            self.floor.pass_time(hours * 3_600_000)

    @rule(
        point=st.sampled_from(["between", "claimed", "performed"]),
        lose_reports=st.booleans(),
        connects=st.booleans(),
    )
    def the_server_dies(self, point: str, lose_reports: bool, connects: bool) -> None:
        """A line that keeps its reports gives them to the next server; another loses them."""
        if point == "between":
            self.floor.restart()
        else:
            self.floor.work(crash=point)
        if lose_reports:
            self.floor.network.reports.clear()
        if connects:
            self.floor.line_up()

    # --- what holds -----------------------------------------------------------------------

    @invariant()
    def the_rules_hold(self) -> None:
        everyone = [session for mine in self.sessions.values() for session in mine]

        def look(reader: Any) -> list[str]:
            return [
                *broken_rules(reader, everyone, self.floor.network.rang),
                *self.snapshots.differences(reader, everyone),
            ]

        broken = self.floor.read(look)
        assert not broken, broken

    def teardown(self) -> None:
        try:
            self._drain()
        finally:
            self.floor.close()

    def _drain(self) -> None:
        """Hang everything up and let all time run out: then everything is finished, once."""
        floor = self.floor
        if not floor.network.connected:
            floor.line_up()
        for _ in range(4):
            floor.work()
            for leg_id in list(floor.network.legs):
                floor.network.end(leg_id)
            while floor.network.reports:
                floor.deliver()
            floor.pass_time(61_000)
        self.the_rules_hold()
        everyone = [session for mine in self.sessions.values() for session in mine]

        left = floor.read(lambda reader: list(_unfinished(reader, everyone)))
        assert not left, left


def _unfinished(reader: Reader, session_ids: list[str]) -> Iterator[str]:
    counted: Counter[tuple[str, str]] = Counter()
    for session_id in session_ids:
        for stored in reader.events_after(f"session:{session_id}", 0, 100_000):
            if isinstance(stored.event, events.AssociationEvent):
                counted[stored.event.about.association_id, type(stored.event).__name__] += 1
    for call, _ in reader.recent_calls(1, None, 10_000):
        if call.ended_at is None or call.disposed_at is None:
            yield f"{call.crt_object_id} is {call.call_state}, disposed at {call.disposed_at}"
        for leg in reader.legs(call.crt_object_id):
            if leg.state is not LegState.ENDED:
                yield f"{leg.leg_id} of an ended call is {leg.state}"
        mine = [a.association_id for a in reader.associations(call.crt_object_id)]
        for key in product(mine, ("Initiated", "ScreenPopped", "Ended", "Disposed")):
            if counted[key] != 1:
                yield f"{key} was told {counted[key]} times"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[type[ContactCentreMachine]]:
    with asyncio.Runner() as runner:

        class Machine(ContactCentreMachine):
            pass

        Machine.template = make_template(tmp_path)
        Machine.folder = tmp_path
        Machine.runner = runner
        yield Machine


def test_whatever_happens_the_rules_hold(machine: type[ContactCentreMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
