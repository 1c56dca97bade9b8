"""Customers of a process (contract 5, "The customer of a dial")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["UNKNOWN_CUSTOMER", "Customer"]

#: ``customerId`` of nobody we know.
UNKNOWN_CUSTOMER = -1


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer; ``columns`` has the process's columns that hold a value."""

    customer_id: int
    contact_center_id: int
    process_id: int
    columns: Mapping[str, str]
    #: Epoch milliseconds of the last call or change.
    touched_at: int
