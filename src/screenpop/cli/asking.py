"""How commands ask a running server: as an administrator's API account."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from screenpop.cli.saying import fail

__all__ = ["SERVER", "Account", "Url", "ask"]

SERVER: Final = "http://localhost:8700"
#: The server itself waits ten seconds for a CRM.
_TIMEOUT_S: Final = 30

Url = Annotated[str, typer.Option(envvar="SCREENPOP_URL", help="Where the server is.")]
Account = Annotated[
    str,
    typer.Option(
        envvar="SCREENPOP_ACCOUNT",
        help="An administrator's API account as id:secret; better in the environment.",
        show_default=False,
    ),
]


def ask(method: str, url: str, path: str, account: str, body: object = None) -> Any:  # noqa: ANN401
    """Ask ``/api/v1/<path>``; a refusal or no answer ends the command with a sentence."""
    import httpx2

    user, colon, secret = account.partition(":")
    if not colon:
        fail("Say who asks: SCREENPOP_ACCOUNT=id:secret, an API account with administrator = true.")
    try:
        reply = httpx2.request(
            method,
            f"{url.rstrip('/')}/api/v1/{path}",
            auth=httpx2.BasicAuth(user, secret),
            headers={"Content-Type": "application/json"},
            json=body,
            timeout=_TIMEOUT_S,
            trust_env=False,
        )
        content = reply.json()
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        fail(
            f"No screenpop server answers at {url} ({error}). "
            "Start it with screenpop serve, or give its --url."
        )
    except ValueError:
        fail(f"What answers at {url} is no screenpop server. Give the server's --url.")
    if reply.is_error:
        fail(str(content.get("detail") or content.get("title") or f"Status {reply.status_code}."))
    return content
