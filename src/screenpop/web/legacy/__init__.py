"""The older calls that CRMs in the field still make (contract 5.1)."""

from .protocol import OlderRequestLines
from .room import is_legacy_path, legacy_app

__all__ = ["OlderRequestLines", "is_legacy_path", "legacy_app"]
