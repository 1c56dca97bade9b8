"""The older calls that CRMs in the field still make (contract 5.1), pure reading and wording."""

from .bodies import (
    OlderDisposal,
    read_dispose,
    read_login,
    read_manual_dial,
    read_voice_log,
)
from .disposition_attr import no_callback_time, read_disposition_attr
from .lenient_json import read_lenient_object
from .pairs import read_form, read_pairs
from .replies import DISPOSED, error_reply, login_reply, ping_reply, why_not
from .request_line import mended_line

__all__ = [
    "DISPOSED",
    "OlderDisposal",
    "error_reply",
    "login_reply",
    "mended_line",
    "no_callback_time",
    "ping_reply",
    "read_dispose",
    "read_disposition_attr",
    "read_form",
    "read_lenient_object",
    "read_login",
    "read_manual_dial",
    "read_pairs",
    "read_voice_log",
    "why_not",
]
