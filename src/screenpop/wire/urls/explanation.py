"""Where each part of a composed URL came from, for the preview of an app (contract 3)."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from screenpop.wire.urls.composer import compose_parts, is_sent, reason_to_omit
from screenpop.wire.urls.options import STANDARD_OPTIONS, ComposeOptions
from screenpop.wire.urls.parameters import STANDARD, STANDARD_NAMES, Presence
from screenpop.wire.urls.placeholders import (
    Placeholder,
    Token,
    lookup_in,
    piece_lookup,
    segment_lookup,
)
from screenpop.wire.urls.template import UrlTemplate
from screenpop.wire.urls.values import UrlValues

_WHEN = {
    Presence.SSO: "only under SSO",
    Presence.INBOUND: "inbound only",
    Presence.GIVEN: "no value",
}


class Source(StrEnum):
    """Where a parameter of the query comes from."""

    CONFIGURED = "configured"
    PLACEHOLDER = "placeholder"
    STANDARD = "standard"
    CUSTOMER_COLUMN = "customer column"


class Place(StrEnum):
    """Where in the URL a placeholder stands."""

    PATH = "path"
    QUERY = "query"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True)
class ParameterSource:
    """One parameter of the query, decoded, in the URL's order."""

    name: str
    value: str
    source: Source
    empty: bool


@dataclass(frozen=True, slots=True)
class PlaceholderUse:
    """One placeholder as written, what was put in its place, and whether it had no value."""

    text: str
    place: Place
    value: str
    empty: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A standard parameter that is not in the URL, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A composed URL with the origin of each part."""

    url: str
    parameters: tuple[ParameterSource, ...]
    placeholders: tuple[PlaceholderUse, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def empty_placeholders(self) -> tuple[str, ...]:
        """The placeholders that had no value, as written."""
        return tuple(use.text for use in self.placeholders if use.empty)


def explain(
    template: UrlTemplate, values: UrlValues, options: ComposeOptions = STANDARD_OPTIONS
) -> Explanation:
    """Compose the URL and say which parameter came from where.

    Raises ``TypeError`` as ``compose`` does.
    """
    parts = compose_parts(template, values, options)
    own = [
        _source(piece, _own_source(tokens))
        for piece, tokens in zip(
            (parts.own.query or "").split("&"), template.query or ((),), strict=True
        )
        if piece
    ]
    added = [_source(piece, _added_source(piece)) for piece in parts.added.split("&") if piece]
    return Explanation(
        str(parts),
        (*own, *added),
        _uses(template, values, options),
        _left_out(template, values, options),
    )


def _source(piece: str, source: Source) -> ParameterSource:
    name, _, value = piece.partition("=")
    # A configured part may say "+" for a space; in what we encode "+" is always %2B.
    name, value = (unquote(text.replace("+", " ")) for text in (name, value))
    return ParameterSource(name, value, source, empty=not value)


def _own_source(tokens: tuple[Token, ...]) -> Source:
    named = any(isinstance(token, Placeholder) for token in tokens)
    return Source.PLACEHOLDER if named else Source.CONFIGURED


def _added_source(piece: str) -> Source:
    name = unquote(piece.partition("=")[0])
    return Source.STANDARD if name in STANDARD_NAMES else Source.CUSTOMER_COLUMN


def _uses(
    template: UrlTemplate, values: UrlValues, options: ComposeOptions
) -> tuple[PlaceholderUse, ...]:
    lookup = lookup_in(values, session_ids=options.session_ids, bearer=options.bearer_session)
    own_names = template.own_names
    groups = [(Place.PATH, one, segment_lookup(one, lookup)) for one in template.path]
    groups += [
        (Place.QUERY, one, piece_lookup(one, lookup, own_names)) for one in template.query or ()
    ]
    groups.append((Place.FRAGMENT, template.fragment or (), lookup))
    uses: list[PlaceholderUse] = []
    for place, tokens, find in groups:
        for token in tokens:
            if isinstance(token, Placeholder):
                found = find(token)
                value = found or token.default
                uses.append(PlaceholderUse(token.text, place, value, empty=not found))
    return tuple(uses)


def _left_out(
    template: UrlTemplate, values: UrlValues, options: ComposeOptions
) -> tuple[LeftOut, ...]:
    out: list[LeftOut] = []
    for parameter in STANDARD[type(values)]:
        reason = reason_to_omit(parameter, template.own_names, options)
        if reason is None and parameter.presence is not Presence.ALWAYS:
            reason = None if is_sent(parameter, values) else _WHEN[parameter.presence]
        if reason is not None:
            out.append(LeftOut(parameter.name, reason))
    return tuple(out)
