"""The single sign-on messages between the server and a CRM (contract 4).

Both directions are here, so that the server, ``crmkit`` and the stub CRM read and write one shape:

* a request (`SsoLogin`, `SsoLogout`) becomes XML or, for modern CRMs, JSON, and back;
* a reply (`SsoReply`) becomes XML or JSON, and back.

What is written is exact; what is read may be sloppy (text in front, any case, a stray ``&``) but
never dangerous: a DTD, an entity declaration or more than 64 KiB are refused unread.

Errors::

    SsoMessageError
    ├── SsoMessageTooLarge    more than MAX_MESSAGE_BYTES
    ├── SsoMessageUnsafe      a DTD or an entity declaration
    └── SsoMessageUnreadable  no <response> (or <request>), ill-formed, or without its main part
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl, quote, urlencode
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

__all__ = [
    "FORM_CONTENT_TYPE",
    "FORM_FIELD",
    "JSON_CONTENT_TYPE",
    "MAX_MESSAGE_BYTES",
    "XML_CONTENT_TYPE",
    "SsoLogin",
    "SsoLogout",
    "SsoMessageError",
    "SsoMessageTooLarge",
    "SsoMessageUnreadable",
    "SsoMessageUnsafe",
    "SsoReply",
    "SsoRequest",
    "compose_form",
    "compose_json_reply",
    "compose_json_request",
    "compose_xml_reply",
    "compose_xml_request",
    "parse_reply",
    "parse_request",
]

MAX_MESSAGE_BYTES: Final = 64 * 1024
"""The longest request or reply that is read (contract 4.1)."""

FORM_FIELD: Final = "requestXml"
"""The form field that carries the XML (contract 4)."""

FORM_CONTENT_TYPE: Final = "application/x-www-form-urlencoded"
XML_CONTENT_TYPE: Final = "text/xml; charset=utf-8"
JSON_CONTENT_TYPE: Final = "application/json"


class SsoMessageError(ValueError):
    """The single sign-on message cannot be used."""

    def __init__(self, info: str = "") -> None:
        super().__init__(info or self.__doc__)


class SsoMessageTooLarge(SsoMessageError):
    """The message is longer than 64 KiB. Send only status, message and crmSessionId."""


class SsoMessageUnsafe(SsoMessageError):
    """The message declares a DTD or an entity, which is never read. Send plain elements only."""


class SsoMessageUnreadable(SsoMessageError):
    """The message is neither the XML nor the JSON of contract section 4."""


@dataclass(frozen=True, slots=True)
class SsoLogin:
    """Ask the CRM for a session for ``user_id``; exactly one of the proofs is given (contract 4).

    ``token`` is the signed token of the password-free form.
    """

    user_id: str
    password: str | None = None
    token: str | None = None

    def __post_init__(self) -> None:
        if (self.password is None) == (self.token is None):
            raise ValueError("an SSO login carries either a password or a token")

    def __repr__(self) -> str:
        # The proof must never reach a log or a traceback.
        proof = "password" if self.token is None else "token"
        return f"SsoLogin(user_id={self.user_id!r}, {proof}=…)"


@dataclass(frozen=True, slots=True)
class SsoLogout:
    """Tell the CRM that the session it gave is over (contract 4)."""

    crm_session_id: str


SsoRequest = SsoLogin | SsoLogout


@dataclass(frozen=True, slots=True)
class SsoReply:
    """What the CRM answered.

    ``ok`` is its ``status`` alone. A login is accepted only with a ``crm_session_id`` as well,
    a logout needs none.
    """

    ok: bool
    message: str = ""
    crm_session_id: str | None = None


def compose_xml_request(request: SsoRequest) -> str:
    """Write ``<request>…</request>`` without a declaration, its elements in contract 4's order."""
    return _element("request", _request_fields(request))


def compose_form(request: SsoRequest) -> bytes:
    """Write the XML as the form field `FORM_FIELD`; a space is ``%20``, never ``+``."""
    return urlencode({FORM_FIELD: compose_xml_request(request)}, quote_via=quote, safe="").encode()


def compose_json_request(request: SsoRequest) -> bytes:
    """Write the JSON form: the XML's element names as keys (contract 4, password-free)."""
    return json.dumps(_request_fields(request)).encode()


def compose_xml_reply(reply: SsoReply) -> str:
    """Write ``<response><status>…</status><message>…</message><crmSessionId>…``."""
    return _element("response", _reply_fields(reply))


def compose_json_reply(reply: SsoReply) -> bytes:
    """Write the JSON form of the reply."""
    return json.dumps(_reply_fields(reply)).encode()


def parse_reply(body: bytes) -> SsoReply:
    """Read a CRM's reply, XML or JSON, whatever content type it came with.

    Raises:
        SsoMessageTooLarge, SsoMessageUnsafe, SsoMessageUnreadable: see the module.
    """
    fields = _read(body, "response")
    if "status" not in fields:
        raise SsoMessageUnreadable("the reply has no status (success or failed)")
    return SsoReply(
        ok=fields["status"].casefold() == "success",
        message=fields.get("message", ""),
        crm_session_id=fields.get("crmsessionid") or None,
    )


