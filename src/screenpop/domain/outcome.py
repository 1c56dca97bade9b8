"""From what the line says of a dial to its system disposition (contract 3.5)."""

from __future__ import annotations

from screenpop.domain.call import SystemDisposition

__all__ = ["outcome_of_dial"]

_D = SystemDisposition

_BY_SIP = {
    486: _D.BUSY,
    600: _D.BUSY,
    408: _D.NO_ANSWER,
    480: _D.NO_ANSWER,
    404: _D.NUMBER_FAILURE,
    604: _D.NUMBER_FAILURE,
    410: _D.NUMBER_TEMP_FAILURE,
    484: _D.NUMBER_TEMP_FAILURE,
    503: _D.PROVIDER_TEMP_FAILURE,
    403: _D.PROVIDER_FAILURE,
}
_BY_Q850 = {
    17: _D.BUSY,
    18: _D.NO_ANSWER,
    19: _D.NO_ANSWER,
    1: _D.NUMBER_FAILURE,
    28: _D.NUMBER_FAILURE,
    20: _D.NUMBER_TEMP_FAILURE,
    22: _D.NUMBER_TEMP_FAILURE,
    34: _D.PROVIDER_TEMP_FAILURE,
    41: _D.PROVIDER_TEMP_FAILURE,
    42: _D.PROVIDER_TEMP_FAILURE,
    47: _D.PROVIDER_TEMP_FAILURE,
    21: _D.PROVIDER_FAILURE,
    27: _D.PROVIDER_FAILURE,
    38: _D.PROVIDER_FAILURE,
}
_FIRST_SERVER_ERROR = 500
_LAST_SERVER_ERROR = 599


def outcome_of_dial(sip: int | None, q850: int | None) -> SystemDisposition:
    """Return why a called telephone was never answered; the SIP status counts first."""
    if sip is not None:
        known = _BY_SIP.get(sip)
        if known is not None:
            return known
        if _FIRST_SERVER_ERROR <= sip <= _LAST_SERVER_ERROR:
            return _D.PROVIDER_FAILURE
    if q850 is not None:
        return _BY_Q850.get(q850, _D.FAILED)
    return _D.FAILED
