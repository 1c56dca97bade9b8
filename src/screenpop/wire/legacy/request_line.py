"""Mending request lines that older programs send unencoded (contract 5.1)."""

import re
from typing import Final

OLDER_PATHS: Final = (b"/dacx", b"/ameyowebaccess")
"""Where the older calls live; only their request lines are mended."""

_LINE: Final = re.compile(
    rb"(?P<method>GET|POST|OPTIONS) (?P<target>(?:/dacx|/ameyowebaccess)[/?\s].*?)"
    rb"(?P<version> HTTP/1\.[01]\s*)",
    re.IGNORECASE | re.DOTALL,
)
_REFUSED: Final = re.compile(rb"[\x00-\x20\x7f-\xff#]")


def mended_line(line: bytes) -> bytes:
    """Give a request line with the raw bytes of its target encoded that HTTP does not allow.

    Spaces, tabs, `#` and bytes that are not ASCII are encoded; everything else, also a `%`, is
    left as it is. A line that is no request for an older call comes back unchanged.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        return line
    target = _REFUSED.sub(lambda found: b"%%%02X" % found[0][0], match["target"].rstrip())
    return b"%b %b%b" % (match["method"], target, match["version"])
