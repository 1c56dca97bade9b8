"""The replies of the older calls (contract 5.1)."""

from collections.abc import Mapping
from typing import Any, Final

DISPOSED: Final = b"Dispose Successfully"
"""The whole body of a successful `/dacx/dispose`, without a line break."""


def why_not(refusal: Mapping[str, Any]) -> str:
    """Give the one line that says why `/dacx/dispose` did nothing, from an envelope."""
    info, hint = str(refusal["info"]), str(refusal["hint"])
    end = "" if info.endswith((".", "!", "?")) else "."
    return " ".join(f"{info}{end} {hint}".split())


def error_reply(refusal: Mapping[str, Any]) -> dict[str, Any]:
    """Give an envelope in the command servlet's form: `status` is the text `error`."""
    return {
        "status": "error",
        "reason": refusal["info"],
        "details": refusal["hint"],
        "result": "failure",
        "message": refusal["message"],
        "code": refusal["code"],
        "requestId": refusal["requestId"],
    }


def login_reply(session_id: str, user_id: str, *, request_id: str | None) -> dict[str, Any]:
    """Give the reply of `login` and `force-login`."""
    return {
        "result": "success",
        "requestId": request_id,
        "sessionId": session_id,
        "userId": user_id,
    }


def ping_reply(now: int, *, request_id: str | None) -> dict[str, Any]:
    """Give the reply of `ping-session`; `now` is epoch milliseconds."""
    return {"result": "success", "requestId": request_id, "alive": True, "serverTime": now}
