"""The messages of the simulated network: there and back, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.ports import telephony
from screenpop.ports.telephony import CallOffered, LineCommand, LineDown, LineEvent, LineUp
from screenpop.simulator.errors import MalformedMessageError
from screenpop.simulator.protocol import (
    decode_command,
    decode_line,
    decode_report,
    encode_fields,
    encode_line,
)

REPORTS = [kind for kind in LineEvent.__args__ if kind not in (CallOffered, LineUp, LineDown)]
OFFERS = st.builds(
    CallOffered,
    leg_id=st.text(),
    caller=st.text(),
    dialled=st.text(),
    at=st.integers(),
    headers=st.dictionaries(st.text(), st.text()),
)


@given(st.one_of([st.from_type(kind) for kind in LineCommand.__args__]))
def test_every_command_survives_the_way(command: LineCommand) -> None:
    line = encode_line({"id": 1, "command": encode_fields(command)})
    assert line.count(b"\n") == 1
    assert decode_command(decode_line(line)["command"]) == command


@given(st.one_of(OFFERS, *[st.from_type(kind) for kind in REPORTS]))
def test_every_report_survives_the_way(event: LineEvent) -> None:
    line = encode_line({"number": 1, "report": event})
    assert decode_report(decode_line(line)["report"]) == event


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {},
        {"type": "LegRinging", "leg_id": "a", "at": 1},
        {"type": "HangUp"},
        {"type": "HangUp", "leg_id": 7},
        {"type": "HangUp", "leg_id": "a", "cause": True},
        {"type": "HangUp", "leg_id": "a", "force": True},
        {"type": "Connect", "bridge_id": "b", "legs": ["a", 1]},
        {"type": ["HangUp"]},
    ],
)
def test_what_is_no_command_is_refused(message: object) -> None:
    with pytest.raises(MalformedMessageError):
        decode_command(message)


@pytest.mark.parametrize("line", [b"", b"{", b"[]\n", b"\xff\n", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(line: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        decode_line(line)


def test_the_protocol_knows_every_command_of_the_port() -> None:
    for kind in LineCommand.__args__:
        assert getattr(telephony, kind.__name__) is kind
        with pytest.raises(MalformedMessageError, match=r"other fields|is none of|is not") as told:
            decode_command({"type": kind.__name__})
        assert kind.__name__ in str(told.value)
