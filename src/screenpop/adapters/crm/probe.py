"""What the server sees of a CRM page: the framing probe, and one URL fired by hand (contract 3.6).

A page cannot tell why its frame stays empty, so the server asks the app's URL beforehand, without
any value of a call, and keeps what it saw. That a CRM is not visible from the server is no defect:
the agents' network may reach it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit, urlunsplit

from screenpop.adapters.crm.advice import (
    Fix,
    cookie_fixes,
    cookie_to_set,
    framing_fixes,
    framing_to_set,
)
from screenpop.adapters.crm.errors import (
    CrmAddressPrivateError,
    CrmAnswerTimedOutError,
    CrmCertificateRejectedError,
    CrmHostUnknownError,
    CrmRequestError,
    CrmUnreachableError,
)
from screenpop.adapters.crm.framing import (
    CookieVerdict,
    FramingVerdict,
    WebOrigin,
    judge_cookies,
    judge_framing,
)
from screenpop.adapters.crm.http import CrmAnswer, CrmHttp, CrmRequest, Timing

__all__ = ["FireReport", "ProbeFinding", "Problem", "Reachability", "fire", "probe", "probe_url"]

Reachability = Literal["reachable", "not.visible.from.server", "failed"]
"""``failed``: the server got through, or would have, and met a defect; see the problems."""

CertificateState = Literal["valid", "rejected", "none", "unknown"]
"""``none``: plain http; ``unknown``: the server did not get that far."""

ProblemKey = Literal[
    "request.failed",
    "certificate.rejected",
    "status.unexpected",
    "redirect.elsewhere",
    "framing.refused",
    "cookie.not.embeddable",
]

_PURPOSE: Final = ("Purpose", "screenpop-check")

# Where these are met the agents' network may well do better than the server's.
_NOT_VISIBLE: Final = (
    CrmHostUnknownError,
    CrmUnreachableError,
    CrmAnswerTimedOutError,
    CrmAddressPrivateError,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps the page from working in a frame.

    Attributes:
        text: what is wrong, in a sentence.
        to_set: the exact header to send, or empty where a header is not the cure.
        fixes: how to send it with nginx, Apache, IIS, Django, Express and PHP.
    """

    key: ProblemKey
    text: str
    to_set: str = ""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeFinding:
    """What one probe saw, judged for each of the installation's public origins.

    Attributes:
        detail: why the page is not reachable; empty when it is.
        redirect: where the answer points to, without its query; it was not followed.
    """

    reachability: Reachability
    detail: str = ""
    status: int | None = None
    certificate: CertificateState = "unknown"
    redirect: str | None = None
    framing: tuple[FramingVerdict, ...] = ()
    cookies: tuple[CookieVerdict, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def refuses_framing(self) -> bool:
        """The only evidence on which the console says "refused"."""
        return any(not verdict.allowed for verdict in self.framing)


@dataclass(frozen=True, slots=True)
class FireReport:
    """What one full URL answered, for ``screenpop url fire``."""

    status: int
    redirect: str | None
    framing: tuple[FramingVerdict, ...]
    cookies: tuple[CookieVerdict, ...]
    timing: Timing
    address: str
    problems: tuple[Problem, ...]


async def probe(http: CrmHttp, app_url: str, console_origins: Sequence[str]) -> ProbeFinding:
    """Ask the app's URL without parameters and judge the answer. Never raises for a CRM's doing.

    Raises:
        ValueError: one of ``console_origins`` is no web origin.
    """
    consoles = [WebOrigin.of(origin) for origin in console_origins]
    request = CrmRequest(
        "GET", probe_url(app_url), app_url, headers=(_PURPOSE, _ACCEPT), read_body=False
    )
    try:
        answer = await http.ask(request)
    except CrmCertificateRejectedError as error:
        problem = Problem("certificate.rejected", str(error))
        return ProbeFinding("failed", str(error), certificate="rejected", problems=(problem,))
    except _NOT_VISIBLE as error:
        return ProbeFinding("not.visible.from.server", str(error))
    except CrmRequestError as error:
        return ProbeFinding("failed", str(error), problems=(Problem("request.failed", str(error)),))
    page = WebOrigin.of(request.url)
    framing, cookies = _judge(answer, page, consoles)
    return ProbeFinding(
        reachability="reachable",
        status=answer.status,
        certificate="valid" if page.scheme == "https" else "none",
        redirect=_redirect(answer),
        framing=framing,
        cookies=cookies,
        problems=_problems(answer, page, framing, cookies),
    )


async def fire(http: CrmHttp, url: str, app_url: str, console_origins: Sequence[str]) -> FireReport:
    """Open a composed URL once, from the server, as a browser would address it.

    Raises:
        CrmRequestError: there was no answer to report on.
        ValueError: one of ``console_origins`` is no web origin.
    """
    consoles = [WebOrigin.of(origin) for origin in console_origins]
    request = CrmRequest("GET", url, app_url, headers=(_ACCEPT,), read_body=False)
    answer = await http.ask(request)
    page = WebOrigin.of(url)
    framing, cookies = _judge(answer, page, consoles)
    return FireReport(
        status=answer.status,
        redirect=_redirect(answer),
        framing=framing,
        cookies=cookies,
        timing=answer.timing,
        address=answer.address,
        problems=_problems(answer, page, framing, cookies),
    )


_ACCEPT: Final = ("Accept", "text/html, */*")
_PLACEHOLDER: Final = re.compile(r"\{[^{}|]*(?:\|([^{}]*))?\}")


def probe_url(app_url: str) -> str:
    """The app's URL without a value of any call.

    The configured URL's own query stays, but for the parameters with a placeholder; a placeholder
    in the path becomes its default, or nothing; the fragment, which no server sees, goes.
    """
    parts = urlsplit(app_url)
    path = _PLACEHOLDER.sub(lambda match: match[1] or "", parts.path)
    own = [pair for pair in parts.query.split("&") if not _PLACEHOLDER.search(pair)]
    return urlunsplit((parts.scheme, parts.netloc, path, "&".join(own), ""))


def _judge(
    answer: CrmAnswer, page: WebOrigin, consoles: Sequence[WebOrigin]
) -> tuple[tuple[FramingVerdict, ...], tuple[CookieVerdict, ...]]:
    framing = tuple(judge_framing(answer.headers, page, console) for console in consoles)
    return framing, judge_cookies(answer.headers, page, consoles)


def _redirect(answer: CrmAnswer) -> str | None:
    locations = answer.header_values("location")
    if not 300 <= answer.status < 400 or not locations:
        return None
    # A query may carry a token.
    return locations[0].partition("?")[0].partition("#")[0]


def _problems(
    answer: CrmAnswer,
    page: WebOrigin,
    framing: tuple[FramingVerdict, ...],
    cookies: tuple[CookieVerdict, ...],
) -> tuple[Problem, ...]:
    problems = []
    if answer.status >= 400 and answer.status not in (401, 403):
        problems.append(
            Problem(
                "status.unexpected",
                f"The page answers {answer.status} without parameters."
                " Check the path; answer 200 also when nothing is known about the call.",
            )
        )
    redirect = _redirect(answer)
    if redirect is not None and not _stays(redirect, page):
        problems.append(
            Problem(
                "redirect.elsewhere",
                f"The page sends the browser on to {redirect}. Configure the final address,"
                " or list its origin with the app; else the SDK is not answered there.",
            )
        )
    refused = [verdict for verdict in framing if not verdict.allowed]
    if refused:
        origins = [verdict.origin for verdict in framing]
        shown = refused[0]
        problems.append(
            Problem(
                "framing.refused",
                f"The page forbids {' and '.join(verdict.origin for verdict in refused)} to frame"
                f" it, by the header {shown.header}: {shown.value}",
                framing_to_set(origins),
                framing_fixes(origins),
            )
        )
    problems += [_cookie_problem(cookie, framing) for cookie in cookies if cookie.missing]
    return tuple(problems)


def _cookie_problem(cookie: CookieVerdict, framing: tuple[FramingVerdict, ...]) -> Problem:
    return Problem(
        "cookie.not.embeddable",
        f"The cookie {cookie.name} does not come back from a frame: it lacks"
        f" {' and '.join(cookie.missing)}.",
        cookie_to_set(cookie.name),
        cookie_fixes(cookie.name, [verdict.origin for verdict in framing]),
    )


def _stays(redirect: str, page: WebOrigin) -> bool:
    try:
        return WebOrigin.of(urljoin(str(page), redirect)) == page
    except ValueError:
        return False
