"""One TOML file: what the installation is, and what its contact centres are (contract 1, 3).

:func:`load` reads it into a :class:`Settings` and a
:class:`~screenpop.domain.configuration.Configuration`, or raises
:class:`ConfigurationRefusedError` with every problem at once.

This room stands beside ``bootstrap``: it builds domain items, and asks ``wire`` whether a userId
or an app's URL would be accepted, so that a file is judged by the rules that apply at run time.
Only ``bootstrap``, ``cli`` and ``demo`` see it; the other rooms get plain values.
"""

from screenpop.settings.consistency import inconsistencies
from screenpop.settings.errors import ConfigurationRefusedError, SettingsError
from screenpop.settings.file import Installation, load, read_configuration
from screenpop.settings.installation import (
    AsteriskSettings,
    LogForm,
    LogLevel,
    ReplyForm,
    Settings,
    TelephonyKind,
)
from screenpop.settings.problems import Problem

__all__ = [
    "AsteriskSettings",
    "ConfigurationRefusedError",
    "Installation",
    "LogForm",
    "LogLevel",
    "Problem",
    "ReplyForm",
    "Settings",
    "SettingsError",
    "TelephonyKind",
    "inconsistencies",
    "load",
    "read_configuration",
]
