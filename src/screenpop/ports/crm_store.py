"""What the store keeps of our duties towards CRMs: dispose pushes and sign-offs (design 2.6).

These are parts of :class:`~screenpop.ports.store.Reader` and
:class:`~screenpop.ports.store.Transaction`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from screenpop.domain.delivery import Delivery, DeliveryState
from screenpop.domain.sign_on import SignOff, SignOnNotice

__all__ = ["CrmReader", "CrmWriter"]


class CrmReader(Protocol):
    """What can be looked up."""

    def delivery(self, delivery_id: str) -> Delivery | None:
        """Return a delivery."""

    def deliveries(
        self,
        contact_center_id: int,
        limit: int,
        state: DeliveryState | None = None,
        app_id: str | None = None,
    ) -> list[Delivery]:
        """Return a contact centre's deliveries, the latest first."""

    def due_deliveries(self, now: int, limit_per_app: int) -> list[Delivery]:
        """Return what is to be tried now: of each call and app the first that is pending.

        Each app has at most ``limit_per_app``, the longest due first.
        """

    def last_delivery_position(self, crt_object_id: str, app_id: str) -> int:
        """Return the place of a call's last delivery to an app; 0 if there is none."""

    def sign_offs(self, limit_per_app: int) -> list[SignOff]:
        """Return the CRM sessions that are still to be ended, of each app the oldest."""

    def sign_on_notices(self, session_id: str) -> list[SignOnNotice]:
        """Return why apps of a session were opened without a ``crmSessionId``."""


class CrmWriter(Protocol):
    """What can be changed."""

    def add_delivery(self, delivery: Delivery) -> None:
        """Add a delivery."""

    def save_delivery(self, delivery: Delivery) -> None:
        """Keep the delivery as it is now."""

    def add_sign_off(
        self, contact_center_id: int, app_id: str, crm_session_id: str, now: int
    ) -> None:
        """Let the CRM be told that its session is over."""

    def drop_sign_offs(self, app_id: str, crm_session_id: str) -> None:
        """Forget to end a CRM session, because it is in use again."""

    def finish_sign_offs(self, sign_off_ids: Sequence[int]) -> None:
        """Forget sign-offs that were performed, or tried often enough."""

    def add_sign_on_notice(self, session_id: str, notice: SignOnNotice) -> None:
        """Keep why an app of this session is opened without a ``crmSessionId``."""
