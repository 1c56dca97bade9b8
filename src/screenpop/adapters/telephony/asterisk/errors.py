"""Errors of Asterisk's REST interface.

::

    AriError
    ├── AriUnreachableError   no answer: nobody can tell whether the request was done
    └── AriRefusedError       it answered, and did not do it
"""

from __future__ import annotations

__all__ = ["AriError", "AriRefusedError", "AriUnreachableError"]


class AriError(Exception):
    """Asterisk's REST interface could not be used."""


class AriUnreachableError(AriError):
    """Asterisk does not answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Asterisk cannot be reached: {reason}")
        self.reason = reason


class AriRefusedError(AriError):
    """Asterisk answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"Asterisk answered {status}: {message}")
        self.status = status
        self.message = message
