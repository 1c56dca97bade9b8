"""The number plan and the network's rules, on a clock in the test's hand (contract 8)."""

from __future__ import annotations

import pytest

from screenpop.ports.telephony import (
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
    LineEvent,
    MuteLeg,
    ResumeLeg,
    RingAgent,
    SendDtmf,
)
from screenpop.simulator.errors import LegStateError, LegTakenError, UnknownLegError
from screenpop.simulator.network import Network
from screenpop.simulator.plan import NumberPlan

START = 1_700_000_000_000


def dial(phone: str, leg_id: str = "c") -> DialNumber:
    return DialNumber(leg_id, "call", phone, "18005550199")


def ring(leg_id: str = "a", *, auto_answer: bool) -> RingAgent:
    return RingAgent(leg_id, "call", "1001", "8447380993", auto_answer)


def course(network: Network, command: DialNumber | RingAgent) -> list[LineEvent]:
    """Perform a dial and let a minute pass; returns the reports."""
    reports = [*network.handle(command, START), *network.due(START + 60_000)]
    return [report.event for report in reports]


@pytest.fixture
def network() -> Network:
    return Network(NumberPlan(), "test")


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("8447380993", [LegRinging("c", START), LegAnswered("c", START + 1_000)]),
        ("+1 800 555-0001", [LegEnded("c", START + 200, 486, 17)]),
        ("18005550002", [LegRinging("c", START), LegEnded("c", START + 10_000, 480, 19)]),
        ("18005550003", [LegEnded("c", START + 200, 404, 1)]),
        ("18005550004", [LegEnded("c", START + 200, 503, 34)]),
        (
            "18005550005",
            [
                LegRinging("c", START),
                LegAnswered("c", START + 1_000),
                LegEnded("c", START + 6_000, None, 16),
            ],
        ),
        ("18005550006", [LegRinging("c", START), LegAnswered("c", START)]),
        ("7", [LegRinging("c", START), LegAnswered("c", START + 1_000)]),
    ],
)
def test_a_number_does_what_its_last_four_digits_say(
    network: Network, phone: str, expected: list[LineEvent]
) -> None:
    assert course(network, dial(phone)) == expected


def test_an_extension_answers_by_itself_after_half_a_second_if_it_may(network: Network) -> None:
    expected = [LegRinging("a", START), LegAnswered("a", START + 500)]
    assert course(network, ring(auto_answer=True)) == expected


def test_an_extension_that_may_not_answer_rings_without_end(network: Network) -> None:
    assert course(network, ring(auto_answer=False)) == [LegRinging("a", START)]
    assert network.next_due() is None


def test_a_faster_clock_shortens_every_wait() -> None:
    network = Network(NumberPlan(speed=10), "test")
    expected = [LegRinging("c", START), LegEnded("c", START + 1_000, 480, 19)]
    assert course(network, dial("18005550002")) == expected


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_clock_that_does_not_run_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        NumberPlan(speed)


def test_an_id_is_refused_while_its_leg_lives_and_rings_again_afterwards(network: Network) -> None:
    network.handle(dial("8447380993"), START)
    with pytest.raises(LegTakenError):
        network.handle(dial("8447380993"), START + 1)
    network.handle(HangUp("c"), START + 2)
    network.handle(dial("8447380993"), START + 3)
    assert [entry.at for entry in network.take_journal() if entry.event == "ring"] == [
        START,
        START + 3,
    ]


def test_a_new_leg_is_not_answered_by_the_clock_of_an_old_one_of_its_id(network: Network) -> None:
    network.handle(dial("8447380993"), START)
    network.handle(HangUp("c"), START + 900)
    network.handle(dial("8447380993"), START + 950)
    assert network.due(START + 1_100) == ()
    assert [r.event for r in network.due(START + 2_000)] == [LegAnswered("c", START + 1_950)]


def test_a_number_that_was_answered_by_hand_does_not_give_up_later(network: Network) -> None:
    network.handle(dial("18005550002"), START)
    network.far_end_answers("c", START + 100)
    assert network.due(START + 60_000) == ()
    assert [leg.state for leg in network.live_legs()] == ["up"]


def test_what_is_due_happens_before_a_command(network: Network) -> None:
    network.handle(dial("18005550005"), START)
    reports = network.handle(HangUp("c"), START + 1_500)
    assert [report.event for report in reports] == [
        LegAnswered("c", START + 1_000),
        LegEnded("c", START + 1_500, None, 16),
    ]


