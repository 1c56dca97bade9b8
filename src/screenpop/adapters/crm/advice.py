"""What to set where, for a CRM page that is to be embedded (contract 3.6).

Texts only. ``<origins>`` stands for the console's origins, ``<name>`` for a cookie's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Fix", "cookie_fixes", "cookie_to_set", "framing_fixes", "framing_to_set"]


@dataclass(frozen=True, slots=True)
class Fix:
    """The lines to write for one server or framework."""

    server: str
    text: str


_FRAMING_HEADER: Final = "Content-Security-Policy: frame-ancestors 'self' <origins>"
_COOKIE_HEADER: Final = "Set-Cookie: <name>=…; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"

_FRAMING: Final = (
    (
        "nginx",
        """\
proxy_hide_header X-Frame-Options;
# if the application sends this header, copy its other directives into the new one
proxy_hide_header Content-Security-Policy;
add_header Content-Security-Policy "frame-ancestors 'self' <origins>" always;""",
    ),
    (
        "Apache",
        """\
Header unset X-Frame-Options
Header always unset X-Frame-Options
# if the application sends this header, copy its other directives into the new one
Header unset Content-Security-Policy
Header always set Content-Security-Policy "frame-ancestors 'self' <origins>"
""".rstrip(),
    ),
    (
        "IIS",
        """\
<system.webServer><httpProtocol><customHeaders>
  <remove name="X-Frame-Options" />
  <remove name="Content-Security-Policy" />
  <add name="Content-Security-Policy" value="frame-ancestors 'self' <origins>" />
</customHeaders></httpProtocol></system.webServer>""",
    ),
    (
        "Django",
        """\
# settings.py: take "django.middleware.clickjacking.XFrameOptionsMiddleware" out of MIDDLEWARE and
MIDDLEWARE = ["screenpop.crmkit.django.EmbeddingMiddleware", *MIDDLEWARE]
SCREENPOP_CONSOLE_ORIGINS = "<origins>".split()""",
    ),
    (
        "Express",
        """\
app.use((request, response, next) => {
  response.removeHeader("X-Frame-Options"); // with helmet: helmet({ frameguard: false, … })
  response.setHeader("Content-Security-Policy", "frame-ancestors 'self' <origins>");
  next();
});""",
    ),
    (
        "PHP",
        """\
header_remove("X-Frame-Options");
header("Content-Security-Policy: frame-ancestors 'self' <origins>");""",
    ),
)

_COOKIE: Final = (
    (
        "nginx",
        """\
# for a cookie that the application sets with Path=/ and without SameSite
proxy_cookie_path / "/; Secure; SameSite=None; Partitioned";""",
    ),
    (
        "Apache",
        """\
Header always edit Set-Cookie ^(<name>=.*)$ "$1; Secure; SameSite=None; Partitioned"
Header edit Set-Cookie ^(<name>=.*)$ '$1; Secure; SameSite=None; Partitioned'""",
    ),
    (
        "IIS",
        """\
<system.webServer><rewrite><outboundRules><rule name="embedded cookie">
  <match serverVariable="RESPONSE_Set_Cookie" pattern="^(<name>=.*)$" />
  <action type="Rewrite" value="{R:1}; Secure; SameSite=None; Partitioned" />
</rule></outboundRules></rewrite></system.webServer>""",
    ),
    (
        "Django",
        """\
# settings.py: the middleware gives every cookie what it lacks
MIDDLEWARE = ["screenpop.crmkit.django.EmbeddingMiddleware", *MIDDLEWARE]
SCREENPOP_CONSOLE_ORIGINS = "<origins>".split()""",
    ),
    (
        "Express",
        """\
response.cookie("<name>", value,
  { httpOnly: true, secure: true, sameSite: "none", partitioned: true });
// express-session: session({ cookie: { secure: true, sameSite: "none", partitioned: true } })""",
    ),
    (
        "PHP",
        """\
// PHP 8.5: ["secure" => true, "samesite" => "None", "partitioned" => true]; before that:
session_set_cookie_params(["secure" => true, "samesite" => "None; Partitioned"]);""",
    ),
)


def framing_to_set(origins: Sequence[str]) -> str:
    """The exact header that lets consoles at ``origins`` frame the page."""
    return _FRAMING_HEADER.replace("<origins>", " ".join(origins))


def cookie_to_set(name: str) -> str:
    """The exact form of a cookie that comes back from a frame."""
    return _COOKIE_HEADER.replace("<name>", name)


def framing_fixes(origins: Sequence[str]) -> tuple[Fix, ...]:
    """How to let consoles at ``origins`` frame the page, per server."""
    return tuple(
        Fix(server, text.replace("<origins>", " ".join(origins))) for server, text in _FRAMING
    )


def cookie_fixes(name: str, origins: Sequence[str]) -> tuple[Fix, ...]:
    """How to make the cookie ``name`` come back from a frame, per server."""
    return tuple(
        Fix(server, text.replace("<name>", name).replace("<origins>", " ".join(origins)))
        for server, text in _COOKIE
    )
