"""Everything here needs a real Asterisk."""

from tests.asterisk import pbx

__all__ = ["pbx"]
