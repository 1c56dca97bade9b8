"""The one way in which the server asks a CRM something (contract 4.1).

https only, except for loopback; the certificate is checked; redirects are not followed; ten
seconds and 64 KiB; never a link-local or metadata address. The host is resolved here, every
address is judged, and the connection goes to the judged address, so that a name which changes its
mind in between ("DNS rebinding") gains nothing.

`httpx2`'s transport is used without its client: no cookie of one agent may reach another's
request, and no proxy, ``.netrc`` or redirect rule of the environment applies.
"""

import asyncio
import re
import socket
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

import httpx2

from screenpop.adapters.crm.addresses import is_loopback_host, reach_of
from screenpop.adapters.crm.errors import (
    CrmAddressForbiddenError,
    CrmAddressPrivateError,
    CrmAnswerBrokenError,
    CrmAnswerTimedOutError,
    CrmAnswerTooLargeError,
    CrmCertificateRejectedError,
    CrmHostNotConfiguredError,
    CrmHostUnknownError,
    CrmRequestError,
    CrmUnreachableError,
    CrmUrlNotHttpsError,
    CrmUrlUnreadableError,
)

__all__ = ["CrmAnswer", "CrmHttp", "CrmRequest", "Resolve", "Timing"]

TIMEOUT_S: Final = 10.0
MAX_BODY_BYTES: Final = 64 * 1024

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From host and port to numeric addresses, best first; raises OSError for an unknown host."""


@dataclass(frozen=True, slots=True)
class CrmRequest:
    """One request to a CRM.

    Attributes:
        url: the full URL, sent byte for byte.
        configured_url: what the administrator configured; ``url`` must have its origin.
        headers: sent besides ``Host`` and ``User-Agent``.
        read_body: without it the answer's body is left unread and `CrmAnswer.body` is empty.
    """

    method: Literal["GET", "POST"]
    url: str
    configured_url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    read_body: bool = True


@dataclass(frozen=True, slots=True)
class Timing:
    """How long each step took, in milliseconds; ``tls`` is 0 for plain http."""

    resolve: float
    connect: float
    tls: float
    first_byte: float
    total: float


@dataclass(frozen=True, slots=True)
class CrmAnswer:
    """What came back, whatever its status. ``headers`` keep order and repeated names."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    address: str
    timing: Timing

    def header_values(self, name: str) -> list[str]:
        """All values of one header, in the order in which they came."""
        return [value for key, value in self.headers if key.casefold() == name.casefold()]


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Resolve as the operating system does, without blocking the loop."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class _Steps:
    """Collects the moments at which the transport reached its steps."""

    started: float
    reached: dict[str, float] = field(default_factory=dict)

    async def note(self, name: str, _info: dict[str, Any]) -> None:
        self.reached[name] = time.perf_counter()

    def took(self, step: str) -> float:
        ended, began = self.reached.get(f"{step}.complete"), self.reached.get(f"{step}.started")
        return (ended - began) * 1000 if ended and began else 0.0

    def since_start(self) -> float:
        return (time.perf_counter() - self.started) * 1000


