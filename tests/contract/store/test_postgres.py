"""What holds where several nodes share a database (design 2.3, 2.5, 2.7)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from screenpop.adapters.store.migrations import head
from screenpop.adapters.store.postgres.errors import (
    DatabaseUnreachableError,
    SchemaNewerError,
    SchemaOlderError,
)
from screenpop.adapters.store.postgres.schema import migrate_database
from screenpop.adapters.store.postgres.store import PostgresStore
from screenpop.domain.call import CallState
from screenpop.domain.session import AgentState
from screenpop.ports.store import Transaction
from screenpop.testing.postgres import PostgresServer
from tests.contract.store.conftest import Place
from tests.contract.store.rows import NOW, association, call, event, leg, session
from tests.contract.store.test_transactions import append, reasons

pytestmark = pytest.mark.needs("postgresql")

CENTRE_STREAM = "contact_center:1"


@pytest.fixture
def place(database: str) -> Iterator[Place]:
    """This store alone."""
    made = Place(lambda: PostgresStore(database))
    yield made
    made.close()


@pytest.fixture
def other(store: Any, database: str) -> Iterator[Any]:  # it comes first
    """Another node on the same database."""
    other = PostgresStore(database)
    yield other
    other.close()


class Meeting:
    """Lets use cases go on when all of them have come to a point, in their first runs."""

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties)

    def wait(self) -> None:
        try:
            self._barrier.wait(2)
        except threading.BrokenBarrierError:
            return  # a second run, or one that was held up: the others have gone on


async def test_two_nodes_that_read_and_save_one_session_lose_no_change(
    store: Any, other: Any
) -> None:
    await store.transact(lambda tx: tx.add_session(session(last_seen_at=0)))

    def see_more(tx: Transaction) -> None:
        found = tx.find_session("s-1")
        assert found is not None
        tx.save_session(replace(found.session, last_seen_at=found.session.last_seen_at + 1))

    await asyncio.gather(*(node.transact(see_more) for node in (store, other) for _ in range(50)))
    seen = await store.read(lambda r: r.session("s-1"))
    assert seen.last_seen_at == 100


LOADS: dict[str, Callable[[Transaction], Any]] = {
    "session": lambda tx: tx.session("s-1"),
    "user": lambda tx: tx.live_session_of("user-s-1"),
    "call": lambda tx: tx.call("vce-1"),
    "leg": lambda tx: tx.leg("leg-1"),
    "call of leg": lambda tx: tx.call_of_leg("leg-1"),
    "association": lambda tx: tx.association(association().association_id),
}


@pytest.mark.parametrize("what", LOADS)
async def test_row_that_was_waited_for_is_read_anew(store: Any, other: Any, what: str) -> None:
    """What a use case decides upon is what the one before it has left, however it is found."""
    await store.transact(
        lambda tx: (
            tx.add_session(session(last_seen_at=0)),
            tx.add_call(call(created_at=0)),
            tx.add_leg(leg(created_at=0)),
            tx.add_association(association(created_at=0)),
        )
    )

    def one_more(tx: Transaction) -> None:
        found = LOADS[what](tx)
        if what in ("session", "user"):
            tx.save_session(replace(found, last_seen_at=found.last_seen_at + 1))
        elif what == "leg":
            tx.save_leg(replace(found, created_at=found.created_at + 1))
        elif what == "association":
            tx.save_association(replace(found, created_at=found.created_at + 1))
        else:
            tx.save_call(replace(found, created_at=found.created_at + 1))

    await asyncio.gather(*(node.transact(one_more) for node in (store, other) for _ in range(40)))
    found = await store.transact(LOADS[what])
    assert (found.last_seen_at if what in ("session", "user") else found.created_at) == 80


async def test_who_waits_for_one_another_is_run_again(store: Any, other: Any) -> None:
    """One holds the first stream and wants the second, the other the other way round."""
    streams = ["s-1", "s-2"]
    for name in streams:
        await store.transact(lambda tx, name=name: tx.add_session(session(name)))
    meeting = Meeting(2)

    def both(names: list[str]) -> Callable[[Transaction], None]:
        def use_case(tx: Transaction) -> None:
            tx.append(f"session:{names[0]}", event())
            meeting.wait()
            tx.append(f"session:{names[1]}", event())

        return use_case

    await asyncio.gather(store.transact(both(streams)), other.transact(both(streams[::-1])))
    for name in streams:
        assert await store.read(lambda r, name=name: r.last_seq(f"session:{name}")) == 2


async def test_agent_that_gets_ready_and_call_that_is_queued_meet(store: Any, other: Any) -> None:
    """Whoever comes second sees the first: neither waits although the other is there."""
    for n in range(10):
        name = f"r-{n}"
        busy = session(name, state=AgentState.BREAK)
        await store.transact(lambda tx, busy=busy: tx.add_session(busy))
        waiting = call(str(n), call_state=CallState.QUEUED)

        def get_ready(tx: Transaction, name: str = name) -> bool:
            found = tx.find_session(name)
            assert found is not None
            tx.save_session(replace(found.session, state=AgentState.READY))
            return bool(tx.queued_calls(1))

        def wait_in_queue(tx: Transaction, waiting: Any = waiting) -> bool:
            tx.add_call(waiting)
            return bool(tx.ready_sessions(1))

        met = await asyncio.gather(store.transact(get_ready), other.transact(wait_in_queue))
        assert any(met)
        await store.transact(
            lambda tx, name=name, n=n: (
                tx.save_session(session(name, state=AgentState.OFFLINE, ended_at=NOW)),
                tx.save_call(call(str(n), call_state=CallState.ENDED, ended_at=NOW)),
            )
        )


async def test_reader_of_a_contact_centre_passes_over_nothing(store: Any, other: Any) -> None:
    """Numbers are given before the commit: a later one may be committed first."""
    for name in ("s-1", "s-2"):
        await store.transact(lambda tx, name=name: tx.add_session(session(name)))
    wrote, go = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        tx.append("session:s-1", event(reason="slow"))
        wrote.set()
        go.wait(10)

    slowly = asyncio.ensure_future(store.transact(slow))
    await asyncio.to_thread(wrote.wait, 10)
    await other.transact(lambda tx: tx.append("session:s-2", event(reason="quick")))
    assert await other.read(lambda r: r.events_after(CENTRE_STREAM, 0, 10)) == []
    assert await other.read(lambda r: r.last_seq(CENTRE_STREAM)) == 0
    go.set()
    await slowly
    # The server's own transactions, such as its cleaning, may be under way a moment longer.
    found: list[Any] = []
    async with asyncio.timeout(10):
        while len(found) < 2:
            found = await other.read(lambda r: r.events_after(CENTRE_STREAM, 0, 10))
    assert [stored.event.reason for stored in found] == ["slow", "quick"]


async def test_configuration_of_another_node_is_built_upon(store: Any, other: Any) -> None:
    """A node that has not heard of the newest version yet runs its change again upon it."""
    first = store.configuration.version
    await store.transact(lambda tx: tx.save_configuration(tx.configuration))
    await other.transact(lambda tx: tx.save_configuration(tx.configuration))
    assert other.configuration.version == first + 2
    await store.refresh_configuration()
    assert store.configuration == other.configuration


async def test_starts_of_two_nodes_with_one_number_differ(store: Any, other: Any) -> None:
    claims = [node.claim_node_start(1, NOW) for node in (store, other) for _ in range(3)]
    seconds = await asyncio.gather(*claims)
    assert len(set(seconds)) == 6
    assert min(seconds) == NOW // 1000


async def test_secret_is_drawn_once_for_all_nodes(store: Any, other: Any) -> None:
    drawn = await asyncio.gather(
        *(node.secret("key", lambda n=n: f"drawn {n}", NOW) for n, node in ((1, store), (2, other)))
    )
    assert len(set(drawn)) == 1


async def test_lease_has_one_owner_and_a_new_epoch_for_the_next(store: Any, other: Any) -> None:
    mine = await store.transact(lambda tx: tx.take_lease("line", "a", 60_000))
    assert await other.transact(lambda tx: tx.take_lease("line", "b", 60_000)) is None
    assert await store.transact(lambda tx: tx.take_lease("line", "a", 60_000)) == mine
    assert await store.transact(lambda tx: tx.owns("line", mine))
    await store.transact(lambda tx: tx.leave_lease("line", "a", mine))
    theirs = await other.transact(lambda tx: tx.take_lease("line", "b", 60_000))
    assert theirs == mine + 1
    assert not await store.transact(lambda tx: tx.owns("line", mine))


async def test_lease_that_has_run_out_is_free(store: Any, other: Any) -> None:
    mine = await store.transact(lambda tx: tx.take_lease("line", "a", 0))
    assert await other.transact(lambda tx: tx.take_lease("line", "b", 60_000)) == mine + 1


async def test_next_owner_waits_for_what_the_last_one_writes(store: Any, other: Any) -> None:
    """A transaction that has seen its epoch is over before anybody has the next one."""
    await store.transact(lambda tx: tx.add_session(session()))
    mine = await store.transact(lambda tx: tx.take_lease("line", "a", 0))
    sure, go = threading.Event(), threading.Event()

    def write(tx: Any) -> None:
        assert tx.owns("line", mine)
        sure.set()
        go.wait(10)
        append("last")(tx)

    writing = asyncio.ensure_future(store.transact(write))
    await asyncio.to_thread(sure.wait, 10)
    taking = asyncio.ensure_future(other.transact(lambda tx: tx.take_lease("line", "b", 60_000)))
    done, _ = await asyncio.wait({taking}, timeout=0.3)
    assert not done
    go.set()
    await writing
    assert await taking == mine + 1
    assert await reasons(other) == ["last"]


async def test_store_lives_on_when_its_connections_are_cut(store: Any, database: str) -> None:
    await store.transact(lambda tx: tx.add_session(session()))
    for _ in range(3):
        await asyncio.to_thread(cut_all, database)
        await store.transact(append("a"))
    assert await reasons(store) == ["a", "a", "a"]


def cut_all(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )


def test_database_without_our_tables_is_refused_with_the_cure(postgres: PostgresServer) -> None:
    with postgres.empty_database() as url:
        with pytest.raises(SchemaOlderError, match="screenpop migrate"):
            PostgresStore(url)
        assert migrate_database(url) == (None, head())
        assert migrate_database(url) == (head(), head())
        PostgresStore(url).close()
        with psycopg.connect(url) as connection:
            connection.execute("update alembic_version set version_num = '9999'")
        with pytest.raises(SchemaNewerError, match="9999"):
            PostgresStore(url)
        with pytest.raises(SchemaNewerError):
            migrate_database(url)


def test_database_that_is_not_there_is_said_to_be(postgres: PostgresServer) -> None:
    with pytest.raises(DatabaseUnreachableError, match="no_such_database"):
        PostgresStore(postgres.url("no_such_database"))
