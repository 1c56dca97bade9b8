"""Why an app did, or did not, open for a call: sentences for ``GET /calls/{id}`` (contract 3.2)."""

from __future__ import annotations

from typing import Any, Final

from screenpop.domain.app import App
from screenpop.domain.association import Association
from screenpop.domain.call import Call
from screenpop.domain.pop import Pop, PopRule
from screenpop.ports.store import Reader

__all__ = ["pop_decisions"]

_SENTENCES: Final = {
    PopRule.MATCHED: "It serves this call and has a {point} URL.",
    PopRule.WAITS_FOR_CONNECT: "It opens on connect, and the call is not connected for this agent.",
    PopRule.DISABLED: "The app is disabled, or was removed.",
    PopRule.OTHER_PROCESS: "It belongs to another process than the call.",
    PopRule.OTHER_CAMPAIGN: "It serves other campaigns than the call's.",
    PopRule.OTHER_QUEUE: "It serves other queues than the call's.",
    PopRule.NO_URL: "It has no {point} URL.",
}
_LATER: Final = "The app was added after the call came."


def pop_decisions(reader: Reader, call: Call) -> list[dict[str, Any]]:
    """Return one decision per association and app of the contact centre, in the apps' order."""
    kept = {(pop.subject, pop.app_id): pop for pop in reader.pops_of_call(call.crt_object_id)}
    apps = [a for a in reader.configuration.apps if a.contact_center_id == call.contact_center_id]
    apps.sort(key=lambda app: app.position)
    decisions = []
    for association in reader.associations(call.crt_object_id):
        considered = [
            pop for (subject, _), pop in kept.items() if subject == association.association_id
        ]
        decisions += [_kept(pop, association) for pop in considered]
        known = {pop.app_id for pop in considered}
        decisions += [_other(a, call, association) for a in apps if a.app_id not in known]
    return decisions


def _kept(pop: Pop, association: Association) -> dict[str, Any]:
    return {
        "associationId": pop.subject,
        "userId": association.user_id,
        "appId": pop.app_id,
        "appName": pop.app_name,
        "appRevision": pop.app_revision,
        "point": pop.point.value,
        "popMoment": pop.moment.value,
        "popped": pop.popped_at is not None,
        "rule": pop.rule.value,
        "reason": _SENTENCES[pop.rule].format(point=pop.point.value),
        "decidedAt": pop.decided_at,
        "poppedAt": pop.popped_at,
        "instanceId": pop.instance_id,
        "timesAsked": pop.times_asked,
        "askedAt": pop.asked_at,
        "loadedAt": pop.loaded_at,
        "helloAt": pop.hello_at,
    }


def _other(app: App, call: Call, association: Association) -> dict[str, Any]:
    """Return why an app was not even considered."""
    elsewhere = app.process_id != call.process_id
    return {
        "associationId": association.association_id,
        "userId": association.user_id,
        "appId": app.app_id,
        "appName": app.name,
        "appRevision": app.revision,
        "popped": False,
        "rule": PopRule.OTHER_PROCESS.value if elsewhere else "added.later",
        "reason": _SENTENCES[PopRule.OTHER_PROCESS] if elsewhere else _LATER,
    }
