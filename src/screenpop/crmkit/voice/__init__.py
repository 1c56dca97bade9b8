"""The voice REST for a CRM's back end: dial, dispose, dispose and dial (contract 5)."""

from screenpop.crmkit.voice.clients import AsyncVoiceClient, VoiceClient
from screenpop.crmkit.voice.commands import DisposeAndManualDial, DisposeCall, ManualDial, Seat
from screenpop.crmkit.voice.errors import (
    VoiceError,
    VoiceRefusedError,
    VoiceReplyUnreadableError,
    VoiceUnreachableError,
)
from screenpop.crmkit.voice.replies import CallDisposed, DialAccepted

__all__ = [
    "AsyncVoiceClient",
    "CallDisposed",
    "DialAccepted",
    "DisposeAndManualDial",
    "DisposeCall",
    "ManualDial",
    "Seat",
    "VoiceClient",
    "VoiceError",
    "VoiceRefusedError",
    "VoiceReplyUnreadableError",
    "VoiceUnreachableError",
]
