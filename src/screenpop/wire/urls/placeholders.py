"""Placeholders of a configured URL: ``{phone}``, ``{customer.name|friend}`` (contract 3)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from screenpop.wire.urls.encoding import encode, text_of
from screenpop.wire.urls.errors import UnknownPlaceholder
from screenpop.wire.urls.parameters import (
    BEARER_SESSION,
    KINDS,
    STANDARD_NAMES,
    Parameter,
    placeholder_parameters,
)
from screenpop.wire.urls.values import LoginValues, Point, UrlValues

_STANDARD_NAMES = frozenset(name.lower() for name in STANDARD_NAMES)
_COLUMN_PREFIXES = ("customer.", "customerinfo.")
_ADDITIONAL_PREFIX = "additionalparams."


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder: ``text`` as written, and what it names.

    ``name`` is a parameter's name, or ``customer`` or ``additionalParams`` with ``key`` set.
    """

    text: str
    name: str
    key: str | None
    default: str


Token = str | Placeholder
"""A piece of a configured URL: literal text, ready to be sent, or a placeholder."""

Lookup = Callable[[Placeholder], str]
"""Gives a placeholder's value as plain text, empty for none."""

_PARAMETERS = {kind: placeholder_parameters(kind) for kinds in KINDS.values() for kind in kinds}
_NAMES = {
    point: {name.lower(): name for kind in kinds for name in _PARAMETERS[kind]}
    for point, kinds in KINDS.items()
}


def resolve(inside: str, point: Point, columns: Collection[str] | None, field: str) -> Placeholder:
    """Read what stands between two braces; names are taken without case.

    ``columns`` are the customer columns of the process, or ``None`` when they are not known.
    Raises ``UnknownPlaceholder``.
    """
    written, _, default = inside.partition("|")
    name, key = written.strip(), None
    lowered = name.lower()
    text = "{" + inside + "}"
    prefix = next((one for one in _COLUMN_PREFIXES if lowered.startswith(one)), None)
    if prefix and point is not Point.LOGIN:
        name, key = "customer", name[len(prefix) :]
        known = columns is None or key.lower() in {column.lower() for column in columns}
    elif lowered.startswith(_ADDITIONAL_PREFIX) and point is not Point.LOGIN:
        name, key = "additionalParams", name[len(_ADDITIONAL_PREFIX) :]
        known = True
    else:
        known = lowered in _NAMES[point]
        name = _NAMES[point].get(lowered, name)
    if not known or key == "":
        raise UnknownPlaceholder(
            field,
            f"The placeholder {text} names nothing that is known at {point.value}.",
            f"Write one of {_offer(point, columns)}, or take it out.",
        )
    return Placeholder(text, name, key, default)


def _offer(point: Point, columns: Collection[str] | None) -> str:
    names = list(_NAMES[point].values())
    if point is not Point.LOGIN:
        names += [f"customer.{column}" for column in columns or ("<column>",)]
        names.append("additionalParams.<key>")
    return ", ".join("{" + name + "}" for name in names)


def lookup_in(values: UrlValues, *, session_ids: bool, bearer: bool) -> Lookup:
    """The values of one composition as a ``Lookup``; withheld ids have no value."""
    parameters = _PARAMETERS[type(values)]

    def text(placeholder: Placeholder) -> str:
        if placeholder.key is not None:
            return _keyed(values, placeholder.name, placeholder.key)
        parameter = parameters.get(placeholder.name)
        if parameter is None or (parameter.session and not session_ids):
            return ""
        return parameter_text(parameter, values, bearer=bearer)

    return text


def parameter_text(parameter: Parameter, values: UrlValues, *, bearer: bool) -> str:
    """A parameter's value as plain text, the login's ``sessionId`` in the app's own form."""
    if bearer and parameter.name == BEARER_SESSION.name and isinstance(values, LoginValues):
        parameter = BEARER_SESSION
    return parameter.write(getattr(values, parameter.attribute))


def _keyed(values: UrlValues, name: str, key: str) -> str:
    if isinstance(values, LoginValues):
        return ""
    held: Mapping[str, object]
    held = (values.customer or {}) if name == "customer" else values.additional_params
    if key in held:
        return text_of(held[key])
    lowered = key.lower()
    return text_of(next((held[one] for one in held if one.lower() == lowered), None))


def _text(token: Token, lookup: Lookup) -> str:
    return token if isinstance(token, str) else lookup(token) or token.default


def render(tokens: tuple[Token, ...], lookup: Lookup) -> str:
    """The tokens as URL text, every value encoded."""
    return "".join(
        [token if isinstance(token, str) else encode(_text(token, lookup)) for token in tokens]
    )


def no_value(_placeholder: Placeholder) -> str:
    """A ``Lookup`` in which nothing has a value."""
    return ""


def is_dot_segment(text: str) -> bool:
    """Whether a browser or a server would read this path segment as "here" or "one up"."""
    return text.lower().replace("%2e", ".") in (".", "..")


def _is_literal(tokens: tuple[Token, ...]) -> bool:
    # Literal text is one token, placeholders stand between literal ones.
    return len(tokens) == 1 and isinstance(tokens[0], str)


def segment_lookup(tokens: tuple[Token, ...], lookup: Lookup) -> Lookup:
    """The lookup for a path segment: values that would make it ``.`` or ``..`` count as none."""
    if _is_literal(tokens):
        return lookup
    text = "".join([_text(token, lookup) for token in tokens])
    return no_value if is_dot_segment(text) else lookup


def piece_lookup(tokens: tuple[Token, ...], lookup: Lookup, own_names: frozenset[str]) -> Lookup:
    """The lookup for a piece of the configured query.

    In a bare ``?{customer.name}`` a customer called ``sessionId`` must not pass for a parameter
    of ours, nor for a configured one: then the value counts as none.
    """
    first = tokens[0]
    # A placeholder never stands in front of a "=", so the first token tells.
    if isinstance(first, str) and (len(tokens) == 1 or "=" in first):
        return lookup
    name = unquote_plus(render(tokens, lookup)).lower()
    return no_value if name in _STANDARD_NAMES or name in own_names else lookup
