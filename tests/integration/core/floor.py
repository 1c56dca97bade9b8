"""A contact centre whose every step a test takes: use cases over a real store, a line by hand.

Nothing runs by itself.  Commands wait in the outbox until :meth:`Floor.work`, reports of the
network until :meth:`Floor.deliver`, timers until :meth:`Floor.pass_time`; so a test can do these
in any order, repeat them, and stop the server between any two.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeVar

from screenpop.adapters.ids import NodeIds
from screenpop.adapters.store.postgres.store import PostgresStore
from screenpop.adapters.store.sqlite.store import SqliteStore
from screenpop.demo import world
from screenpop.domain.commands import Acting
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction
from screenpop.ports.telephony import (
    AnswerLeg,
    CallOffered,
    Connect,
    DialNumber,
    HangUp,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegsConnected,
    LineCommand,
    LineDown,
    LineEvent,
    LineUp,
    LiveLeg,
    RingAgent,
)
from screenpop.services import intake, line_outbox, recovery, timers
from screenpop.services.core import Core
from screenpop.testing.clock import ManualClock

__all__ = ["DID", "Floor", "Network", "acting", "fill", "make_template", "on_sqlite"]

C = TypeVar("C")
R = TypeVar("R")

DID = "18005550172"


def acting(session_id: str) -> Acting:
    """Who asks, with a valid account credential of the demo."""
    return Acting(session_id, account_id="demo-api", account_contact_center_id=1)


@dataclass(slots=True)
class FarEnd:
    """One leg as the network has it."""

    leg_id: str
    #: ``dialled`` (asked for, silent), ``ringing``, ``offered`` or ``up``.
    state: str
    auto_answer: bool = False
    bridge_id: str | None = None
    caller: str = ""
    dialled: str = ""


@dataclass
class Network:
    """A telephone network that reports to a list."""

    now: Callable[[], int]
    #: The server is connected and has taken ``LineUp``.
    connected: bool = False
    legs: dict[str, FarEnd] = field(default_factory=dict)
    bridges: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Made and not yet taken by the server.
    reports: list[LineEvent] = field(default_factory=list)
    #: Leg ids of every dial performed, oldest first.
    rang: list[str] = field(default_factory=list)
    _inbound: count[int] = field(default_factory=lambda: count(1))

    def perform(self, command: LineCommand) -> None:
        """Do what the server asks."""
        match command:
            case RingAgent(leg_id=leg_id, auto_answer=auto_answer):
                self.rang.append(leg_id)
                self.legs[leg_id] = FarEnd(leg_id, "dialled", auto_answer)
            case DialNumber(leg_id=leg_id):
                self.rang.append(leg_id)
                self.legs[leg_id] = FarEnd(leg_id, "dialled", auto_answer=True)
            case Connect(bridge_id=bridge_id, legs=legs):
                if all(leg_id in self.legs for leg_id in legs):
                    self._connect(bridge_id, legs)
            case HangUp(leg_id=leg_id):
                if leg_id in self.legs:
                    self.end(leg_id)
            case AnswerLeg(leg_id=leg_id):
                if leg_id in self.legs:
                    self.answer(leg_id)
            case _:
                pass

    def _connect(self, bridge_id: str, legs: tuple[str, ...]) -> None:
        for leg_id in self.bridges.pop(bridge_id, ()):
            if leg_id in self.legs:
                self.legs[leg_id].bridge_id = None
        for leg_id in legs:
            leg = self.legs[leg_id]
            if leg.bridge_id is not None:
                self.bridges.pop(leg.bridge_id, None)
            leg.bridge_id = bridge_id
            if leg.state == "offered":
                leg.state = "up"
        self.bridges[bridge_id] = legs
        self._report_bridge(bridge_id)

    def _report_bridge(self, bridge_id: str) -> None:
        legs = self.bridges.get(bridge_id, ())
        if legs and all(i in self.legs and self.legs[i].state == "up" for i in legs):
            self.reports.append(LegsConnected(bridge_id, legs, self.now()))

    def offer(self, caller: str, dialled: str = DID) -> str:
        """Let somebody call; return the leg's id."""
        leg_id = f"inbound-{next(self._inbound)}"
        self.legs[leg_id] = FarEnd(leg_id, "offered", caller=caller, dialled=dialled)
        self.reports.append(CallOffered(leg_id, caller, dialled, self.now()))
        return leg_id

    def ring(self, leg_id: str) -> None:
        """Let a dialled telephone ring."""
        if self.legs[leg_id].state == "dialled":
            self.legs[leg_id].state = "ringing"
            self.reports.append(LegRinging(leg_id, self.now()))

    def answer(self, leg_id: str) -> None:
        """Let a dialled telephone be picked up."""
        leg = self.legs[leg_id]
        if leg.state in ("dialled", "ringing"):
            leg.state = "up"
            self.reports.append(LegAnswered(leg_id, self.now()))
            if leg.bridge_id is not None:
                self._report_bridge(leg.bridge_id)

    def end(self, leg_id: str, sip: int | None = None, q850: int | None = 16) -> None:
        """Let a leg be over."""
        leg = self.legs.pop(leg_id)
        if leg.bridge_id is not None:
            self.bridges.pop(leg.bridge_id, None)
        self.reports.append(LegEnded(leg_id, self.now(), sip, q850))

    def live(self) -> tuple[LiveLeg, ...]:
        """Return what a connecting server is told."""
        return tuple(
            LiveLeg(
                leg.leg_id,
                "ringing" if leg.state == "dialled" else leg.state,
                leg.bridge_id if leg.bridge_id in self.bridges else None,
                leg.caller,
                leg.dialled,
            )
            for leg in self.legs.values()
        )