@pytest.mark.parametrize(
    ("command", "causes"), [(ring(auto_answer=False), (603, 21)), (dial("18005550002"), (486, 17))]
)
def test_a_far_end_that_refuses_is_declined_or_busy(
    network: Network, command: RingAgent | DialNumber, causes: tuple[int, int]
) -> None:
    network.handle(command, START)
    network.far_end_hangs_up(command.leg_id, START + 1)
    end = network.reports_after(0)[-1].event
    assert end == LegEnded(command.leg_id, START + 1, *causes)


def test_a_dial_that_we_give_up_was_cancelled(network: Network) -> None:
    network.handle(dial("18005550002"), START)
    network.handle(HangUp("c"), START + 1)
    assert network.reports_after(0)[-1].event == LegEnded("c", START + 1, 487, 16)


def test_an_inbound_call_is_offered_until_connected_or_given_up(network: Network) -> None:
    first = network.place_call("8447380993", "18005550172", {"X": "1"}, START)
    second = network.place_call("7905690272", "18005550172", {}, START)
    assert first != second
    offer = network.reports_after(0)[0].event
    assert offer == CallOffered(first, "8447380993", "18005550172", START, {"X": "1"})
    network.far_end_hangs_up(second, START + 5)
    assert network.reports_after(2)[0].event == LegEnded(second, START + 5, 487, 16)
    network.handle(ring(auto_answer=True), START + 10)
    network.due(START + 600)
    reports = network.handle(Connect("b", (first, "a")), START + 700)
    assert [report.event for report in reports] == [LegsConnected("b", (first, "a"), START + 700)]


def test_a_bridge_whose_ringing_leg_ends_is_not_reported_connected(network: Network) -> None:
    network.handle(dial("18005550006"), START)
    network.handle(ring(auto_answer=False), START)
    network.handle(Connect("b", ("c", "a")), START)
    network.far_end_hangs_up("a", START + 1)
    kinds = [type(report.event) for report in network.reports_after(0)]
    assert LegsConnected not in kinds
    assert [leg.bridge_id for leg in network.live_legs()] == ["b"]


def test_a_leg_that_moves_to_another_bridge_leaves_the_first(network: Network) -> None:
    for leg_id in ("c", "d", "e"):
        network.handle(dial("18005550006", leg_id), START)
    network.handle(Connect("b1", ("c", "d")), START)
    network.handle(Connect("b2", ("c", "e")), START)
    assert {leg.leg_id: leg.bridge_id for leg in network.live_legs()} == {
        "c": "b2",
        "d": "b1",
        "e": "b2",
    }


def test_the_far_end_hears_tones_and_knows_hold_and_mute(network: Network) -> None:
    network.handle(dial("18005550006"), START)
    for command in (SendDtmf("c", "12"), HoldLeg("c"), MuteLeg("c"), SendDtmf("c", "#")):
        network.handle(command, START)
    (leg,) = network.legs()
    assert (leg.heard, leg.held, leg.muted) == ("12#", True, True)
    network.handle(ResumeLeg("c"), START)
    assert not leg.held


def test_far_ends_refuse_what_they_cannot_do(network: Network) -> None:
    inbound = network.place_call("8447380993", "18005550172", {}, START)
    network.handle(dial("18005550001"), START)
    with pytest.raises(UnknownLegError):
        network.far_end_hangs_up("nobody", START)
    with pytest.raises(LegStateError, match="answer the agent's leg"):
        network.far_end_answers(inbound, START)
    with pytest.raises(LegStateError, match="never rings"):
        network.far_end_answers("c", START)
    with pytest.raises(LegStateError, match="answer it first"):
        network.far_end_presses(inbound, "1", START)


def test_pressed_keys_are_reported(network: Network) -> None:
    network.handle(dial("18005550006"), START)
    network.far_end_presses("c", "1*", START + 5)
    assert network.reports_after(2)[0].event == DtmfReceived("c", "1*", START + 5)


def test_reports_are_kept_until_they_are_acknowledged(network: Network) -> None:
    network.handle(dial("18005550006"), START)
    assert [report.number for report in network.reports_after(0)] == [1, 2]
    network.acknowledge(1)
    assert [report.number for report in network.reports_after(0)] == [2]
    network.acknowledge(2)
    network.acknowledge(1)
    network.handle(HangUp("c"), START)
    assert [report.number for report in network.reports_after(0)] == [3]
