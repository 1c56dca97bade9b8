"""One delivery of a dispose push, and when to try it again (contract 3.4)."""

from dataclasses import dataclass
from typing import Final

from screenpop.adapters.crm.errors import CrmNoAnswerError, CrmRequestRefusedError
from screenpop.adapters.crm.http import CrmHttp, CrmRequest

__all__ = [
    "DisposePush",
    "PushDelivered",
    "PushOutcome",
    "PushRetry",
    "PushSetAside",
    "deliver",
    "next_try_at",
    "retry_delay_ms",
]

DELIVERY_HEADER: Final = "X-Delivery-Id"
FIRST_DELAY_MS: Final = 2_000
LONGEST_DELAY_MS: Final = 10 * 60 * 1000
GIVE_UP_AFTER_MS: Final = 72 * 60 * 60 * 1000
"""A push is set aside when its next try would lie later than this after its first."""

_TRIED_AGAIN: Final = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class DisposePush:
    """A push to perform.

    Attributes:
        url: the composed URL, sent byte for byte.
        configured_url: the app's dispose URL; the request stays on its origin.
        delivery_id: the same on every try.
    """

    url: str
    configured_url: str
    delivery_id: str


@dataclass(frozen=True, slots=True)
class PushDelivered:
    """The CRM has it: 2xx or 3xx (a redirect is not followed)."""

    status: int


@dataclass(frozen=True, slots=True)
class PushRetry:
    """Not now: 408, 429, 5xx, or no answer (``status`` is None)."""

    status: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class PushSetAside:
    """Not like this: another 4xx, or a request that the rules forbid (``status`` is None)."""

    status: int | None
    reason: str


PushOutcome = PushDelivered | PushRetry | PushSetAside


async def deliver(http: CrmHttp, push: DisposePush) -> PushOutcome:
    """Perform ``push`` once. The reply's body is not read. Never raises for what a CRM does."""
    request = CrmRequest(
        "GET",
        push.url,
        push.configured_url,
        headers=((DELIVERY_HEADER, push.delivery_id),),
        read_body=False,
    )
    try:
        status = (await http.ask(request)).status
    except CrmNoAnswerError as error:
        return PushRetry(None, str(error))
    except CrmRequestRefusedError as error:
        return PushSetAside(None, str(error))
    if status < 400:
        return PushDelivered(status)
    if status in _TRIED_AGAIN or status >= 500:
        return PushRetry(status, f"The CRM answered {status}; it is tried again.")
    return PushSetAside(
        status,
        f"The CRM answered {status}. Mend the dispose URL or the CRM, then send it again.",
    )


def retry_delay_ms(tries: int, draw: float) -> int:
    """How long to wait after the ``tries``-th try (1 for the first), in milliseconds.

    The delay doubles from 2 s up to 10 min; ``draw``, in 0 to 1, spreads it over its upper half
    so that the pushes of an outage do not all come back at one moment.
    """
    if tries < 1 or not 0 <= draw <= 1:
        raise ValueError("tries counts from 1, draw lies in 0 to 1")
    # The exponent is bounded first: days of tries must not grow a huge integer.
    full = min(FIRST_DELAY_MS << min(tries - 1, 20), LONGEST_DELAY_MS)
    return round(full * (0.5 + draw / 2))


def next_try_at(tries: int, first_try_at: int, now: int, draw: float) -> int | None:
    """When to try again (epoch ms), or None when the 72 h are over and it is to be set aside."""
    due = now + retry_delay_ms(tries, draw)
    return due if due - first_try_at <= GIVE_UP_AFTER_MS else None
