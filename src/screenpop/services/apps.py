"""Administration of apps (contract 1, 8): each change is a new version of the configuration."""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.app import App
from screenpop.domain.app_commands import RemoveApp, SaveApp
from screenpop.domain.errors import AccessDeniedError, NotFoundError, StateError
from screenpop.domain.events import ConfigurationChanged
from screenpop.ports.bus import session_stream
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction

__all__ = ["app_of", "remove", "save"]


def save(tx: Transaction, command: SaveApp, now: int, ids: Draw) -> App:  # noqa: ARG001
    """Keep an app whose own values were checked before; return it with its new revision.

    Disabling an app cuts it off: the ids minted for it never work again.

    :raises AccessDeniedError: its process is another contact centre's.
    :raises NotFoundError: there is no such app to change.
    :raises StateError: a new one has an id that is taken.
    """
    app = command.app
    process = tx.configuration.process_by_id.get(app.process_id)
    if process is None or process.contact_center_id != command.contact_center_id:
        raise AccessDeniedError("This process is not one of your contact centre's.")
    if command.is_new:
        if app.app_id in tx.configuration.app_by_id:
            raise StateError(
                f"There is an app {app.app_id!r} already. Choose another appId, or change that one."
            )
        others, revision, position = list(tx.configuration.apps), 1, None
    else:
        known = app_of(tx, command.contact_center_id, app.app_id)
        others = [other for other in tx.configuration.apps if other is not known]
        revision, position = known.revision + 1, known.position
    app = replace(
        app,
        contact_center_id=process.contact_center_id,
        revision=revision,
        by_api=True,
    )
    _keep(tx, _in_order(others, app, position if command.position is None else command.position))
    if not app.enabled:
        tx.forget_app(app.app_id)
    _tell(tx, {app.process_id}, now)
    return tx.configuration.app_by_id[app.app_id]


def remove(tx: Transaction, command: RemoveApp, now: int, ids: Draw) -> None:  # noqa: ARG001
    """Take an app away and cut it off.

    :raises NotFoundError: there is no such app.
    """
    known = app_of(tx, command.contact_center_id, command.app_id)
    _keep(tx, tuple(app for app in tx.configuration.apps if app is not known))
    tx.forget_app(known.app_id)
    _tell(tx, {known.process_id}, now)


def app_of(reader: Reader, contact_center_id: int, app_id: str) -> App:
    """Return an app of a contact centre.

    :raises NotFoundError: there is none with this id.
    """
    app = reader.configuration.app_by_id.get(app_id)
    if app is None or app.contact_center_id != contact_center_id:
        raise NotFoundError(f"There is no app {app_id!r} here.")
    return app


def _in_order(others: list[App], app: App, position: int | None) -> tuple[App, ...]:
    """Return all apps in the administrator's order, ``app`` at ``position``, else last."""
    ordered = sorted(others, key=lambda other: other.position)
    ordered.insert(len(ordered) if position is None else position, app)
    return tuple(replace(one, position=place) for place, one in enumerate(ordered))


def _keep(tx: Transaction, apps: tuple[App, ...]) -> None:
    tx.save_configuration(replace(tx.configuration, apps=apps))


def _tell(tx: Transaction, process_ids: set[int], now: int) -> None:
    version = tx.configuration.version
    for session in tx.live_sessions():
        if session.process_id in process_ids:
            stream = session_stream(session.session_id)
            tx.append(stream, ConfigurationChanged(now, session.session_id, version))
