"""What can be wrong with a configured URL or with the options of an app.

    UrlError
    ├── UrlMissing             nothing was written
    ├── CharacterNotAllowed    a control character, a line break, a backslash in the path
    ├── SchemeNotAllowed       anything but https, and http on loopback
    ├── HostInvalid            no host, a host that is none, a port that is none
    ├── UserInfoNotAllowed     a user name or password in front of the host
    ├── PlaceholderMalformed   a brace without its twin, an empty name
    ├── PlaceholderMisplaced   a placeholder in scheme, user, host, port or a parameter's name
    ├── UnknownPlaceholder     no such value exists at this integration point
    ├── DotSegment             a path segment that is "." or ".." when a placeholder is empty
    ├── UnknownParameter       an option names no standard parameter
    └── QueryLimitOutOfRange   the limit of the query is not one that can be set

All of them are raised when an app is saved (contract 3), none when a URL is composed.
"""


class UrlError(ValueError):
    """The configured URL cannot be used.

    ``field`` names the setting, ``reason`` says what is wrong with it, ``cure`` what to write
    instead; ``kind`` is the machine key, the same in the golden vectors.
    """

    kind = "url.invalid"

    def __init__(self, field: str, reason: str, cure: str) -> None:
        super().__init__(f"{field}: {reason} {cure}")
        self.field = field
        self.reason = reason
        self.cure = cure


class UrlMissing(UrlError):
    """The URL is empty."""

    kind = "url.missing"


class CharacterNotAllowed(UrlError):
    """The URL contains a character that browsers drop or read as something else."""

    kind = "url.character"


class SchemeNotAllowed(UrlError):
    """The URL's scheme is not https (or http on a loopback host)."""

    kind = "url.scheme"


class HostInvalid(UrlError):
    """The URL has no host, or its host or port is not one."""

    kind = "url.host"


class UserInfoNotAllowed(UrlError):
    """The URL carries a user name or password; browsers refuse to open it in a frame."""

    kind = "url.userinfo"


class PlaceholderMalformed(UrlError):
    """A brace stands alone, or a placeholder has no name."""

    kind = "url.placeholder.malformed"


class PlaceholderMisplaced(UrlError):
    """A placeholder stands where a value could change whom the URL talks to, or its names."""

    kind = "url.placeholder.misplaced"


class UnknownPlaceholder(UrlError):
    """The placeholder names no value of this integration point."""

    kind = "url.placeholder.unknown"


class DotSegment(UrlError):
    """Without its placeholder's value a path segment would be "." or ".."."""

    kind = "url.path.dots"


class UnknownParameter(UrlError):
    """An option names a parameter that is not in the standard set."""

    kind = "url.parameter.unknown"


class QueryLimitOutOfRange(UrlError):
    """The limit of the query is not between 2,000 and 7,000 bytes."""

    kind = "url.query.limit"
