"""A configured URL, read and validated once when its app is saved (contract 3)."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple, Self
from urllib.parse import unquote_plus

from screenpop.wire.urls.encoding import well_formed
from screenpop.wire.urls.errors import (
    CharacterNotAllowed,
    DotSegment,
    HostInvalid,
    PlaceholderMalformed,
    PlaceholderMisplaced,
    SchemeNotAllowed,
    UrlMissing,
    UserInfoNotAllowed,
)
from screenpop.wire.urls.placeholders import (
    Lookup,
    Placeholder,
    Token,
    is_dot_segment,
    no_value,
    piece_lookup,
    render,
    resolve,
    segment_lookup,
)
from screenpop.wire.urls.values import Point

Tokens = tuple[Token, ...]

_START = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(//)?([^/?#\\]*)")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*[A-Za-z0-9_])?")
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_ILLEGAL = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
# Control characters are refused first, so this mark cannot stand in a configured URL.
_MARK = "\x00{}\x00"
_MARKED = re.compile("\x00([0-9]+)\x00")
_DEFAULT_PORTS = {"https": 443, "http": 80}


class UrlParts(NamedTuple):
    """A URL in three: what stands before the query, the query, the fragment; ``None`` if none."""

    base: str
    query: str | None
    fragment: str | None


@dataclass(frozen=True, slots=True)
class UrlTemplate:
    """A configured URL in parts, each ready to be joined.

    ``authority`` is scheme, host and port as written; ``origin`` the same as
    ``window.location.origin`` writes it; ``own_names`` the names of the configured query in
    lower case; ``query`` and ``fragment`` are ``None`` where the URL has none.
    """

    configured: str
    point: Point
    authority: str
    origin: str
    path: tuple[Tokens, ...]
    query: tuple[Tokens, ...] | None
    fragment: Tokens | None
    own_names: frozenset[str]
    placeholders: tuple[Placeholder, ...]
    literal: UrlParts | None
    """The parts as they are sent, when there are no placeholders."""

    @classmethod
    def parse(
        cls,
        configured: str,
        point: Point | str,
        *,
        field: str | None = None,
        columns: Collection[str] | None = None,
    ) -> Self:
        """Read a configured URL for one integration point.

        ``field`` is the setting's name in error messages, by default the point's.
        ``columns`` are the customer columns of the process; without them any column may be
        named. Raises a ``UrlError`` that carries field, reason and cure.
        """
        point = Point(point)
        field = field or point.value
        url = configured.strip(" \t\r\n")
        if not url:
            raise UrlMissing(field, "The URL is empty.", "Write the page's https address.")
        _check_characters(url, field)
        scheme, authority, rest = _split(url, field)
        origin = _origin(scheme, authority, field)
        placeholders: list[Placeholder] = []

        def mark(match: re.Match[str]) -> str:
            if not match[1].partition("|")[0].strip():
                raise _malformed(field, f"The placeholder {match[0]} has no name.")
            placeholders.append(resolve(match[1], point, columns, field))
            return _MARK.format(len(placeholders) - 1)

        marked = _PLACEHOLDER.sub(mark, rest)
        if "{" in marked or "}" in marked:
            raise _malformed(field, "A brace stands without its twin.")
        before, hash_sign, fragment = marked.partition("#")
        path, question_mark, query = before.partition("?")
        _check_path(path, field)
        pieces = query.split("&") if query else []
        names = [_own_name(piece, field) for piece in pieces]
        segments = tuple(_tokens(one, placeholders) for one in path.split("/"))
        _check_segments(segments, field)
        template = cls(
            configured=url,
            point=point,
            authority=f"{scheme}://{authority}",
            origin=origin,
            path=segments,
            query=tuple(_tokens(one, placeholders) for one in pieces) if question_mark else None,
            fragment=_tokens(fragment, placeholders) if hash_sign else None,
            own_names=frozenset(name for name in names if name),
            placeholders=tuple(placeholders),
            literal=None,
        )
        return template if placeholders else replace(template, literal=template.fill(no_value))

    @property
    def needs_launch_token(self) -> bool:
        """Whether a launch token has to be made before this URL can be composed."""
        return any(one.name == "launchToken" for one in self.placeholders)

    def fill(self, lookup: Lookup) -> UrlParts:
        """The configured URL with the values of one composition, encoded for their places."""
        if self.literal is not None:
            return self.literal
        segments = [render(one, segment_lookup(one, lookup)) for one in self.path]
        pieces = [
            render(one, piece_lookup(one, lookup, self.own_names)) for one in self.query or ()
        ]
        return UrlParts(
            self.authority + "/".join(segments),
            None if self.query is None else "&".join(pieces),
            None if self.fragment is None else render(self.fragment, lookup),
        )


def _check_characters(url: str, field: str) -> None:
    if url != well_formed(url):
        raise CharacterNotAllowed(
            field,
            "The URL contains a control character, a line break or half a character.",
            "Write it again on one line.",
        )


def _split(url: str, field: str) -> tuple[str, str, str]:
    start = _START.match(url)
    if start is None:
        if "{" in re.split(r"[/?#]", url)[0]:
            raise _misplaced(field)
        raise SchemeNotAllowed(
            field, "The URL has no scheme.", "Write it in full, beginning with https://."
        )
    scheme, slashes, authority = start[1].lower(), start[2], start[3]
    if scheme not in _DEFAULT_PORTS:
        raise SchemeNotAllowed(
            field,
            f"The scheme {scheme}: cannot be opened in the console.",
            "Write an address that begins with https://.",
        )
    if not slashes or not authority:
        raise HostInvalid(field, "The URL names no host.", f"Write {scheme}://host/path.")
    if "{" in authority or "}" in authority:
        raise _misplaced(field)
    return scheme, authority, url[start.end() :]


def _origin(scheme: str, authority: str, field: str) -> str:
    if "@" in authority:
        raise UserInfoNotAllowed(
            field,
            "The URL has a user name or password in front of its host.",
            "Take out what stands before the @; choose a session policy instead.",
        )
    parts = _AUTHORITY.fullmatch(authority)
    host = parts[1].lower() if parts else ""
    if not parts or not _is_host(host):
        raise HostInvalid(
            field,
            f"{well_formed(authority)} is not a host name or address.",
            "Write the host in letters, digits, - and dots; other scripts in their xn-- form.",
        )
    port = parts[2]
    if port and not 0 < int(port[:6]) < 65536:
        raise HostInvalid(field, f"{port} is not a port.", "Write a port from 1 to 65535.")
    if scheme == "http" and not _is_loopback(host):
        raise SchemeNotAllowed(
            field,
            f"http is taken for loopback hosts only, and {host} is none.",
            "Serve the page over https and write https://.",
        )
    if not port or int(port) == _DEFAULT_PORTS[scheme]:
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{int(port)}"


def _is_host(host: str) -> bool:
    if host.startswith("["):
        try:
            IPv6Address(host[1:-1])
        except AddressValueError:
            return False
        return "%" not in host
    labels = host.removesuffix(".").split(".")
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)


def _is_loopback(host: str) -> bool:
    if host.startswith("["):
        return IPv6Address(host[1:-1]).is_loopback
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return IPv4Address(host).is_loopback
    except AddressValueError:
        return False


def _misplaced(field: str) -> PlaceholderMisplaced:
    return PlaceholderMisplaced(
        field,
        "A placeholder stands in the scheme, user, host or port.",
        "Write the address up to the first / literally.",
    )


def _malformed(field: str, reason: str) -> PlaceholderMalformed:
    return PlaceholderMalformed(
        field, reason, "Write {name} or {name|default}; a literal brace is %7B or %7D."
    )


def _check_path(path: str, field: str) -> None:
    if "\\" in path:
        raise CharacterNotAllowed(
            field,
            "The path contains a backslash, which browsers read as /.",
            "Write / for a new segment or %5C for the character itself.",
        )


def _own_name(piece: str, field: str) -> str:
    name, equals, _ = piece.partition("=")
    if _MARKED.search(name):
        if equals:
            raise PlaceholderMisplaced(
                field,
                "A placeholder stands in the name of a query parameter.",
                "Write the name literally and the placeholder behind the =.",
            )
        return ""
    return unquote_plus(name).lower()


def _tokens(marked: str, placeholders: list[Placeholder]) -> Tokens:
    tokens: list[Token] = []
    for index, part in enumerate(_MARKED.split(marked)):
        if index % 2:
            tokens.append(placeholders[int(part)])
        elif part:
            tokens.append(_ILLEGAL.sub(_percent, part))
    return tuple(tokens) or ("",)


def _percent(match: re.Match[str]) -> str:
    """What a browser makes of a character that may not stand in a URL."""
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _check_segments(segments: tuple[Tokens, ...], field: str) -> None:
    for segment in segments:
        if all(isinstance(token, str) for token in segment):
            continue
        if is_dot_segment(render(segment, no_value)):
            raise DotSegment(
                field,
                "Without its values a path segment of the URL is . or .., which leads elsewhere.",
                "Write something else beside the placeholder, or another default.",
            )
