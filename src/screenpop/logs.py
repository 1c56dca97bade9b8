"""Structured logs, with nothing secret and nothing personal in them (design 2.15).

:func:`configure` sends everything, also what libraries log, to standard error through one chain.
Its last step before the text is :func:`conceal`, so nobody has to remember it where he logs.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, Processor

from screenpop.domain.phone import masked

__all__ = ["conceal", "configure"]

HIDDEN: Final = "…"
"""Stands where something was taken out."""

#: Keys whose value is never logged; compared in lower case and without ``_`` and ``-``.
_SECRET: Final = re.compile(
    r"(token|password|passwd|secret|authorization|cookie|jwt|hash|privatekey)$"
    r"|^(credential|query|querystring|body|data|notes|columns"
    r"|customerinfo|customerrecord|additionalparams)$"
)
#: Keys whose value is a telephone number.
_PHONE: Final = re.compile(r"phone\d*$|^(searchable|did|dids|caller|callerid|number|from|to)$")
_LONG_NUMBER: Final = re.compile(r"\+?\d[\d \-()]{3,}\d")
#: In any text: the query and fragment of an address or path.
_QUERY: Final = re.compile(r"""((?:https?://|/)[^\s?#"'<>]*)[?#][^\s"'<>]*""")
#: In any text: an Authorization value or a JWT.
_TOKEN: Final = re.compile(
    r"\b(Basic|Bearer)\s+[A-Za-z0-9+/=._~-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*", re.IGNORECASE
)
#: In any text: the random part of a session id, which alone is a credential in lenient mode.
_SESSION: Final = re.compile(r"(-appId-App-Server-)[A-Za-z0-9]+", re.IGNORECASE)
#: In any text: the random part of a seat.
_SEAT: Final = re.compile(r"(-uce-[A-Za-z0-9._@-]*?)[A-Za-z0-9]{8}(@\d+)", re.IGNORECASE)
#: Libraries that tell of each request, or of what the ready line has said.
_TALKATIVE: Final = ("httpx2", "httpcore2", "uvicorn.access", "uvicorn.error")


def configure(level: str, form: str, stream: TextIO | None = None) -> None:
    """Set up logging for this process.

    ``level`` is ``debug``, ``info``, ``warning`` or ``error``; ``form`` is ``json`` (one object
    a line) or ``console``. ``stream`` is standard error unless given.
    """
    weight = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(weight),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    target = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                conceal,
                _renderer(form, colors=target.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(weight)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def conceal(logger: object, method: str, event_dict: EventDict) -> EventDict:
    """Take secrets, telephone numbers and queries out of an entry (a structlog processor).

    By key: secrets and free customer data go altogether, numbers keep their last four digits.
    In any text: queries, Authorization values, JWTs and the random parts of session ids and seats.
    """
    del logger, method
    concealed: MutableMapping[str, object] = {
        key: _concealed(key, value) for key, value in event_dict.items()
    }
    return concealed


def _concealed(key: str, value: object) -> object:
    bare = key.replace("_", "").replace("-", "").lower()
    if _SECRET.search(bare):
        return HIDDEN if value else value
    if isinstance(value, Mapping):
        return {str(inner): _concealed(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_concealed(key, one) for one in value]
    if _PHONE.search(bare):
        return masked(str(value)) if _LONG_NUMBER.fullmatch(str(value)) else value
    if value is None or isinstance(value, bool | int | float):
        return value
    return _plain(value if isinstance(value, str) else str(value))


def _plain(text: str) -> str:
    text = _QUERY.sub(rf"\1?{HIDDEN}", text)
    text = _TOKEN.sub(HIDDEN, text)
    text = _SESSION.sub(rf"\1{HIDDEN}", text)
    return _SEAT.sub(rf"\1{HIDDEN}\2", text)


def _renderer(form: str, *, colors: bool) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=colors,
        timestamp_key="time",
        exception_formatter=structlog.dev.plain_traceback,
    )
