"""One use case, one transaction, whatever its neighbours do (design 2.3)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from screenpop.domain.errors import AgentBusyError
from screenpop.ports.store import BoundReply, Transaction
from tests.contract.store.conftest import Place
from tests.contract.store.rows import NOW, event, session

STREAM = "session:s-1"


class Hold:
    """Keeps the store at one use case, so that those behind it are taken together."""

    def __init__(self, store: Any) -> None:
        self._go = threading.Event()
        self._begun = threading.Event()
        self.done = asyncio.ensure_future(store.transact(self._wait))

    def _wait(self, _tx: Transaction) -> None:
        self._begun.set()
        self._go.wait(10)

    async def begun(self) -> None:
        await asyncio.to_thread(self._begun.wait, 10)

    def let_go(self) -> None:
        self._go.set()


def append(reason: str) -> Callable[[Transaction], int]:
    return lambda tx: tx.append(STREAM, event(reason=reason))


def refuse(_tx: Transaction) -> None:
    raise AgentBusyError


def write_and_raise(tx: Transaction) -> None:
    tx.append(STREAM, event(reason="spoiled"))
    raise ZeroDivisionError


async def reasons(store: Any) -> list[str]:
    stored = await store.read(lambda r: r.events_after(STREAM, 0, 1_000))
    assert [s.seq for s in stored] == list(range(1, len(stored) + 1))
    return sorted(s.event.reason for s in stored)


async def together(store: Any, *use_cases: Callable[[Transaction], Any]) -> list[Any]:
    await store.transact(lambda tx: tx.add_session(session()))
    hold = Hold(store)
    await hold.begun()
    waiting = [asyncio.ensure_future(store.transact(u)) for u in use_cases]
    await asyncio.sleep(0)
    hold.let_go()
    await hold.done
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_a_use_case_returns_is_returned_after_its_commit(store: Any) -> None:
    assert await together(store, append("a")) == [1]
    assert await reasons(store) == ["a"]


async def test_a_refusal_does_not_disturb_its_neighbours(store: Any) -> None:
    found = await together(store, append("a"), refuse, append("b"))
    assert isinstance(found[1], AgentBusyError)
    assert await reasons(store) == ["a", "b"]


async def test_what_raises_after_a_write_is_undone_alone(store: Any) -> None:
    found = await together(store, append("a"), write_and_raise, append("b"), refuse)
    assert isinstance(found[1], ZeroDivisionError)
    assert isinstance(found[3], AgentBusyError)
    assert await reasons(store) == ["a", "b"]


async def test_a_use_case_sees_what_was_written_before_it(store: Any) -> None:
    await store.transact(lambda tx: tx.add_session(session()))

    def twice(tx: Transaction) -> tuple[int, int]:
        return tx.append(STREAM, event()), tx.last_seq(STREAM)

    assert await store.transact(twice) == (1, 1)


async def test_a_read_sees_only_what_was_committed(store: Any) -> None:
    await store.transact(lambda tx: tx.add_session(session()))
    wrote, go = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        tx.append(STREAM, event())
        wrote.set()
        go.wait(10)

    writing = asyncio.ensure_future(store.transact(slow))
    await asyncio.to_thread(wrote.wait, 10)
    assert await store.read(lambda r: r.last_seq(STREAM)) == 0
    go.set()
    await writing
    assert await store.read(lambda r: r.last_seq(STREAM)) == 1


async def test_numbers_are_dense_however_many_write_at_once(store: Any) -> None:
    await store.transact(lambda tx: tx.add_session(session()))
    numbers = await asyncio.gather(*(store.transact(append(f"{i:03}")) for i in range(200)))
    assert sorted(numbers) == list(range(1, 201))
    assert len(await reasons(store)) == 200


async def test_of_twins_that_claim_one_key_one_acts(store: Any) -> None:
    """Twins see the reply that the first one bound (contract 5, idempotency)."""
    await store.transact(lambda tx: tx.add_session(session()))

    def claim(tx: Transaction) -> bool:
        if tx.bound_reply("s-1", "voice/manualDial", "r-1") is not None:
            return False
        tx.append(STREAM, event())
        tx.bind_reply("s-1", "voice/manualDial", "r-1", BoundReply("f", "json", {"a": 1}), NOW)
        return True

    found = await asyncio.gather(*(store.transact(claim) for _ in range(50)))
    assert found.count(True) == 1
    assert len(await reasons(store)) == 1
    bound = await store.transact(lambda tx: tx.bound_reply("s-1", "voice/manualDial", "r-1"))
    assert bound == BoundReply("f", "json", {"a": 1})


@pytest.mark.parametrize(
    "key", [("s-2", "voice/manualDial", "r-1"), ("s-1", "sdk", "r-1"), ("s-1", "sdk", "R-1")]
)
async def test_a_key_is_session_space_and_request(store: Any, key: tuple[str, str, str]) -> None:
    reply = BoundReply("f", "ok", {})
    await store.transact(lambda tx: tx.bind_reply("s-1", "voice/manualDial", "r-1", reply, NOW))
    assert await store.transact(lambda tx: tx.bound_reply(*key)) is None


async def test_a_refusal_leaves_a_claimed_key_free(store: Any) -> None:
    def claim_and_refuse(tx: Transaction) -> None:
        assert tx.bound_reply("s-1", "sdk", "r-1") is None
        raise AgentBusyError

    for _ in range(2):
        with pytest.raises(AgentBusyError):
            await store.transact(claim_and_refuse)


async def test_the_configuration_is_the_one_last_committed(store: Any, place: Place) -> None:
    before = store.configuration

    def save_and_raise(tx: Transaction) -> None:
        tx.save_configuration(before)
        assert tx.configuration.version == before.version + 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.transact(save_and_raise)
    assert store.configuration.version == before.version
    await store.transact(lambda tx: tx.save_configuration(before))
    assert store.configuration.version == before.version + 1
    again = place.open().configuration
    assert again == store.configuration