class CrmHttp:
    """The guarded HTTP client; one for the whole process, safe for many tasks at once.

    Every request has a connection of its own: the transport would choose a kept one by address,
    and two host names may share an address without sharing a certificate.
    """

    def __init__(
        self,
        *,
        allow_private: bool = True,
        timeout_s: float = TIMEOUT_S,
        resolve: Resolve = resolve_by_system,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_private = allow_private
        self._timeout_s = timeout_s
        self._resolve = resolve
        self._transport = httpx2.AsyncHTTPTransport(
            verify=ssl_context or httpx2.create_ssl_context(),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close what is still open."""
        await self._transport.aclose()

    async def ask(self, request: CrmRequest) -> CrmAnswer:
        """Send ``request`` once and give its answer, of any status.

        Raises:
            CrmRequestRefusedError: it was not sent; the tree is in `errors`.
            CrmNoAnswerError: nothing usable came back.
        """
        url = _checked_url(request)
        host = url.host
        steps = _Steps(time.perf_counter())
        try:
            async with asyncio.timeout(self._timeout_s):
                addresses = await self._judged_addresses(url)
                resolved = steps.since_start()
                response, address = await self._send(request, url, addresses, steps)
                first_byte = steps.since_start()
                try:
                    body = await _read(response, host) if request.read_body else b""
                finally:
                    await response.aclose()
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise CrmAnswerTimedOutError(host, f"waited {self._timeout_s:g} s") from error
        except httpx2.TransportError as error:
            raise CrmAnswerBrokenError(host, str(error)) from error
        return CrmAnswer(
            status=response.status_code,
            headers=tuple(response.headers.multi_items()),
            body=body,
            address=address,
            timing=Timing(
                resolve=resolved,
                connect=steps.took("connection.connect_tcp"),
                tls=steps.took("connection.start_tls"),
                first_byte=first_byte,
                total=steps.since_start(),
            ),
        )

    async def _judged_addresses(self, url: httpx2.URL) -> list[str]:
        host = url.host
        try:
            found = await self._resolve(url.raw_host.decode("ascii"), _port(url))
        except (OSError, UnicodeError) as error:
            raise CrmHostUnknownError(host) from error
        reaches = {address: reach_of(address) for address in found}
        if not reaches:
            raise CrmHostUnknownError(host)
        allowed = [address for address, reach in reaches.items() if reach != "never"]
        if not allowed:
            raise CrmAddressForbiddenError(host, ", ".join(reaches))
        if url.scheme == "http":
            allowed = [address for address in allowed if reaches[address] == "loopback"]
            if not allowed:
                raise CrmUrlNotHttpsError(host, "it does not lead to this machine")
        if not self._allow_private:
            allowed = [address for address in allowed if reaches[address] == "public"]
            if not allowed:
                raise CrmAddressPrivateError(host, ", ".join(reaches))
        return allowed

    async def _send(
        self, request: CrmRequest, url: httpx2.URL, addresses: list[str], steps: _Steps
    ) -> tuple[httpx2.Response, str]:
        """Try the addresses in order until one takes the connection."""
        share = self._timeout_s / len(addresses)
        failure: CrmRequestError = CrmUnreachableError(url.host)
        for address in addresses:
            outgoing = httpx2.Request(
                request.method,
                url,
                headers=[
                    ("User-Agent", "screenpop"),
                    ("Accept-Encoding", "identity"),
                    ("Connection", "close"),
                    *request.headers,
                ],
                content=request.body,
                extensions={
                    "timeout": {"connect": share},
                    "trace": steps.note,
                    "sni_hostname": None if _is_address(url) else url.raw_host.decode("ascii"),
                    # Else the library would write some characters of the URL anew.
                    "target": _target(request.url),
                },
            )
            outgoing.url = url.copy_with(host=address)
            try:
                return await self._transport.handle_async_request(outgoing), address
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = _connect_failure(error, url.host)
                if isinstance(failure, CrmCertificateRejectedError):
                    raise failure from error
        raise failure


_PLAIN: Final = re.compile("[!-~]+")


def _checked_url(request: CrmRequest) -> httpx2.URL:
    try:
        url, configured = httpx2.URL(request.url), httpx2.URL(request.configured_url)
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise CrmUrlUnreadableError from error
    # A "%" is what the library makes of a character that no host has.
    if not url.host or "%" in url.host or not _PLAIN.fullmatch(request.url):
        raise CrmUrlUnreadableError(url.host)
    if (url.scheme, url.host, _port(url)) != (
        configured.scheme,
        configured.host,
        _port(configured),
    ):
        raise CrmHostNotConfiguredError(url.host)
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback_host(url.host)):
        raise CrmUrlNotHttpsError(url.host)
    return url


def _port(url: httpx2.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _is_address(url: httpx2.URL) -> bool:
    try:
        reach_of(url.host)
    except ValueError:
        return False
    return True


def _target(url: str) -> bytes:
    """What stands behind the host, without the fragment, exactly as it was written."""
    rest = url.partition("#")[0].partition("://")[2]
    start = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    target = rest[start:]
    return (target if target.startswith("/") else f"/{target}").encode("ascii")


async def _read(response: httpx2.Response, host: str) -> bytes:
    raw = bytearray()
    async for chunk in response.aiter_raw():
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise CrmAnswerTooLargeError(host)
    encoding = response.headers.get("content-encoding", "identity").strip().casefold()
    if encoding in ("", "identity"):
        return bytes(raw)
    # Not asked for, but some servers compress whatever they are told.
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise CrmAnswerBrokenError(host, f"it is compressed as {encoding!r}")
    inflater = zlib.decompressobj(wbits=47)
    try:
        body = inflater.decompress(bytes(raw), MAX_BODY_BYTES)
    except zlib.error as error:
        raise CrmAnswerBrokenError(host, "its compression cannot be read") from error
    if inflater.unconsumed_tail:
        raise CrmAnswerTooLargeError(host)
    return body


def _connect_failure(error: httpx2.TransportError, host: str) -> CrmRequestError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CrmCertificateRejectedError(host, cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return CrmCertificateRejectedError(host, cause.reason or "the TLS handshake failed")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx2.ConnectTimeout):
        return CrmAnswerTimedOutError(host, "no connection in time")
    return CrmUnreachableError(host)
