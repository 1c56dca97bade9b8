"""A Django project of two pages, as a CRM would have them."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse  # type: ignore[import-untyped]
from django.middleware.csrf import get_token  # type: ignore[import-untyped]
from django.urls import path  # type: ignore[import-untyped]
from django.views.decorators.csrf import csrf_exempt  # type: ignore[import-untyped]

from screenpop.crmkit.launch import read_launch
from screenpop.crmkit.sso import answer_sso

CONSOLE: Final = "https://console.example"
SETTINGS: Final = {
    "ALLOWED_HOSTS": ["127.0.0.1"],
    "DEBUG": False,
    "MIDDLEWARE": [
        "screenpop.crmkit.django.EmbeddingMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "ROOT_URLCONF": __name__,
    "SCREENPOP_CONSOLE_ORIGINS": [CONSOLE],
    "SCREENPOP_EMBEDDED_COOKIES": ["sessionid", "csrftoken"],
    "SECRET_KEY": "for tests",
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
}

sessions: dict[str, str] = {}


def call(request: Any) -> Any:
    """A page that pops: it knows who calls, and sets cookies."""
    launch = read_launch(request.META["QUERY_STRING"])
    request.session["agent"] = launch.user_id
    response = HttpResponse(f"{launch.phone} {get_token(request)}")
    response["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    response.set_cookie("theme", "dark", samesite="Strict")
    return response


def note(request: Any) -> Any:
    """A change, guarded by Django's own CSRF token."""
    return HttpResponse(f"kept for {request.session['agent']}")


def open_session(user: str) -> str:
    """Sign an agent on."""
    sessions[f"crm-{user}"] = user
    return f"crm-{user}"


def close_session(session: str) -> None:
    """Sign an agent off."""
    sessions.pop(session, None)


@csrf_exempt  # type: ignore[untyped-decorator]
def sso(request: Any) -> Any:
    """The single sign-on endpoint."""
    answer = answer_sso(
        request.body,
        open_session=open_session,
        close_session=close_session,
        check_password=lambda user, password: (user, password) == ("maya", "secret"),
    )
    return HttpResponse(answer.body, content_type=answer.content_type)


urlpatterns = [
    path("call", call),
    path("note", note),
    path("sso", sso),
]
