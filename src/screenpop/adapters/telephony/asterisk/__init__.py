"""Asterisk as a line: its REST interface, and its events over a WebSocket (design 2.6 to 2.8)."""

from __future__ import annotations

from screenpop.adapters.telephony.asterisk.ari import AriAccount
from screenpop.adapters.telephony.asterisk.line import AsteriskLine

__all__ = ["AriAccount", "AsteriskLine"]
