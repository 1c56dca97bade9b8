"""What always holds of a contact centre, looked up in its store (contract 6; design 2.4 to 2.6).

For tests of our own and for soak runs: :func:`broken_rules` names every rule that does not hold,
:class:`Snapshots` keeps snapshots and compares them, brought up to date by replay, with the
present state.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from screenpop.domain import events
from screenpop.domain.agent_state import agent_state
from screenpop.domain.association import TALKING, Association, AssociationState
from screenpop.domain.call import Call, CallState, LegKind, LegState
from screenpop.domain.routing import next_agent
from screenpop.ports.bus import session_stream
from screenpop.ports.store import LineRowState, Reader, StoredEvent, TimerKind
from screenpop.ports.telephony import DialNumber, RingAgent
from screenpop.web.translate import event_to_wire, snapshot
from screenpop.wire.events import reduce

__all__ = ["Snapshots", "broken_rules"]

_ALL: Final = 1_000_000
#: Later than any timer, in epoch milliseconds.
_NEVER: Final = 2**60
_CONTACT_CENTER: Final = 1
_ONCE: Final = (events.Initiated, events.ScreenPopped, events.Connected, events.Failed)
_ENDS: Final = (events.Ended, events.WrapStarted, events.Disposed)


def broken_rules(reader: Reader, session_ids: Sequence[str], rang: Sequence[str]) -> list[str]:
    """Return a sentence for each rule that does not hold now.

    ``session_ids`` are the own ids of every session there ever was, ``rang`` the leg ids of
    every dial that reached the line, oldest first.
    """
    log = {s: reader.events_after(session_stream(s), 0, _ALL) for s in session_ids}
    calls = [call for call, _ in reader.recent_calls(_CONTACT_CENTER, None, _ALL)]
    return [
        *_of_streams(reader, log),
        *_of_sessions(reader, log),
        *(sentence for call in calls for sentence in _of_call(reader, call, log)),
        *_of_queue(reader),
        *_of_outbox(reader, rang),
    ]


def _of_streams(reader: Reader, log: dict[str, list[StoredEvent]]) -> Iterator[str]:
    for session_id, stored in log.items():
        seqs = [e.seq for e in stored]
        if seqs != list(range(1, reader.last_seq(session_stream(session_id)) + 1)):
            yield f"the numbers of {session_id} are not dense: {seqs}"


def _of_sessions(reader: Reader, log: dict[str, list[StoredEvent]]) -> Iterator[str]:
    for session_id, stored in log.items():
        session = reader.session(session_id)
        if session is None:
            yield f"{session_id} is lost"
            continue
        opened = reader.open_associations(session_id)
        if sum(a.state in TALKING for a in opened) > 1:
            yield f"{session_id} is in two calls at once"
        if session.state is not agent_state(session, opened):
            yield f"{session_id} is {session.state}, its calls say {agent_state(session, opened)}"
        told = [e.event for e in stored if isinstance(e.event, events.AgentStateChanged)]
        if not told or told[-1].state != session.state.value:
            yield f"{session_id} is {session.state}, which was not told"
        if session.ended_at is not None:
            if opened:
                yield f"{session_id} is over and has open calls"
            if not isinstance(stored[-1].event, events.LoggedOut):
                yield f"{session_id} is over and its last event is {stored[-1].event}"


def _of_call(reader: Reader, call: Call, log: dict[str, list[StoredEvent]]) -> Iterator[str]:
    name = call.crt_object_id
    associations, legs = reader.associations(name), reader.legs(name)
    ended = call.call_state is CallState.ENDED
    talking = [a for a in associations if a.state in TALKING]
    all_disposed = all(a.state is AssociationState.DISPOSED for a in associations)
    if (call.disposed_at is not None) != (ended and all_disposed):
        yield f"{name} is disposed at {call.disposed_at}, ended {ended}, each agent {all_disposed}"
    if ended != (call.system_disposition is not None) or ended != (call.ended_at is not None):
        yield f"{name} is {call.call_state} with {call.system_disposition}"
    if not ended and legs and all(leg.state is LegState.ENDED for leg in legs):
        yield f"{name} is {call.call_state} and none of its legs lives"
    if ended and talking:
        yield f"{name} is over and somebody is still in it"
    others = [leg for leg in legs if leg.kind is LegKind.PARTY and leg.state is not LegState.ENDED]
    if not (ended or talking or others or call.call_state is CallState.QUEUED):
        yield f"{name} is {call.call_state} and nobody is in it"
    if talking and call.call_state is CallState.QUEUED:
        yield f"{name} waits although somebody is in it"
    for association in associations:
        yield from _of_association(association, log.get(association.session_id, []))


def _of_association(association: Association, stored: list[StoredEvent]) -> Iterator[str]:
    name = association.association_id
    mine = [
        e
        for e in stored
        if isinstance(e.event, events.AssociationEvent) and e.event.about.association_id == name
    ]
    if not mine:
        yield f"{name} was never told of"
        return
    yield from _of_order(name, [type(e.event) for e in mine])
    counted = Counter(type(e.event) for e in mine)
    for kind, happened in (
        (events.Connected, association.connected_at is not None),
        (events.Ended, association.ended_at is not None),
        (events.Disposed, association.disposed_at is not None),
    ):
        if (counted[kind] == 1) is not happened:
            yield f"{name} has {counted[kind]} of {kind.__name__}, but happened is {happened}"
    for before, after in pairwise(mine):
        if isinstance(before.event, events.Failed) and after.seq != before.seq + 1:
            yield f"{name} failed, and its end does not follow at once"
    last = mine[-1].event
    if isinstance(last, events.AssociationEvent) and last.about.state != association.state.value:
        yield f"{name} is {association.state}, its last event says {last.about.state}"


def _of_order(name: str, kinds: list[type[events.Event]]) -> Iterator[str]:
    counted = Counter(kinds)
    if kinds[:2] != [events.Initiated, events.ScreenPopped]:
        yield f"{name} begins with {kinds[:2]}"
    if any(counted[kind] > 1 for kind in (*_ONCE, *_ENDS)):
        yield f"{name} has an event twice: {counted}"
    ends = [kind for kind in kinds if kind in _ENDS]
    if ends != [kind for kind in _ENDS if kind in ends]:
        yield f"{name} ends in the order {ends}"
    if counted[events.Disposed] and kinds[-1] is not events.Disposed:
        yield f"{name} is disposed, and then comes {kinds[-1]}"
    if counted[events.Ended] and counted[events.Connected] + counted[events.Failed] != 1:
        yield f"{name} ended, neither connected nor failed, or both"
    for before, after in pairwise(kinds):
        if before is events.Failed and after is not events.Ended:
            yield f"{name} failed, and what follows is {after}"


def _of_queue(reader: Reader) -> Iterator[str]:
    ready = reader.ready_sessions(_CONTACT_CENTER)
    timers = reader.due_timers(_NEVER, _ALL)
    limited = {timer.subject for timer in timers if timer.kind is TimerKind.QUEUE_WAIT}
    for call in reader.queued_calls(_CONTACT_CENTER):
        declined = [
            (a.session_id, a.disposed_at or 0)
            for a in reader.associations(call.crt_object_id)
            if a.connected_at is None
        ]
        queue = reader.configuration.queue_by_id.get(call.queue_id or 0)
        campaign_id = call.campaign_id if queue is None else queue.campaign_id
        found = next_agent(ready, campaign_id, declined)
        if found is not None:
            yield f"{call.crt_object_id} waits although {found.user_id} is ready for it"
        if queue and queue.longest_wait is not None and call.crt_object_id not in limited:
            yield f"{call.crt_object_id} may wait for ever in a queue with a limit"


def _of_outbox(reader: Reader, rang: Sequence[str]) -> Iterator[str]:
    written: dict[str, int] = defaultdict(int)
    for row in reader.line_rows(list(LineRowState)):
        if isinstance(row.command, (RingAgent, DialNumber)):
            written[row.command.leg_id] += 1
    for leg_id, times in written.items():
        if times > 1:
            yield f"{leg_id} is to be dialled {times} times"
    for leg_id, times in Counter(rang).items():
        if times > 1:
            yield f"{leg_id} rang {times} times"
        if leg_id not in written:
            yield f"{leg_id} rang without a row in the outbox"


class Snapshots:
    """Snapshots of sessions, taken now and then, each compared with the present by replay."""

    _KEPT = 4

    def __init__(self) -> None:
        """Begin with none."""
        self._taken: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._looked = 0

    def differences(self, reader: Reader, session_ids: Sequence[str]) -> list[str]:
        """Bring each kept snapshot up to date; return a sentence for each that differs."""
        found = []
        self._looked += 1
        for session_id in session_ids:
            session = reader.session(session_id)
            if session is None:
                continue
            stream = session_stream(session_id)
            present = snapshot(reader, session, stream)
            taken = self._taken[session_id]
            for earlier in taken:
                after = [
                    event_to_wire(stored, reader.configuration)
                    for stored in reader.events_after(stream, earlier["seq"], _ALL)
                ]
                replayed = reduce(earlier, after)
                if replayed != present:
                    found.append(f"snapshot {earlier} with {after} gives {replayed}, not {present}")
            taken.append(present)
            if len(taken) > self._KEPT:
                # Keep the first, the latest, and some in between.
                del taken[1 + self._looked % (self._KEPT - 1)]
        return found
