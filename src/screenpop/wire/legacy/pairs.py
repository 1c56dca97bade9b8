"""Reading the queries and forms of the older calls (contract 5.1).

Both are decoded once, `+` is a space, names are taken without case. A value that is blank, or
the text `null` or `undefined` that a page's script left in it, counts as not sent.
"""

from email import message_from_bytes
from email.policy import HTTP
from typing import Final
from urllib.parse import unquote_to_bytes

from screenpop.wire.errors import InvalidInput
from screenpop.wire.json_input import is_safe_text

_MOST_FIELDS: Final = 1000
_NOTHING: Final = frozenset(("", "null", "undefined"))


def read_pairs(raw: bytes) -> dict[str, str]:
    """Read `name=value&…`, names in lower case; of a name given twice the first value counts.

    Bytes that are not UTF-8 are taken as Windows-1252, which older programs send. Raises
    `InvalidInput` for NUL and for more than 1,000 fields.
    """
    parts = [part for part in raw.split(b"&") if part]
    if len(parts) > _MOST_FIELDS:
        raise InvalidInput("There are too many fields.", hint="Send fewer than 1,000.")
    found: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition(b"=")
        _keep(found, _decoded(name), _decoded(value))
    return found


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """Read the body of a POST: a multipart form if it says so, else `name=value&…`."""
    if not content_type.lower().startswith("multipart/form-data"):
        return read_pairs(body.strip())
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = message_from_bytes(head + body, policy=HTTP)
    found: dict[str, str] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            _keep(found, name, _text(content))
    return found


def _keep(found: dict[str, str], name: str, value: str) -> None:
    if not (is_safe_text(name) and is_safe_text(value)):
        raise InvalidInput("A field holds NUL.", hint="Leave such characters out.")
    folded = name.strip().lower()
    if folded not in found and value.strip().lower() not in _NOTHING:
        found[folded] = value


def _decoded(raw: bytes) -> str:
    return _text(unquote_to_bytes(raw.replace(b"+", b" ")))


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
