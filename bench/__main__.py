"""``make bench``: every measurement, each beside its bar or its comparison (design 7)."""

from __future__ import annotations

import importlib
import sys

#: In the order of design 7; each module has ``run() -> dict``.
BENCHES = (
    "durable_commands",
    "postgres",
    "event_streams",
    "compose_url",
    "sdk_bridge",
    "commit_to_callback",
    "pop_request",
    "demo",
)


def main(names: list[str]) -> int:
    """Run the benches of these names, or all; print a line per figure."""
    for name in names or BENCHES:
        sys.stdout.write(f"\n{name}\n")
        for what, value in importlib.import_module(f"bench.{name}").run().items():
            sys.stdout.write(f"  {what}: {value}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
