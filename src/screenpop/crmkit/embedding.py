"""The response headers that let a page be framed by the console (contract 3.6, 4).

Pure; the middlewares of `crmkit.asgi`, `crmkit.wsgi` and `crmkit.django` apply it.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

__all__ = ["Embedding"]

Headers = list[tuple[str, str]]

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


@dataclass(frozen=True, slots=True)
class Embedding:
    """Who may frame the page, and which cookies must come back from the frame.

    Attributes:
        console_origins: exactly as browsers write them: ``https://console.example``.
        cookies: the names of the cookies to mark; None marks all of them. A marked cookie is sent
            with requests that other sites cause as well, so changes need a CSRF token.
    """

    console_origins: tuple[str, ...]
    cookies: frozenset[str] | None = None

    @classmethod
    def of(
        cls, console_origins: Iterable[str], cookies: Collection[str] | None = None
    ) -> "Embedding":
        """Check and keep the origins.

        Raises:
            ValueError: none is given, or one is no web origin.
        """
        origins = tuple(console_origins)
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin!r} is no web origin; write it as https://console.example,"
                    " without a path or a trailing slash"
                )
        if not origins:
            raise ValueError("name at least one console origin, such as https://console.example")
        return cls(origins, None if cookies is None else frozenset(cookies))

    @property
    def frame_ancestors(self) -> str:
        """The directive: the page itself and the consoles may frame it."""
        return f"frame-ancestors 'self' {' '.join(self.console_origins)}"

    def apply(self, headers: Iterable[tuple[str, str]]) -> Headers:
        """The same headers, made fit for the frame.

        ``X-Frame-Options`` goes, every policy's ``frame-ancestors`` is replaced (other directives
        stay), one is added where there was none, and the cookies get what they lack.
        """
        fit: Headers = []
        has_ancestors = False
        for name, value in headers:
            match name.casefold():
                case "x-frame-options":
                    continue
                case "content-security-policy":
                    policies = value.split(",")
                    has_ancestors = has_ancestors or any(map(_ancestors_of, policies))
                    fit.append((name, ", ".join(map(self.policy, policies))))
                case "set-cookie":
                    fit.append((name, self.cookie(value)))
                case _:
                    fit.append((name, value))
        if not has_ancestors:
            fit.append(("Content-Security-Policy", self.frame_ancestors))
        return fit

    def policy(self, policy: str) -> str:
        """One policy with its ``frame-ancestors`` replaced, unchanged if it has none."""
        ancestors = _ancestors_of(policy)
        if not ancestors:
            return policy.strip()
        kept = [one.strip() for one in policy.split(";") if one.strip() and one not in ancestors]
        return "; ".join([*kept, self.frame_ancestors])

    def cookie(self, value: str) -> str:
        """One ``Set-Cookie`` value with ``Secure; SameSite=None; Partitioned`` (contract 4)."""
        pair, *attributes = (part.strip() for part in value.split(";"))
        name = pair.partition("=")[0].strip()
        if self.cookies is not None and name not in self.cookies:
            return value
        replaced = ("samesite", "secure", "partitioned", "")
        kept = [one for one in attributes if one.partition("=")[0].strip().lower() not in replaced]
        return "; ".join([pair, *kept, "Secure", "SameSite=None", "Partitioned"])


def _ancestors_of(policy: str) -> list[str]:
    """The policy's ``frame-ancestors`` directives, as written."""
    return [
        directive
        for directive in policy.split(";")
        if directive.strip().casefold().partition(" ")[0] == "frame-ancestors"
    ]
