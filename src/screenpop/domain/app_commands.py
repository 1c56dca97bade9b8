"""What administrators ask of apps."""

from __future__ import annotations

from dataclasses import dataclass

from screenpop.domain.app import App

__all__ = ["RemoveApp", "SaveApp"]


@dataclass(frozen=True, slots=True)
class SaveApp:
    """Add an app, or put another state of it in place of the present one."""

    #: Of the administrator who asks.
    contact_center_id: int
    app: App
    #: It must not be there yet; else it must.
    is_new: bool
    #: Its place in the administrator's order; ``None``: where it is, a new one last.
    position: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveApp:
    """Take an app away; the ids minted for it are worth nothing from then on."""

    contact_center_id: int
    app_id: str
