"""``/metrics``: for Prometheus on this machine, or with an administrator's account (contract 8)."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.configuration import Configuration
from screenpop.domain.errors import AccessDeniedError, NotAuthenticatedError
from screenpop.web.account_credentials import AccountCredentials
from screenpop.web.api.guard import guarded
from screenpop.wire.credentials import read

__all__ = ["METRICS_PATH", "metrics_route"]

METRICS_PATH: Final = "/metrics"
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
#: A proxy on this machine says so by one of these; then the client is not on it.
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def metrics_route(
    render: Callable[[], Awaitable[bytes]],
    configuration: Callable[[], Configuration],
    accounts: AccountCredentials,
) -> Route:
    """Return the route, which answers with what ``render`` gives."""

    async def metrics(request: Request) -> Response:
        if not _from_this_machine(request):
            await _admit(request.headers.get("authorization"), configuration, accounts)
        return Response(await render(), 200, {"Cache-Control": "no-store"}, _TEXT)

    return Route(METRICS_PATH, guarded(metrics), methods=["GET"])


async def _admit(
    authorization: str | None,
    configuration: Callable[[], Configuration],
    accounts: AccountCredentials,
) -> None:
    """Let an administrator's account pass.

    :raises NotAuthenticatedError: there is no valid credential.
    :raises AccessDeniedError: it is not an administrator's account.
    """
    token = read(authorization, None, None, None, lenient=False).account_token
    proof = None if token is None else await accounts.verify(token)
    if proof is None:
        raise NotAuthenticatedError
    account = configuration().account_by_id.get(proof.account_id or "")
    if account is None or not account.administrator:
        raise AccessDeniedError("Only an administrator's account may read the metrics.")


def _from_this_machine(request: Request) -> bool:
    """Tell whether it comes from loopback, by a loopback name, and through no proxy.

    The name is looked at because a page whose own name leads to 127.0.0.1 could ask otherwise.
    """
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(request.client.host) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
