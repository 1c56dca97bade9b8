"""Composing a call URL; the bar is 30 µs (design 7). Run: ``python -m bench.compose_url``."""

import json
from collections.abc import Callable
from time import process_time
from timeit import repeat

from screenpop.wire.urls import Point, UrlTemplate, compose, parse, sample

BAR_MICROSECONDS = 30.0
_ROUNDS = 9
_CALLS = 1000


def _best(statement: Callable[[], object]) -> float:
    """Microseconds of CPU a call, of the quickest round: the machine is shared."""
    rounds = repeat(statement, timer=process_time, number=_CALLS, repeat=_ROUNDS)
    return min(rounds) / _CALLS * 1e6


def run() -> dict[str, float]:
    """Microseconds to compose a call URL (with and without placeholders) and to read one."""
    plain = UrlTemplate.parse("https://crm.example.com/call?app=desk#pop", Point.CALL)
    named = UrlTemplate.parse(
        "https://crm.example.com/c/{customerId}?who={customer.name|nobody}#{phone}", Point.CALL
    )
    (values,) = sample(Point.CALL)
    url = compose(plain, values)
    return {
        "compose_call_url_us": _best(lambda: compose(plain, values)),
        "compose_with_placeholders_us": _best(lambda: compose(named, values)),
        "parse_call_url_us": _best(lambda: parse(url)),
        "bar_us": BAR_MICROSECONDS,
    }


if __name__ == "__main__":
    print(json.dumps(run()))