def parse_request(body: bytes) -> SsoRequest:
    """Read a request in any of its transports: form field, raw XML or JSON.

    Raises:
        SsoMessageTooLarge, SsoMessageUnsafe, SsoMessageUnreadable: see the module.
    """
    fields = _read(_unwrap_form(body), "request")
    command = fields.get("command", "").casefold()
    if command == "logout":
        return SsoLogout(_required(fields, "crmSessionId"))
    if command != "login":
        raise SsoMessageUnreadable("the request's command is neither login nor logout")
    user_id = _required(fields, "userId")
    if token := fields.get("token"):
        return SsoLogin(user_id, token=token)
    if "password" not in fields:
        raise SsoMessageUnreadable("the login has neither password nor token")
    return SsoLogin(user_id, password=fields["password"])


def _request_fields(request: SsoRequest) -> dict[str, str]:
    if isinstance(request, SsoLogout):
        return {"command": "logout", "crmSessionId": request.crm_session_id}
    if request.token is not None:
        return {"command": "login", "userId": request.user_id, "token": request.token}
    return {"command": "login", "userId": request.user_id, "password": request.password or ""}


def _reply_fields(reply: SsoReply) -> dict[str, str]:
    status: Literal["success", "failed"] = "success" if reply.ok else "failed"
    return {
        "status": status,
        "message": reply.message,
        "crmSessionId": reply.crm_session_id or "",
    }


# XML 1.0 has no way to write these, not even as a reference; they become U+FFFD as in a URL.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _element(name: str, fields: Mapping[str, str]) -> str:
    # A raw carriage return would be read back as a line feed.
    children = (
        f"<{key}>{escape(_NOT_IN_XML.sub(chr(0xFFFD), value), {chr(13): '&#13;'})}</{key}>"
        for key, value in fields.items()
    )
    return f"<{name}>{''.join(children)}</{name}>"


def _required(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name.casefold(), "")
    if not value:
        raise SsoMessageUnreadable(f"the request has no {name}")
    return value


def _unwrap_form(body: bytes) -> bytes:
    if body[: len(FORM_FIELD) + 1].lower() != f"{FORM_FIELD}=".lower().encode():
        return body
    if len(body) > 3 * MAX_MESSAGE_BYTES:
        raise SsoMessageTooLarge
    # As Latin-1 the percent-decoding gives the bytes themselves; their encoding is told later.
    fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return fields[0][1].encode("latin-1")


def _read(body: bytes, root: str) -> dict[str, str]:
    """The message's fields by their name without case; all but a password stripped."""
    if len(body) > MAX_MESSAGE_BYTES:
        raise SsoMessageTooLarge
    text = _decode(body)
    if text.lstrip().startswith("{"):
        return _read_json(text)
    return _read_xml(text, root)


_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


def _decode(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _ENCODING.search(body)
        try:
            return body.decode(declared[1].decode() if declared else "cp1252", "replace")
        except LookupError:
            return body.decode("cp1252", "replace")


def _read_json(text: str) -> dict[str, str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SsoMessageUnreadable("the message is not readable JSON") from error
    # A number or a truth value is as good as its text; anything nested means nothing here.
    return {
        key.casefold(): _stripped(key, str(item))
        for key, item in value.items()
        if isinstance(item, str | int | float)
    }


_STRAY_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)")
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def _read_xml(text: str, root: str) -> dict[str, str]:
    start = re.search(rf"<(?:[A-Za-z_][\w.-]*:)?{root}[\s/>]", text, re.IGNORECASE)
    if start is None:
        page = "; it looks like a web page" if re.search("<html", text, re.IGNORECASE) else ""
        raise SsoMessageUnreadable(f"the message has no <{root}> element{page}")
    # What stands in front is skipped unread, but a declaration there is refused all the same:
    # whoever sends one means it to be used.
    if _DECLARATION.search(text, 0, start.start()):
        raise SsoMessageUnsafe
    # What follows the last end tag is skipped as well; without one the parser will say so.
    ends = [match.end() for match in re.finditer(rf"</[\w.:-]*{root}\s*>", text, re.IGNORECASE)]
    element = _parse(text[start.start() : ends[-1] if ends else None], root)
    return {
        name: _stripped(name, "".join(child.itertext()))
        for child in reversed(element)  # of two with one name the first counts
        if (name := _local_name(child.tag))
    }


def _parse(document: str, root: str) -> Element:
    try:
        try:
            return _parse_strictly(document)
        except ParseError:
            return _parse_strictly(_STRAY_AMPERSAND.sub("&amp;", document))
    except DefusedXmlException as error:
        raise SsoMessageUnsafe from error
    except (ParseError, ValueError) as error:
        raise SsoMessageUnreadable(f"the <{root}> element is not well-formed XML") from error


def _parse_strictly(document: str) -> Element:
    element: Element = fromstring(document, forbid_dtd=True)
    return element


def _local_name(tag: object) -> str:
    # A comment's or instruction's tag is a function.
    return tag.rpartition("}")[2].casefold() if isinstance(tag, str) else ""


def _stripped(name: str, value: str) -> str:
    # White space may belong to a password, and to nothing else.
    return value if name.casefold() == "password" else value.strip()
