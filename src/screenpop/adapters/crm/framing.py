"""May a page be framed by our console, and do its cookies come back? Judged as browsers do.

Pure: from response headers to verdicts. After CSP Level 3 (``frame-ancestors``), the HTML
standard (``X-Frame-Options``) and RFC 6265bis (cookies); contract 3.6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

__all__ = ["CookieVerdict", "FramingVerdict", "WebOrigin", "judge_cookies", "judge_framing"]

Headers = Sequence[tuple[str, str]]

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class WebOrigin:
    """Scheme, host and port, as browsers compare them."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """The origin of ``url``.

        Raises:
            ValueError: ``url`` is no http or https URL.
        """
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise ValueError(f"not a web origin: {url!r}")
        return cls(parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme])

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


@dataclass(frozen=True, slots=True)
class FramingVerdict:
    """Whether a console at ``origin`` may frame the page; if not, the header that forbids it."""

    origin: str
    allowed: bool
    header: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class CookieVerdict:
    """One cookie and the attributes it lacks to come back from a frame of another site."""

    name: str
    missing: tuple[str, ...]


def judge_framing(headers: Headers, page: WebOrigin, console: WebOrigin) -> FramingVerdict:
    """Judge a response of ``page`` for a console at ``console``.

    Every policy must allow it. Where one has ``frame-ancestors``, browsers ignore
    ``X-Frame-Options``; report-only policies never count.
    """
    policies = [
        (policy.strip(), sources)
        for value in _values(headers, "content-security-policy")
        for policy in value.split(",")
        if (sources := _frame_ancestors(policy)) is not None
    ]
    for policy, sources in policies:
        if not any(_source_matches(source, page, console) for source in sources):
            return FramingVerdict(str(console), False, "Content-Security-Policy", policy)
    values = _values(headers, "x-frame-options")
    if not policies and not _frame_options_allow(values, page, console):
        return FramingVerdict(str(console), False, "X-Frame-Options", ", ".join(values))
    return FramingVerdict(str(console), True)


def judge_cookies(
    headers: Headers, page: WebOrigin, consoles: Iterable[WebOrigin]
) -> tuple[CookieVerdict, ...]:
    """Judge each ``Set-Cookie``; nothing is missing where every console shares the page's host."""
    same_site = all(console.host == page.host for console in consoles)
    verdicts = []
    for value in _values(headers, "set-cookie"):
        pair, *attributes = (part.strip() for part in value.split(";"))
        named = dict(_attribute(attribute) for attribute in attributes)
        missing = []
        if named.get("samesite") != "none":
            missing.append("SameSite=None")
        missing += [name for name in ("Secure", "Partitioned") if name.casefold() not in named]
        name = pair.partition("=")[0].strip()
        verdicts.append(CookieVerdict(name, () if same_site else tuple(missing)))
    return tuple(verdicts)


def _values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.casefold() == name]


def _attribute(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().casefold(), value.strip().casefold()


def _frame_ancestors(policy: str) -> list[str] | None:
    """The sources of the policy's first ``frame-ancestors``, or None where it has none."""
    for directive in policy.split(";"):
        name, *sources = directive.split() or [""]
        if name.casefold() == "frame-ancestors":
            return sources
    return None


def _source_matches(source: str, page: WebOrigin, console: WebOrigin) -> bool:
    text = source.casefold()
    if text == "*":
        return True
    if text == "'self'":
        return _scheme_matches(page.scheme, console.scheme) and (page.host, page.port) == (
            console.host,
            console.port,
        )
    if text.startswith("'"):
        return False
    if text.endswith(":") and "/" not in text:
        return _scheme_matches(text[:-1], console.scheme)
    scheme, separator, rest = text.partition("://")
    if not separator:
        # Without a scheme the page's own is meant: the trap of http consoles and https pages.
        scheme, rest = page.scheme, text
    authority, _, path = rest.partition("/")
    host, port = _split_port(authority)
    # An ancestor is matched by its origin alone, so a path other than "/" never fits.
    return (
        not path
        and _scheme_matches(scheme, console.scheme)
        and _host_matches(host, console.host)
        and _port_matches(port, console)
    )


def _scheme_matches(pattern: str, scheme: str) -> bool:
    return pattern == scheme or (pattern == "http" and scheme == "https")


def _split_port(authority: str) -> tuple[str, str]:
    host, separator, port = authority.rpartition(":")
    if not separator or port.endswith("]"):
        return authority.strip("[]"), ""
    return host.strip("[]"), port


def _host_matches(pattern: str, host: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return pattern == host


def _port_matches(pattern: str, console: WebOrigin) -> bool:
    default = _DEFAULT_PORTS[console.scheme]
    if pattern == "":
        return console.port == default
    # Port 80 is upgraded together with its scheme.
    return pattern in ("*", str(console.port)) or (pattern, console.port, console.scheme) == (
        "80",
        443,
        "https",
    )


def _frame_options_allow(values: list[str], page: WebOrigin, console: WebOrigin) -> bool:
    options = {part.strip().casefold() for value in values for part in value.split(",")}
    if len(options) > 1:
        # Contradictions forbid; several unknown words mean nothing, as does one (ALLOW-FROM).
        return not options & {"deny", "allowall", "sameorigin"}
    if options == {"deny"}:
        return False
    return options != {"sameorigin"} or page == console
