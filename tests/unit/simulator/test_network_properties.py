"""The network under any order of commands, far ends' deeds and time (design 2.9)."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from screenpop.ports.telephony import (
    AnswerLeg,
    CallOffered,
    Connect,
    DialNumber,
    DtmfReceived,
    HangUp,
    HoldLeg,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegsConnected,
    LineCommand,
    MuteLeg,
    ResumeLeg,
    RingAgent,
    SendDtmf,
    UnmuteLeg,
)
from screenpop.simulator.errors import LegTakenError, SimulatorError
from screenpop.simulator.legs import JournalEntry
from screenpop.simulator.network import Network
from screenpop.simulator.plan import NumberPlan

START = 1_700_000_000_000
LEGS = st.sampled_from(["l1", "l2", "l3", "l4", "test-1", "test-2", "gone"])
PHONES = st.sampled_from([f"1800555000{last}" for last in range(8)])
SILENT_NUMBERS = ("0001", "0003", "0004")


class NetworkMachine(RuleBasedStateMachine):
    """Drives a network and judges it by its reports and its journal alone."""

    def __init__(self) -> None:
        super().__init__()
        self.network = Network(NumberPlan(), "test")
        self.now = START
        self.taken = 0
        self.last_at = START
        #: What the reports say: leg id to state, of living legs only.
        self.legs: dict[str, str] = {}
        self.begun: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.dialled: Counter[str] = Counter()
        self.must_ring: Counter[str] = Counter()
        self.journal: list[JournalEntry] = []

    # --- deeds --------------------------------------------------------------------------------

    def dial(self, command: RingAgent | DialNumber, *, rings: bool) -> None:
        self.pass_time(0)
        alive = {leg.leg_id for leg in self.network.live_legs()}
        try:
            self.network.handle(command, self.now)
        except LegTakenError:
            assert command.leg_id in alive
            return
        assert command.leg_id not in alive
        self.begun[command.leg_id] += 1
        self.dialled[command.leg_id] += 1
        self.must_ring[command.leg_id] += rings
        self.legs[command.leg_id] = "dialled"

    @rule(leg_id=LEGS, phone=PHONES)
    def dial_number(self, leg_id: str, phone: str) -> None:
        command = DialNumber(leg_id, "call", phone, "1")
        self.dial(command, rings=phone[-4:] not in SILENT_NUMBERS)

    @rule(leg_id=LEGS, auto_answer=st.booleans())
    def ring_agent(self, leg_id: str, auto_answer: bool) -> None:
        self.dial(RingAgent(leg_id, "call", "1001", "1", auto_answer), rings=True)

    @rule(
        command=st.one_of(
            st.builds(AnswerLeg, LEGS),
            st.builds(HangUp, LEGS),
            st.builds(HoldLeg, LEGS),
            st.builds(ResumeLeg, LEGS),
            st.builds(MuteLeg, LEGS),
            st.builds(UnmuteLeg, LEGS),
            st.builds(SendDtmf, LEGS, st.just("1")),
            st.builds(
                Connect, st.sampled_from(["b1", "b2"]), st.lists(LEGS, max_size=3).map(tuple)
            ),
        ),
        times=st.integers(1, 2),
    )
    def perform(self, command: LineCommand, times: int) -> None:
        for _ in range(times):
            self.network.handle(command, self.now)

    @rule()
    def place_call(self) -> None:
        if len([leg for leg in self.network.legs() if leg.inbound]) < 3:
            self.network.place_call("8447380993", "18005550172", {}, self.now)

    @rule(leg_id=LEGS, deed=st.sampled_from(["hang up", "answer", "press"]))
    def far_end(self, leg_id: str, deed: str) -> None:
        try:
            if deed == "hang up":
                self.network.far_end_hangs_up(leg_id, self.now)
            elif deed == "answer":
                self.network.far_end_answers(leg_id, self.now)
            else:
                self.network.far_end_presses(leg_id, "1", self.now)
        except SimulatorError:
            pass

    @rule(milliseconds=st.integers(0, 12_000))
    def pass_time(self, milliseconds: int) -> None:
        self.now += milliseconds
        self.network.due(self.now)
        self.judge_reports()

    # --- judgement ----------------------------------------------------------------------------

    @invariant()
    def judge_reports(self) -> None:
        """Reports are dense and in order, and each is about a leg that it may be about."""
        for report in self.network.reports_after(self.taken):
            assert report.number == self.taken + 1
            self.taken = report.number
            event = report.event
            assert self.last_at <= event.at <= self.now
            self.last_at = event.at
            match event:
                case CallOffered(leg_id=leg_id):
                    assert leg_id not in self.legs
                    self.legs[leg_id] = "offered"
                    self.begun[leg_id] += 1
                case LegRinging(leg_id=leg_id):
                    assert self.legs[leg_id] == "dialled"
                    self.legs[leg_id] = "ringing"
                case LegAnswered(leg_id=leg_id):
                    assert self.legs[leg_id] in ("ringing", "offered")
                    self.legs[leg_id] = "up"
                case LegsConnected(legs=legs):
                    for leg_id in legs:
                        assert self.legs[leg_id] in ("up", "offered")
                        self.legs[leg_id] = "up"
                case DtmfReceived(leg_id=leg_id):
                    assert leg_id in self.legs
                case LegEnded(leg_id=leg_id):
                    del self.legs[leg_id]
                    self.ended[leg_id] += 1

    @invariant()
    def reports_and_live_legs_agree(self) -> None:
        self.judge_reports()
        live = {leg.leg_id: leg for leg in self.network.live_legs()}
        assert live.keys() == self.legs.keys()
        for leg_id, state in self.legs.items():
            # Connect picks an inbound leg up before all its legs hear each other.
            if not (state == "offered" and live[leg_id].bridge_id):
                assert live[leg_id].state == ("ringing" if state == "dialled" else state)

    @invariant()
    def every_leg_ends_once(self) -> None:
        for leg_id, begun in self.begun.items():
            assert self.ended[leg_id] + (leg_id in self.legs) == begun

    @invariant()
    def the_journal_has_one_ring_for_each_dial_that_rings(self) -> None:
        self.journal.extend(self.network.take_journal())
        seen = Counter((entry.event, entry.leg_id) for entry in self.journal)
        for leg_id in self.begun:
            assert seen["dial", leg_id] == self.dialled[leg_id]
            assert seen["ring", leg_id] == self.must_ring[leg_id]
            assert seen["end", leg_id] == self.ended[leg_id]

    def teardown(self) -> None:
        """Whatever happened, hanging everything up leaves nothing."""
        for leg in self.network.live_legs():
            self.network.handle(HangUp(leg.leg_id), self.now)
        self.judge_reports()
        assert self.network.live_legs() == ()
        assert self.network.next_due() is None
        assert self.begun == self.ended


TestNetworkMachine = NetworkMachine.TestCase
TestNetworkMachine.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
