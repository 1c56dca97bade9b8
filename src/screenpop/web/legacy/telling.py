"""Refusals in the forms of the older calls (contract 5.1).

The older programs read a body only under status 200, so that is the status of what they are
meant to read.
"""

from __future__ import annotations

import json
from typing import Any

from screenpop.web.envelope import Reply, json_reply, key_reply, refusal, text_reply
from screenpop.wire.legacy import error_reply, why_not

__all__ = ["NoRecordingError", "PostOnlyError", "as_line", "as_object"]


class PostOnlyError(Exception):
    """Send this command by POST: a password has no place in a URL."""


class NoRecordingError(Exception):
    """There is no recording of this call."""


def as_line(error: Exception) -> Reply:
    """Give an error as the one line of /dacx/dispose."""
    reply = refusal(error)
    return text_reply(why_not(json.loads(reply.body)).encode(), headers=reply.headers)


def as_object(error: Exception, request_id: str | None = None) -> Reply:
    """Give an error as the object of the command servlet."""
    if isinstance(error, PostOnlyError):
        told = key_reply("method.not.allowed", hint=str(PostOnlyError.__doc__))
        return json_reply(_object(told), status=405, headers=((b"allow", b"POST, OPTIONS"),))
    if isinstance(error, NoRecordingError):
        # Audio was asked for: under 200 this text would be played.
        told = key_reply("requested.resource.not.found", hint=str(NoRecordingError.__doc__))
        return json_reply(_object(told), status=404)
    reply = refusal(error, request_id)
    return json_reply(_object(reply), headers=reply.headers)


def _object(reply: Reply) -> dict[str, Any]:
    return error_reply(json.loads(reply.body))
