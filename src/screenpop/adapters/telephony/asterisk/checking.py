"""Is this Asterisk fit for screenpop?  Looked at step by step, each with its cure."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from screenpop.adapters.telephony.asterisk.ari import Ari, AriAccount
from screenpop.adapters.telephony.asterisk.dial_strings import endpoint_of_extension
from screenpop.adapters.telephony.asterisk.errors import (
    AriError,
    AriRefusedError,
    AriUnreachableError,
)

__all__ = ["Finding", "check_asterisk"]

_OLDEST: Final = 22
_MODULES: Final = (
    "app_stasis",
    "bridge_holding",
    "bridge_simple",
    "bridge_softmix",
    "chan_pjsip",
    "func_channel",
    "pbx_config",
    "res_ari_applications",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_events",
    "res_http_websocket",
    "res_musiconhold",
    "res_pjsip_dtmf_info",
    "res_pjsip_header_funcs",
    "res_pjsip_session",
    "res_stasis",
    "res_stasis_answer",
)
_UNAUTHORIZED: Final = (401, 403)
_NOT_FOUND: Final = 404
_CONTEXT: Final = "screenpop-inbound"
_EVENTS: Final = "events come over a WebSocket"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step found."""

    #: What was looked at, as a statement that holds if ``ok``.
    step: str
    #: Empty if all is well, else what is wrong.
    problem: str = ""
    #: What to do about it.
    cure: str = ""

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return not self.problem


async def check_asterisk(
    account: AriAccount, trunk: str, extensions: Sequence[str], dids: Sequence[str]
) -> AsyncIterator[Finding]:
    """Look at an Asterisk; a step without which the rest says nothing is the last.

    ``extensions`` are those of the agents, ``dids`` the queues' numbers.  A server that works on
    this Asterisk is not disturbed.
    """
    # Under a name of its own: a second subscriber would throw the server out.
    async with Ari(replace(account, app=f"{account.app}-check")) as ari:
        try:
            info = await ari.ask("GET", "asterisk", "info")
        except AriError as problem:
            yield _of_first_question(account, problem)
            return
        yield Finding(f"Asterisk answers at {account.url} and lets {account.user} in")
        yield _of_version(str(info["system"]["version"]))
        try:
            yield await _modules(ari)
            yield await _trunk(ari, trunk)
            for extension in extensions:
                yield await _telephone(ari, extension, trunk)
            try:
                events = await ari.listen()
            except AriError as problem:
                yield _without_events(problem)
                return
            yield Finding(_EVENTS)
            try:
                for did in dids:
                    yield await _number(ari, did, account.app)
            finally:
                await events.close()
        except AriUnreachableError as gone:
            yield Finding("Asterisk goes on answering", gone.reason, "Look into its log.")


def _of_first_question(account: AriAccount, problem: AriError) -> Finding:
    step = f"Asterisk answers at {account.url} and lets {account.user} in"
    if isinstance(problem, AriRefusedError) and problem.status in _UNAUTHORIZED:
        return Finding(
            step,
            "user or secret is wrong",
            f"Let [telephony] user and secret be those of [{account.user}] in ari.conf, and "
            "reload: asterisk -rx 'module reload res_ari.so'.",
        )
    if isinstance(problem, AriRefusedError) and problem.status == _NOT_FOUND:
        return Finding(
            step,
            "something answers, but not Asterisk's REST interface",
            "Set enabled = yes in ari.conf, see that res_ari.so is loaded, and that "
            "[telephony] url is the address of http.conf, without a path.",
        )
    return Finding(
        step,
        str(problem),
        "Start Asterisk; set enabled = yes, bindaddr and bindport in http.conf; let "
        "[telephony] url name that address.",
    )


def _of_version(version: str) -> Finding:
    step = f"its version, {version}, is {_OLDEST} or newer"
    major = version.removeprefix("certified-").partition(".")[0]
    if major.isdigit() and int(major) >= _OLDEST:
        return Finding(step)
    return Finding(step, "it is older", f"Install Asterisk {_OLDEST}.")


async def _modules(ari: Ari) -> Finding:
    step = "every module that is needed runs"
    loaded: list[dict[str, Any]] = await ari.ask("GET", "asterisk", "modules")
    running = {m["name"].removesuffix(".so") for m in loaded if m["status"] == "Running"}
    if lacking := [name for name in _MODULES if name not in running]:
        return Finding(
            step, f"not running: {', '.join(lacking)}", "Load them in modules.conf, and restart."
        )
    return Finding(step)


def _without_events(problem: AriError) -> Finding:
    return Finding(
        _EVENTS,
        str(problem),
        "Load res_http_websocket.so and res_ari_events.so; a proxy in between must pass "
        "WebSockets on.",
    )


async def _trunk(ari: Ari, trunk: str) -> Finding:
    step = f"the trunk, PJSIP endpoint {trunk}, is there"
    state = await _state(ari, trunk)
    if state is None:
        return Finding(
            step,
            "it is not",
            f"Write it into pjsip.conf, or let [telephony] trunk name yours; there are: "
            f"{', '.join(await _endpoints(ari)) or 'none'}.",
        )
    if state == "offline":
        return Finding(
            step,
            "the provider's server does not answer",
            f"See its address and the firewall: asterisk -rx 'pjsip show endpoint {trunk}'.",
        )
    return Finding(step)


async def _telephone(ari: Ari, extension: str, trunk: str) -> Finding:
    step = f"the agents' extension {extension} can be rung"
    endpoint = endpoint_of_extension(extension, trunk)
    if endpoint is None:
        return Finding(
            step,
            "it is neither a telephone number nor the name of an endpoint",
            "Use letters, digits, and . _ - in the user's extension.",
        )
    if "@" in endpoint:
        return Finding(step)
    state = await _state(ari, extension)
    if state is None:
        return Finding(
            step,
            f"there is no PJSIP endpoint {extension}",
            "Write one into pjsip.conf, or give the user another extension.",
        )
    if state == "offline":
        return Finding(
            step, "no telephone is registered there", "Let the telephone log in to Asterisk."
        )
    return Finding(step)


async def _number(ari: Ari, did: str, app: str) -> Finding:
    step = f"calls to {did} are handed over"
    # The dialplan answers to channels only: to one that never calls anybody.
    probe = f"{app}-check-{did}"
    where = {"endpoint": f"Local/{did}@{_CONTEXT}", "app": f"{app}-check", "channelId": probe}
    asked = {"variable": f"DIALPLAN_EXISTS({_CONTEXT},{did},1)"}
    found = ""
    with contextlib.suppress(AriRefusedError):
        await ari.ask("POST", "channels", "create", params=where)
        found = (await ari.ask("GET", "channels", probe, "variable", params=asked))["value"]
        await ari.ask("DELETE", "channels", probe)
    if found == "1":
        return Finding(step)
    return Finding(
        step,
        f"the dialplan's context {_CONTEXT} has no such number",
        f"Let the trunk's context lead to Stasis({app},inbound), as the extensions.conf of "
        "`screenpop telephony asterisk init` does.",
    )


async def _state(ari: Ari, endpoint: str) -> str | None:
    try:
        found = await ari.ask("GET", "endpoints", "PJSIP", endpoint)
    except AriRefusedError:
        return None
    return str(found.get("state", "unknown"))


async def _endpoints(ari: Ari) -> list[str]:
    found: list[dict[str, Any]] = await ari.ask("GET", "endpoints", "PJSIP")
    return sorted(str(endpoint["resource"]) for endpoint in found)
