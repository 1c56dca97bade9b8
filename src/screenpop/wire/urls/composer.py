"""Composing the URL of an integration point (contract 3)."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from screenpop.wire.urls.encoding import encode, encode_query, json_text, text_of
from screenpop.wire.urls.options import STANDARD_OPTIONS, ComposeOptions
from screenpop.wire.urls.parameters import (
    BEARER_SESSION,
    KINDS,
    STANDARD,
    TRUNCATED,
    Parameter,
    Presence,
)
from screenpop.wire.urls.placeholders import lookup_in
from screenpop.wire.urls.template import UrlParts, UrlTemplate
from screenpop.wire.urls.values import (
    CallValues,
    DisposeAgentValues,
    LoginValues,
    Scalar,
    UrlValues,
)

_INBOUND_CALL = "inbound.call.dial"
_CUSTOMER_INFO = "customerInfo"
_CRM_SESSION = "crmSessionId"
_TRUNCATED_BYTES = len(f"&{TRUNCATED}=true")
_EMPTY_OBJECT_BYTES = len(encode("{}"))
_COMMA_BYTES = len(encode(","))

_OPTIONAL = {
    kind: tuple(one for one in table if one.presence is not Presence.ALWAYS)
    for kind, table in STANDARD.items()
}


class ComposedUrl(NamedTuple):
    """A URL still in parts: the configured ones, filled, and the query we ``added``."""

    own: UrlParts
    added: str

    def __str__(self) -> str:
        """The URL: own query, ours, fragment."""
        base, query, fragment = self.own
        if self.added:
            # A configured query may be empty or end in "&"; it needs no second one.
            joint = "" if not query or query[-1] == "&" else "&"
            url = f"{base}?{query or ''}{joint}{self.added}"
        else:
            url = base if query is None else f"{base}?{query}"
        return url if fragment is None else f"{url}#{fragment}"


def compose(
    template: UrlTemplate, values: UrlValues, options: ComposeOptions = STANDARD_OPTIONS
) -> str:
    """The URL to open, or to send, at the template's integration point.

    The configured query comes first, then the standard set in the contract's order, the
    fragment last; no value can add, hide or reorder a parameter. Raises ``TypeError`` when the
    values are another point's.
    """
    return str(compose_parts(template, values, options))


def compose_parts(template: UrlTemplate, values: UrlValues, options: ComposeOptions) -> ComposedUrl:
    """As ``compose``, but in parts, for who wants to say where each came from."""
    kind = type(values)
    if kind not in KINDS[template.point]:
        raise TypeError(f"{kind.__name__} is not what the point {template.point.value} carries")
    own = template.literal or template.fill(
        lookup_in(values, session_ids=options.session_ids, bearer=options.bearer_session)
    )
    return ComposedUrl(own, _added_query(template, values, options, len(own.query or "")))


def _added_query(
    template: UrlTemplate, values: UrlValues, options: ComposeOptions, own_bytes: int
) -> str:
    kind = type(values)
    absent = tuple([one.name for one in _OPTIONAL[kind] if not is_sent(one, values)])
    # mypy takes the class of a dataclass for unhashable.
    plan = _plan(kind, template.own_names, options, absent)  # type: ignore[arg-type]
    texts = [
        (value if type(value) is str else str(value) if type(value) is int else text_of(value))
        if write is None
        else write(value)
        for write, value in zip(plan.writers, plan.fields(values), strict=True)
    ]
    names = plan.names
    if isinstance(values, DisposeAgentValues) and plan.columns:
        at = len(names) - (names[-1:] == (_CRM_SESSION,))
        names = (*names[:at], *plan.columns, *names[at:])
        customer = values.customer or {}
        texts[at:at] = [text_of(customer.get(column)) for column in plan.columns]
    query = encode_query(names, texts)
    room = options.query_limit - own_bytes - bool(own_bytes) - len(query)
    if room < 0 and isinstance(values, CallValues) and values.customer and plan.has_customer_info:
        return _truncated(names, texts, values.customer, room, flag=plan.flags_truncation)
    return query


class _Plan(NamedTuple):
    """What an app is sent of the standard set, in parallel tuples; it holds no values."""

    names: tuple[str, ...]
    writers: tuple[Callable[[Any], str] | None, ...]
    """``None`` where the value is plain text."""
    fields: Callable[[UrlValues], tuple[object, ...]]
    columns: tuple[str, ...]
    has_customer_info: bool
    flags_truncation: bool


@lru_cache(maxsize=1024)
def _plan(
    kind: type[UrlValues],
    own_names: frozenset[str],
    options: ComposeOptions,
    absent: tuple[str, ...],
) -> _Plan:
    sent = [
        one
        for one in STANDARD[kind]
        if one.name not in absent and reason_to_omit(one, own_names, options) is None
    ]
    if options.bearer_session and kind is LoginValues:
        sent = [BEARER_SESSION if one.name == BEARER_SESSION.name else one for one in sent]
    names = tuple(one.name for one in sent)
    # With a single name ``attrgetter`` gives no tuple, hence two that are always there.
    get = attrgetter("__class__", "__class__", *(one.attribute for one in sent))
    return _Plan(
        names,
        tuple(None if one.write is text_of else one.write for one in sent),
        lambda values: get(values)[2:],
        _columns(own_names, options) if kind is DisposeAgentValues else (),
        has_customer_info=_CUSTOMER_INFO in names,
        flags_truncation=TRUNCATED.lower() not in own_names and not options.switches_off(TRUNCATED),
    )


def _columns(own_names: frozenset[str], options: ComposeOptions) -> tuple[str, ...]:
    """The app's customer columns, none under a name that is taken, each once."""
    if not options.standard_set:
        return ()
    taken = {*own_names, *(parameter.name.lower() for parameter in STANDARD[DisposeAgentValues])}
    columns: list[str] = []
    for column in options.customer_columns:
        if column.lower() not in taken:
            taken.add(column.lower())
            columns.append(column)
    return tuple(columns)


