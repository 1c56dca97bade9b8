"""Dispose pushes on their way: noting tries, sending again by hand (contract 3.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from screenpop.domain.delivery import Delivery, DeliveryState
from screenpop.domain.errors import NotFoundError
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction

__all__ = ["SendAgain", "Tried", "note_try", "send_again"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try brought."""

    delivery_id: str
    #: Which try it was, from 1; a stale report is ignored.
    tries: int
    state: DeliveryState
    #: HTTP status; ``None``: no answer, or it was not sent.
    status: int | None
    answer: str
    #: The next try of a delivery that stays pending, epoch ms.
    due: int


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Try a delivery again at once, whatever became of it; the 72 hours begin anew."""

    contact_center_id: int
    delivery_id: str


def note_try(tx: Transaction, tried: Tried, now: int, ids: Draw) -> None:  # noqa: ARG001
    """Keep the outcome of a try, unless somebody decided otherwise meanwhile."""
    delivery = tx.delivery(tried.delivery_id)
    if delivery is None or delivery.state is not DeliveryState.PENDING:
        return
    if delivery.tries + 1 != tried.tries:
        return
    tx.save_delivery(
        replace(
            delivery,
            state=tried.state,
            tries=tried.tries,
            due=tried.due,
            last_try_at=now,
            last_status=tried.status,
            last_answer=tried.answer,
            ended_at=None if tried.state is DeliveryState.PENDING else now,
        )
    )


def send_again(tx: Transaction, command: SendAgain, now: int, ids: Draw) -> Delivery:  # noqa: ARG001
    """Let a delivery be tried now, with the same ``X-Delivery-Id``.

    :raises NotFoundError: the contact centre has no such delivery.
    """
    delivery = tx.delivery(command.delivery_id)
    if delivery is None or delivery.contact_center_id != command.contact_center_id:
        raise NotFoundError("There is no delivery with this id. GET /api/v1/deliveries lists them.")
    delivery = replace(
        delivery,
        state=DeliveryState.PENDING,
        due=now,
        pending_since=now,
        tries=0,
        ended_at=None,
    )
    tx.save_delivery(delivery)
    return delivery
