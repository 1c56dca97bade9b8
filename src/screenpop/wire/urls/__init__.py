"""URLs of the passive integration: composing, explaining and reading them (contract 3).

``UrlTemplate.parse`` validates a configured URL once, ``compose`` fills it, ``explain`` says
where each part came from, ``parse`` reads a URL back. Pure: no clock, no randomness, no network.
"""

from screenpop.wire.urls.composer import compose
from screenpop.wire.urls.encoding import encode, well_formed
from screenpop.wire.urls.errors import (
    CharacterNotAllowed,
    DotSegment,
    HostInvalid,
    PlaceholderMalformed,
    PlaceholderMisplaced,
    QueryLimitOutOfRange,
    SchemeNotAllowed,
    UnknownParameter,
    UnknownPlaceholder,
    UrlError,
    UrlMissing,
    UserInfoNotAllowed,
)
from screenpop.wire.urls.explanation import (
    Explanation,
    LeftOut,
    ParameterSource,
    Place,
    PlaceholderUse,
    Source,
    explain,
)
from screenpop.wire.urls.launch_context import LaunchContext, parse
from screenpop.wire.urls.masking import mask_phone, masked
from screenpop.wire.urls.options import (
    DEFAULT_QUERY_LIMIT,
    HIGHEST_QUERY_LIMIT,
    STANDARD_OPTIONS,
    ComposeOptions,
)
from screenpop.wire.urls.samples import sample
from screenpop.wire.urls.template import UrlTemplate
from screenpop.wire.urls.values import (
    CallValues,
    DisposeAgentValues,
    DisposeCallValues,
    LoginValues,
    Point,
    Scalar,
    UrlValues,
    UserAssociation,
)

__all__ = [
    "DEFAULT_QUERY_LIMIT",
    "HIGHEST_QUERY_LIMIT",
    "STANDARD_OPTIONS",
    "CallValues",
    "CharacterNotAllowed",
    "ComposeOptions",
    "DisposeAgentValues",
    "DisposeCallValues",
    "DotSegment",
    "Explanation",
    "HostInvalid",
    "LaunchContext",
    "LeftOut",
    "LoginValues",
    "ParameterSource",
    "Place",
    "PlaceholderMalformed",
    "PlaceholderMisplaced",
    "PlaceholderUse",
    "Point",
    "QueryLimitOutOfRange",
    "Scalar",
    "SchemeNotAllowed",
    "Source",
    "UnknownParameter",
    "UnknownPlaceholder",
    "UrlError",
    "UrlMissing",
    "UrlTemplate",
    "UrlValues",
    "UserAssociation",
    "UserInfoNotAllowed",
    "compose",
    "encode",
    "explain",
    "mask_phone",
    "masked",
    "parse",
    "sample",
    "well_formed",
]