def reason_to_omit(
    parameter: Parameter, own_names: frozenset[str], options: ComposeOptions
) -> str | None:
    """Why an app never gets this parameter at this URL; ``None`` if it does."""
    if not options.standard_set:
        return "the app gets its own placeholders only"
    if parameter.name.lower() in own_names:
        return "stands in the configured URL"
    if options.switches_off(parameter.name):
        return "switched off for this app"
    if parameter.session and not options.session_ids:
        return "the app may neither control, dial nor dispose"
    return None


def is_sent(parameter: Parameter, values: UrlValues) -> bool:
    """Whether a parameter that is not always sent has its place in this URL."""
    given = getattr(values, parameter.attribute) not in (None, "")
    if parameter.presence is Presence.INBOUND and isinstance(values, CallValues):
        call_type = values.call_type or ""
        if call_type.startswith(("outbound.", "click.")):
            return False
        return given or call_type == _INBOUND_CALL
    return given


def _truncated(
    names: tuple[str, ...],
    texts: list[str],
    columns: Mapping[str, Scalar],
    room: int,
    *,
    flag: bool,
) -> str:
    """The query with as many whole columns as fit, in their order, up to the first too long.

    ``room`` is what is missing, a negative number of bytes.
    """
    at = names.index(_CUSTOMER_INFO)
    room += len(encode(texts[at])) - _EMPTY_OBJECT_BYTES - (_TRUNCATED_BYTES if flag else 0)
    kept: dict[str, Scalar] = {}
    for name, value in columns.items():
        room -= len(encode(json_text({name: value})[1:-1])) + (_COMMA_BYTES if kept else 0)
        if room < 0:
            break
        kept[name] = value
    added_names, added_texts = ((TRUNCATED,), ["true"]) if flag else ((), [])
    return encode_query(
        (*names[: at + 1], *added_names, *names[at + 1 :]),
        [*texts[:at], json_text(kept), *added_texts, *texts[at + 1 :]],
    )