def fill(tx: Transaction) -> None:
    """Put the demo's world into an empty store."""
    demo = world.load()
    tx.save_configuration(demo.configuration)
    for customer in demo.customers:
        tx.add_customer(customer)


def make_template(folder: Path) -> Path:
    """Make a database with the demo's world in it, to be copied for each run."""
    path = folder / "template.db"
    store = SqliteStore(path)
    asyncio.run(store.transact(fill))
    store.close()
    return path


def on_sqlite(template: Path, folder: Path) -> Callable[[], SqliteStore]:
    """Return how to open a copy of the template, again and again."""
    folder.mkdir()
    path = folder / "screenpop.db"
    shutil.copy(template, path)

    def open_store() -> SqliteStore:
        store = SqliteStore(path)
        # No test here pulls the plug of the machine; what fsync is for is judged elsewhere.
        store._writer._connection.execute("pragma synchronous = off")
        return store

    return open_store


class Floor:
    """The whole thing: one store in a folder, one network, one clock."""

    def __init__(
        self, open_store: Callable[[], SqliteStore | PostgresStore], runner: asyncio.Runner
    ) -> None:
        self._open_store = open_store
        self._runner = runner
        self._starts = count(1)
        self.clock = ManualClock()
        #: Passes before each use case, in milliseconds.
        self.tick = 0
        self.network = Network(self.clock.now)
        self._start()

    def _start(self) -> None:
        self.store = self._open_store()
        self.core = Core(self.store, self.clock, NodeIds(1, next(self._starts)))
        self.run(recovery.resume_after_start, None)

    def run(self, use_case: Callable[[Transaction, C, int, Draw], R], command: C) -> R:
        """Run a use case in a durable transaction."""
        self.clock.advance(self.tick)
        return self._runner.run(self.core.run(use_case, command))

    def read(self, look_up: Callable[[Reader], R]) -> R:
        """Run a look-up."""
        return self._runner.run(self.core.read(look_up))

    def restart(self) -> None:
        """Stop the server between two transactions and start it again; the line is down."""
        self.store.close()
        self.network.connected = False
        self._start()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    # --- the line -------------------------------------------------------------------------

    def work(self, *, crash: str = "") -> None:
        """Carry the outbox to the network, as the outbox's worker does.

        ``crash`` stops the server when the dials are ``claimed`` or when all is ``performed``.
        """
        rows = self.run(line_outbox.claim, frozenset())
        if crash == "claimed":
            self.restart()
            return
        done = []
        for row in rows:
            if self.network.connected:
                self.network.perform(row.command)
                done.append(row.row_id)
            elif line_outbox.is_dial(row):
                done.append(row.row_id)
        if crash == "performed":
            self.restart()
            return
        if done:
            self.run(line_outbox.finish, done)

    def deliver(self, index: int = 0) -> LineEvent:
        """Let the server take one of the network's reports."""
        report = self.network.reports.pop(index % len(self.network.reports))
        self.run(intake.report, report)
        return report

    def line_down(self) -> None:
        """Lose the connection to the network."""
        self.network.connected = False
        self.run(intake.report, LineDown("tested", self.clock.now()))

    def line_up(self) -> None:
        """Connect to the network: first what was not taken before, then what lives."""
        while self.network.reports:
            self.deliver()
        self.run(intake.report, LineUp(self.network.live(), self.clock.now()))
        self.network.connected = True

    def flow(self) -> None:
        """Let everything on its way arrive, until nothing moves; whoever may answer does."""
        for _ in range(50):
            if not self.network.connected:
                self.line_up()
            self.work()
            for leg in list(self.network.legs.values()):
                self.network.ring(leg.leg_id)
                if leg.auto_answer:
                    self.network.answer(leg.leg_id)
            if not self.network.reports:
                return
            while self.network.reports:
                self.deliver()
        message = "the network and the server never come to rest"
        raise AssertionError(message)

    # --- time -----------------------------------------------------------------------------

    def pass_time(self, milliseconds: int) -> None:
        """Let time pass and fire what is due."""
        self.clock.advance(milliseconds)
        while self.run(timers.fire_due, 100):
            pass
