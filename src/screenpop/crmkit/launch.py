"""What the page was opened with: the URL's parameters, typed (contract 3)."""

from collections.abc import Collection

from screenpop.wire.urls import LaunchContext, Point, parse

__all__ = ["LaunchContext", "Point", "console_of", "read_launch"]


def read_launch(query: str | bytes) -> LaunchContext:
    """Read a query string, with or without ``?``, or a whole URL. Never raises.

    Frameworks call it ``QUERY_STRING`` (WSGI), ``scope["query_string"]`` (ASGI),
    ``request.META["QUERY_STRING"]`` (Django). What is missing, empty or the text ``null`` is None.
    """
    return parse(query.decode("utf-8", "replace") if isinstance(query, bytes) else query)


def console_of(launch: LaunchContext, console_origins: Collection[str]) -> str:
    """The console that opened the page, if it is one of yours; else your first.

    ``launch.origin`` stands in a URL that anybody can write: never load a script from it unasked.

    Raises:
        ValueError: ``console_origins`` is empty.
    """
    if not console_origins:
        raise ValueError("name at least one console origin, such as https://console.example")
    if launch.origin is not None and launch.origin in console_origins:
        return launch.origin
    return next(iter(console_origins))
