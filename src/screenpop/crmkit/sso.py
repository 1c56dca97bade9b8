"""The CRM's single sign-on endpoint as a function (contract 4).

Put it behind one POST route of whatever framework; it takes the body as it came and gives the
bytes to answer with, status 200.
"""

from collections.abc import Callable
from dataclasses import dataclass

from screenpop.crmkit.token import TokenRefusedError, TokenVerifier
from screenpop.wire.sso_xml import (
    JSON_CONTENT_TYPE,
    XML_CONTENT_TYPE,
    SsoLogin,
    SsoMessageError,
    SsoReply,
    SsoRequest,
    compose_json_reply,
    compose_xml_reply,
    parse_request,
)

__all__ = ["SsoAnswer", "SsoDeniedError", "answer_sso"]


class SsoDeniedError(Exception):
    """Raise it in a callback to refuse; the text is what the agent reads."""


@dataclass(frozen=True, slots=True)
class SsoAnswer:
    """What to send back, with status 200."""

    content_type: str
    body: bytes


def answer_sso(
    body: bytes,
    *,
    open_session: Callable[[str], str],
    close_session: Callable[[str], None],
    check_password: Callable[[str, str], bool] | None = None,
    tokens: TokenVerifier | None = None,
) -> SsoAnswer:
    """Answer one request: form field ``requestXml``, raw XML or JSON.

    Args:
        body: the request's body, as it came.
        open_session: given the user id, opens a session and gives its id (the ``crmSessionId``).
        close_session: given a ``crmSessionId``, ends that session; an unknown one is no error.
        check_password: given user id and password; without it, passwords are refused.
        tokens: checks the password-free form; without it, tokens are refused.

    Callbacks may raise `SsoDeniedError`; any other exception of theirs is not caught, so that your
    framework logs it, and the console tells the agent that the CRM did not answer.
    """
    is_json = body.lstrip().startswith(b"{")
    try:
        request = parse_request(body)
        reply = _decide(request, open_session, close_session, check_password, tokens)
    except SsoMessageError as error:
        reply = SsoReply(False, f"The sign-on request cannot be read: {error}.")
    except SsoDeniedError as denied:
        reply = SsoReply(False, str(denied))
    if is_json:
        return SsoAnswer(JSON_CONTENT_TYPE, compose_json_reply(reply))
    return SsoAnswer(XML_CONTENT_TYPE, compose_xml_reply(reply).encode())


def _decide(
    request: SsoRequest,
    open_session: Callable[[str], str],
    close_session: Callable[[str], None],
    check_password: Callable[[str, str], bool] | None,
    tokens: TokenVerifier | None,
) -> SsoReply:
    if not isinstance(request, SsoLogin):
        close_session(request.crm_session_id)
        return SsoReply(True)
    if request.token is not None:
        _check_token(request.user_id, request.token, tokens)
    elif check_password is None:
        raise SsoDeniedError("This CRM takes no passwords; set the app to sign on by token.")
    elif not check_password(request.user_id, request.password or ""):
        raise SsoDeniedError("User name or password is wrong.")
    return SsoReply(True, crm_session_id=open_session(request.user_id))


def _check_token(user_id: str, token: str, tokens: TokenVerifier | None) -> None:
    if tokens is None:
        raise SsoDeniedError("This CRM takes no tokens; set the app to sign on by password.")
    try:
        accepted = tokens.verify(token)
    except TokenRefusedError as error:
        raise SsoDeniedError("The sign-on token was not accepted.") from error
    if accepted.user_id != user_id:
        raise SsoDeniedError("The sign-on token is another user's.")
