"""``screenpop explain``: what an error key means, who can act, and how it is cured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from screenpop.cli.saying import fail

__all__ = ["explain"]

#: Where the entries lie in a working copy; a wheel carries its own copy beside this package.
_IN_WORKING_COPY: Final = Path(__file__).parents[3] / "docs" / "errors.md"


def explain(
    key: Annotated[str, typer.Argument(help="An error's key, such as agent.busy.")],
) -> None:
    """Print what an error key means, who can act, and the cure."""
    from difflib import get_close_matches

    known = _entries()
    wanted = key.strip().lower()
    found = next((name for name in known if name.lower() == wanted), None)
    if found is None:
        near = get_close_matches(wanted, known, n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else " All are in docs/errors.md."
        fail(f"There is no error key {key!r}.{hint}")
    typer.echo(f"{found}\n\n{known[found]}")


def _entries() -> dict[str, str]:
    """Return the text of each entry by its key."""
    import re
    from importlib import resources

    packed = resources.files("screenpop.cli") / "errors.md"
    source = packed if packed.is_file() else _IN_WORKING_COPY
    parts = re.split(r"^## `([^`]+)`\n", source.read_text("utf-8"), flags=re.MULTILINE)
    return {
        key: text.strip().replace("**", "")
        for key, text in zip(parts[1::2], parts[2::2], strict=True)
    }
