"""What a use case sees is what is written: nothing remembered or gathered may differ from it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screenpop.adapters.store.sqlite.store import SqliteStore
from screenpop.domain.association import AssociationState
from screenpop.domain.call import CallState, LegState
from screenpop.domain.session import AgentState
from screenpop.ports.store import Timer, TimerKind, Transaction
from tests.contract.store.rows import (
    NOW,
    app_session,
    association,
    call,
    configuration,
    event,
    leg,
    session,
)

Step = Callable[[Transaction], object]

NAMES = ("1", "2")
SESSIONS = ("s-1", "s-2")


class SpoiledError(Exception):
    """Raised after writes: all of them are undone."""


def put_session(name: str, state: AgentState) -> Step:
    def step(tx: Transaction) -> None:
        known = tx.session(name)
        if known is None:
            tx.add_session(session(name, state=state))
        else:
            tx.save_session(replace(known, state=state))

    return step


def put_call(name: str, state: CallState, queued_at: int) -> Step:
    def step(tx: Transaction) -> None:
        known = tx.call(f"int-{name}")
        if known is None:
            tx.add_call(call(name, call_state=state, queued_at=queued_at))
        else:
            tx.save_call(replace(known, call_state=state, queued_at=queued_at))

    return step


def put_leg(name: str, state: LegState) -> Step:
    def step(tx: Transaction) -> None:
        known = tx.leg(f"leg-{name}")
        if known is None and tx.call(f"vce-{name}") is None:
            return
        if known is None:
            tx.add_leg(leg(name, state=state))
        else:
            tx.save_leg(replace(known, state=state))

    return step


def put_association(name: str, state: AssociationState) -> Step:
    def step(tx: Transaction) -> None:
        known = tx.association(f"assoc-{name}")
        if known is None and tx.call(f"vce-{name}") is None:
            return
        if known is None:
            tx.add_association(association(name, state=state))
        elif known.state is not AssociationState.DISPOSED:  # that is for good
            tx.save_association(replace(known, state=state))

    return step


def append(name: str) -> Step:
    def step(tx: Transaction) -> None:
        if tx.session(name) is not None:
            tx.append(f"session:{name}", event())

    return step


def mint(name: str) -> Step:
    def step(tx: Transaction) -> None:
        if tx.session(name) is not None:
            tx.save_app_session(app_session("crm", f"{name}-crm", f"{name}-crm-uce-1@7"))

    return step


def take_seat(name: str) -> Step:
    def step(tx: Transaction) -> None:
        if tx.session(name) is not None and not tx.has_seat(name, f"{name}-uce-9@1"):
            tx.add_seat(name, f"{name}-uce-9@1")

    return step


def fail(_tx: Transaction) -> None:
    raise SpoiledError


def set_timer(name: str, due: int) -> Step:
    return lambda tx: tx.set_timer(Timer(TimerKind.WRAP, name, due))


def cancel_timer(name: str) -> Step:
    return lambda tx: tx.cancel_timer(TimerKind.WRAP, name)


def tell_line(up: bool) -> Step:
    return lambda tx: tx.set_line_up(up=up, now=NOW)


def see(tx: Transaction) -> None:
    tx.see_sessions({"s-1": NOW + 5})


names = st.sampled_from(NAMES)
sessions = st.sampled_from(SESSIONS)
moments = st.integers(NOW, NOW + 3)
steps = st.one_of(
    st.builds(put_session, sessions, st.sampled_from([AgentState.READY, AgentState.WRAP])),
    st.builds(put_call, names, st.sampled_from([CallState.QUEUED, CallState.ENDED]), moments),
    st.builds(put_leg, names, st.sampled_from([LegState.RINGING, LegState.ENDED])),
    st.builds(
        put_association,
        names,
        st.sampled_from([AssociationState.CONNECTED, AssociationState.DISPOSED]),
    ),
    st.builds(append, sessions),
    st.builds(mint, sessions),
    st.builds(take_seat, sessions),
    st.builds(set_timer, names, moments),
    st.builds(cancel_timer, names),
    st.builds(tell_line, st.booleans()),
    st.sampled_from([fail, see, lambda tx: tx.forget_app("crm")]),
)


def sight(look: Any) -> dict[str, Any]:
    """Everything a use case can look up about these rows."""
    seen: dict[str, Any] = {
        "ready": look.ready_sessions(1),
        "queued": look.queued_calls(1),
        "line": look.line_up(),
        "next timer": look.next_timer_due(),
        "timers": sorted(look.due_timers(NOW + 10, 10), key=lambda timer: timer.subject),
    }
    for name in SESSIONS:
        found = look.session(name)
        seen |= {
            name: found,
            f"{name} by id": look.find_session(name),
            f"{name} by minted id": look.find_session(f"{name}-crm"),
            f"{name} seats": [
                look.has_seat(name, f"{name}{seat}")
                for seat in ("-uce-1@1", "-crm-uce-1@7", "-uce-9@1")
            ],
            f"{name} open": look.open_associations(name),
            f"{name} seq": look.last_seq(f"session:{name}"),
            f"{name} events": look.events_after(f"session:{name}", 0, 100),
        }
    for name in NAMES:
        seen |= {
            f"call {name}": [look.call(f"{kind}-{name}") for kind in ("vce", "int", "vcall")],
            f"legs {name}": [look.leg(f"leg-{name}"), look.legs(f"vce-{name}")],
            f"associations {name}": [
                look.association(f"assoc-{name}"),
                look.associations(f"vce-{name}"),
            ],
        }
    return seen


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with our tables and the demo's configuration, to be copied."""
    path = tmp_path_factory.mktemp("template") / "screenpop.db"
    store = SqliteStore(path)
    asyncio.run(_configure(store))
    store.close()
    return path


async def _configure(store: SqliteStore) -> None:
    await store.transact(lambda tx: tx.save_configuration(configuration()))


@settings(max_examples=100, deadline=None)
@given(commits=st.lists(st.lists(steps, min_size=1, max_size=8), min_size=1, max_size=8))
def test_a_use_case_sees_what_a_reader_sees_after_the_commit(
    template: Path, commits: list[list[Step]]
) -> None:
    asyncio.run(_compare(template, commits))


async def _compare(template: Path, commits: list[list[Step]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(shutil.copy(template, folder)))
        try:
            for taken in commits:

                def use_case(tx: Transaction, taken: list[Step] = taken) -> dict[str, Any]:
                    for step in taken:
                        step(tx)
                    return sight(tx)

                seen = None
                with contextlib.suppress(SpoiledError):
                    seen = await store.transact(use_case)
                written = await store.read(sight)
                if seen is not None:
                    assert seen == written
                assert await store.transact(sight) == written
        finally:
            store.close()
