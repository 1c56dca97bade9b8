"""What the CRM keeps, in one SQLite file: customers, notes, calls, and the requests it was sent."""

from __future__ import annotations

import re
import sqlite3
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final

__all__ = ["Call", "Customer", "Note", "Received", "Records"]

#: The highest customer id there is (contract 2).
_HIGHEST_ID: Final = 2**53 - 1
#: So many received requests are kept.
_RECEIVED: Final = 2000
_LISTED: Final = 50

_SCHEMA: Final = """
create table if not exists customer (
    customer_id integer primary key, name text not null, phone1 text not null,
    phone2 text not null default '', email text not null default '',
    company text not null default '', city text not null default ''
);
create table if not exists note (
    customer_id integer not null, at integer not null, author text not null, text text not null
);
create table if not exists call (
    crt_object_id text primary key, customer_id integer, phone text not null,
    call_type text not null, agent text not null, at integer not null,
    disposition text not null default '', notes text not null default ''
);
create table if not exists session (session_id text primary key, agent text not null);
create table if not exists received (
    number integer primary key autoincrement, at integer not null, target blob not null,
    purpose text not null
);
"""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who calls us, or whom we call."""

    customer_id: int
    name: str
    phone1: str
    phone2: str = ""
    email: str = ""
    company: str = ""
    city: str = ""

    @property
    def phones(self) -> tuple[str, ...]:
        """All numbers, the first one first."""
        return tuple(phone for phone in (self.phone1, self.phone2) if phone)


@dataclass(frozen=True, slots=True)
class Note:
    """What an agent wrote about a customer. ``at`` is epoch milliseconds, as everywhere here."""

    at: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call that opened a record; without ``disposition`` it is not finished."""

    crt_object_id: str
    customer_id: int | None
    phone: str
    call_type: str
    agent: str
    at: int
    disposition: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came: ``target`` is path and query, byte for byte."""

    number: int
    at: int
    target: bytes
    purpose: str


class Records:
    """The tables. Every method is one short statement, so pages call them without waiting."""

    def __init__(self, path: str = ":memory:") -> None:
        """Open ``path``; a new file gets the demo's customers.

        Raises:
            sqlite3.Error: the file cannot be used.
        """
        self._sql = sqlite3.connect(path, isolation_level=None, timeout=5.0)
        self._sql.create_function("digits", 1, _digits, deterministic=True)
        self._sql.create_function("fold", 1, str.casefold, deterministic=True)
        self._sql.executescript(_SCHEMA)
        if self.customer_count() == 0:
            for entry in tomllib.loads(_demo_customers())["customer"]:
                self._insert(Customer(customer_id=entry.pop("id"), **entry))

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def customer_count(self) -> int:
        """How many customers there are."""
        row = self._sql.execute("select count(*) from customer").fetchone()
        return int(row[0])

    def customer(self, customer_id: int) -> Customer | None:
        """One customer; ``None``: there is none with this id."""
        if not 0 < customer_id <= _HIGHEST_ID:
            return None
        row = self._sql.execute("select * from customer where customer_id = ?", (customer_id,))
        return next((Customer(*found) for found in row), None)

    def customer_by_phone(self, phone: str) -> Customer | None:
        """The customer with this number; country codes and separators do not matter."""
        digits = _digits(phone)
        if not digits:
            return None
        rows = self._sql.execute(
            "select * from customer where digits(phone1) = :d or digits(phone2) = :d or "
            "(length(:d) > 9 and substr(digits(phone1), -10) = substr(:d, -10)) "
            "order by digits(phone1) <> :d, customer_id limit 1",
            {"d": digits},
        )
        return next((Customer(*found) for found in rows), None)

    def search(self, text: str) -> list[Customer]:
        """Customers in whom ``text`` is found, by name; all of them for an empty text."""
        rows = self._sql.execute(
            "select * from customer where instr(fold(name || ' ' || company || ' ' || city || ' ' "
            "|| email), :text) or (:digits <> '' and (instr(digits(phone1), :digits) or "
            "instr(digits(phone2), :digits))) order by fold(name) limit :limit",
            {"text": text.strip().casefold(), "digits": _digits(text), "limit": _LISTED},
        )
        return [Customer(*found) for found in rows]

    def add_customer(self, name: str, phone: str, email: str = "", company: str = "") -> Customer:
        """Keep a new customer."""
        row = self._sql.execute(
            "select coalesce(max(customer_id), 0) + 1 from customer where customer_id < 1000000"
        ).fetchone()
        customer = Customer(int(row[0]), name, phone, email=email, company=company)
        self._insert(customer)
        return customer

    def _insert(self, one: Customer) -> None:
        self._sql.execute(
            "insert into customer values (?, ?, ?, ?, ?, ?, ?)",
            (one.customer_id, one.name, one.phone1, one.phone2, one.email, one.company, one.city),
        )

    def add_note(self, customer_id: int, note: Note) -> None:
        """Keep a note."""
        self._sql.execute(
            "insert into note values (?, ?, ?, ?)", (customer_id, note.at, note.author, note.text)
        )

    def notes(self, customer_id: int) -> list[Note]:
        """A customer's notes, newest first."""
        rows = self._sql.execute(
            "select at, author, text from note where customer_id = ? order by at desc limit ?",
            (customer_id, _LISTED),
        )
        return [Note(*found) for found in rows]

    def add_call(self, call: Call) -> None:
        """Keep a call; a page that is opened again adds nothing."""
        self._sql.execute(
            "insert or ignore into call values (?, ?, ?, ?, ?, ?, ?, ?)",
            (call.crt_object_id, call.customer_id, call.phone, call.call_type, call.agent, call.at,
             call.disposition, call.notes),
        )  # fmt: skip

    def finish_call(self, crt_object_id: str, disposition: str, notes: str) -> None:
        """Keep how a call ended; notes once given are not lost to an empty repeat."""
        self._sql.execute(
            "update call set disposition = ?, notes = case when ? = '' then notes else ? end "
            "where crt_object_id = ?",
            (disposition, notes, notes, crt_object_id),
        )

    def give_call(self, crt_object_id: str, customer_id: int) -> None:
        """Say whose call it was, once its customer is known."""
        self._sql.execute(
            "update call set customer_id = ? where crt_object_id = ? and customer_id is null",
            (customer_id, crt_object_id),
        )

    def calls(self, customer_id: int | None = None) -> list[Call]:
        """A customer's calls, or everybody's, newest first."""
        rows = self._sql.execute(
            "select * from call where :id is null or customer_id = :id order by at desc limit :n",
            {"id": customer_id, "n": _LISTED},
        )
        return [Call(*found) for found in rows]

    def open_session(self, session_id: str, agent: str) -> None:
        """Keep that ``agent`` is signed on."""
        self._sql.execute("insert into session values (?, ?)", (session_id, agent))

    def close_session(self, session_id: str) -> None:
        """Forget a session; one that is not there is none as well."""
        self._sql.execute("delete from session where session_id = ?", (session_id,))

    def agent_of(self, session_id: str) -> str:
        """Whose session it is; empty for one that is not there."""
        row = self._sql.execute("select agent from session where session_id = ?", (session_id,))
        return next((str(agent) for (agent,) in row), "")

    def receive(self, at: int, target: bytes, purpose: str) -> None:
        """Keep a request as it came, and forget the oldest ones."""
        row = self._sql.execute(
            "insert into received (at, target, purpose) values (?, ?, ?)", (at, target, purpose)
        )
        last = row.lastrowid or 0
        self._sql.execute("delete from received where number <= ?", (last - _RECEIVED,))

    def received(self, after: int = 0) -> list[Received]:
        """The requests that are kept, in their order; those with a number above ``after``."""
        rows = self._sql.execute(
            "select * from received where number > ? order by number", (after,)
        )
        return [Received(*found) for found in rows]


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _demo_customers() -> str:
    return resources.files("screenpop.demo").joinpath("customers.toml").read_text("utf-8")
