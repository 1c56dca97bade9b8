"""Whose call it is: looking customers up, never refusing a call for it (contract 5)."""

from __future__ import annotations

from collections.abc import Mapping

from screenpop.domain.commands import DialNumber
from screenpop.domain.customer import UNKNOWN_CUSTOMER, Customer
from screenpop.domain.phone import masked
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction

__all__ = ["customer_of_caller", "customer_of_dial", "identity", "real_phone"]


def identity(customer: Customer | None) -> tuple[int, Mapping[str, str]]:
    """Return customerId and columns; -1 and nothing for nobody."""
    if customer is None:
        return UNKNOWN_CUSTOMER, {}
    return customer.customer_id, customer.columns


def customer_of_caller(tx: Transaction, process_id: int, phone: str, now: int) -> Customer | None:
    """Return the customer who calls from this number, if known."""
    customer = tx.customer_by_searchable(process_id, phone)
    if customer is not None:
        tx.touch_customer(customer, now)
    return customer


def real_phone(tx: Transaction, command: DialNumber, process_id: int) -> str:
    """Return the number to dial; a masked one leads to its customer's (contract 3.5).

    What leads nowhere is returned as it is, and refused as a number that cannot be dialled.
    """
    process = tx.configuration.process_by_id[process_id]
    if not process.masking_enabled or command.customer_id is None or command.customer_id <= 0:
        return command.phone
    customer = tx.customer(process_id, command.customer_id)
    if customer is not None:
        for column in process.searchable_columns:
            number = customer.columns.get(column, "")
            if number and masked(number) == command.phone:
                return number
    return command.phone


def customer_of_dial(
    tx: Transaction, command: DialNumber, process_id: int, now: int, ids: Draw
) -> Customer | None:
    """Return the customer of a dial: by customerId, else by searchable, else by phone.

    None found: one is made when the command says so.
    """
    customer = None
    if command.customer_id is not None and command.customer_id > 0:
        customer = tx.customer(process_id, command.customer_id)
    if customer is None:
        customer = tx.customer_by_searchable(process_id, command.searchable)
    if customer is None and command.phone != command.searchable:
        customer = tx.customer_by_searchable(process_id, command.phone)
    if customer is not None:
        tx.touch_customer(customer, now)
        return customer
    if not command.should_add_customer:
        return None
    process = tx.configuration.process_by_id[process_id]
    record = {key.casefold(): value for key, value in (command.customer_record or {}).items()}
    columns = {c: record[c.casefold()] for c in process.customer_columns if c.casefold() in record}
    columns.setdefault(process.searchable_columns[0], command.phone)
    customer = Customer(ids.customer_id(), process.contact_center_id, process_id, columns, now)
    tx.add_customer(customer)
    return customer
