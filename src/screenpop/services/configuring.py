"""Changing the configuration while calls go on (contract 8)."""

from __future__ import annotations

from collections.abc import Iterator

from screenpop.domain.association import call_for
from screenpop.domain.call import Call, CallState
from screenpop.domain.configuration import Configuration
from screenpop.domain.configuration_commands import ChangeConfiguration
from screenpop.domain.errors import ConfigurationChangedError, StateError
from screenpop.domain.events import ConfigurationChanged
from screenpop.domain.session import AgentSession
from screenpop.ports.bus import session_stream
from screenpop.ports.ids import Draw
from screenpop.ports.store import Reader, Transaction
from screenpop.services import queue_limits

__all__ = ["change"]


def change(
    tx: Transaction,
    command: ChangeConfiguration,
    now: int,
    ids: Draw,  # noqa: ARG001  # every use case has this shape
) -> Configuration:
    """Keep the changed configuration and tell every session; return it.

    Nothing is taken away that a live session, an open call or a waiting callback stands on.

    :raises ConfigurationChangedError: the asker has seen an older version.
    :raises StateError: something is still in use; the sentence says what, and what to do.
    """
    present = tx.configuration
    if command.seen_version is not None and command.seen_version != present.version:
        raise ConfigurationChangedError
    wanted = command.apply(present)
    if wanted == present:
        return present
    used = next(_still_used(tx, wanted), None)
    if used is not None:
        raise StateError(used)
    tx.save_configuration(wanted)
    version = tx.configuration.version
    for app_id in present.app_by_id.keys() - wanted.app_by_id.keys():
        tx.forget_app(app_id)
    for session in tx.live_sessions():
        stream = session_stream(session.session_id)
        tx.append(stream, ConfigurationChanged(now, session.session_id, version))
    for call in tx.open_calls():
        if call.call_state is CallState.QUEUED:
            queue_limits.watch(tx, call)
    return tx.configuration


def _still_used(reader: Reader, wanted: Configuration) -> Iterator[str]:
    """Yield a sentence for each thing in use that ``wanted`` does not have, or has elsewhere."""
    for session in reader.live_sessions():
        yield from _used_by_session(reader, wanted, session)
    for call in reader.open_calls():
        yield from _used_by_call(wanted, call)
    for centre in reader.configuration.contact_centers:
        for callback in reader.callbacks(centre.contact_center_id, None):
            if callback.campaign_id not in wanted.campaign_by_id:
                yield (
                    f"The campaign {callback.campaign_id} has callbacks to come, so it cannot be "
                    "removed. Let them be dialled first."
                )


def _used_by_session(reader: Reader, wanted: Configuration, session: AgentSession) -> Iterator[str]:
    user = wanted.user(session.user_id)
    if user is None or user.process_id != session.process_id:
        yield (
            f"The user {session.user_id} is logged in, so it can be neither removed nor moved. "
            "Let the user log out first."
        )
    for campaign_id in session.campaign_ids:
        if not _is_home(wanted, campaign_id, session.process_id):
            yield (
                f"The campaign {campaign_id} has agents at work, so it can be neither removed "
                "nor moved. Let them log out first."
            )
    for association in reader.open_associations(session.session_id):
        call = reader.call(association.crt_object_id)
        if call is not None:
            yield from _used_by_call(wanted, call_for(call, association))


def _used_by_call(wanted: Configuration, call: Call) -> Iterator[str]:
    if not _is_home(wanted, call.campaign_id, call.process_id):
        yield _has_calls("campaign", call.campaign_id)
    if call.queue_id is not None and call.queue_id not in wanted.queue_by_id:
        yield _has_calls("queue", call.queue_id)


def _is_home(wanted: Configuration, campaign_id: int, process_id: int) -> bool:
    campaign = wanted.campaign_by_id.get(campaign_id)
    return campaign is not None and campaign.process_id == process_id


def _has_calls(what: str, number: int) -> str:
    return (
        f"The {what} {number} has open calls, so it can be neither removed nor moved. "
        "Wait until they are over."
    )
