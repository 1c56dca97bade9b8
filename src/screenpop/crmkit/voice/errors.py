"""Why a voice command brought no result.

::

    VoiceError
    ├── VoiceRefusedError          the server understood and said no; nothing was done
    ├── VoiceUnreachableError      no answer after all tries; it may have been done
    └── VoiceReplyUnreadableError  an answer that is not the contract's; it may have been done

Where a command may have been done, repeating it with the same ``request_id`` is safe.
"""

from dataclasses import dataclass


@dataclass(eq=False)
class VoiceError(Exception):
    """A voice command failed.

    Attributes:
        request_id: the command's key; repeat the command with it.
    """

    request_id: str

    def __str__(self) -> str:
        return (type(self).__doc__ or "").partition("\n")[0]


@dataclass(eq=False)
class VoiceRefusedError(VoiceError):
    """The server refused the command (contract 5, "Errors").

    Attributes:
        status: the HTTP status.
        key: the machine key, ``message`` in the reply: ``agent.busy``, ``InvalidInput``, …
        code: the number that goes with it.
        info: the server's short text.
        hint: what was wrong and what to do.
        details: the offending fields, where there are any.
    """

    status: int
    key: str
    code: int
    info: str
    hint: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.key} ({self.status}): {self.hint or self.info}"


@dataclass(eq=False)
class VoiceUnreachableError(VoiceError):
    """The server did not answer; check its address and repeat with the same request_id."""

    tries: int
    reason: str

    def __str__(self) -> str:
        return f"no answer after {self.tries} tries: {self.reason}"


@dataclass(eq=False)
class VoiceReplyUnreadableError(VoiceError):
    """The answer is not the voice REST's; check that the address is the server's own."""

    status: int

    def __str__(self) -> str:
        return f"unreadable answer with status {self.status}; check the server's address"
