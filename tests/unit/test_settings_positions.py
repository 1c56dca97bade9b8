"""Every key of a TOML file is found at its line."""

import tomllib
from collections.abc import Iterator
from importlib import resources

import pytest

from screenpop.settings.positions import Positions

AWKWARD = '''# a comment with [brackets] and = signs
top = 1
"quoted key" = "a # b ] } \\" c"
dotted.inner."x.y" = [ # a comment ]
  1,
  """two
lines with ]""", # another
  { deep = 'no # comment', list = [[], ["x"]] },
]
date = 1979-05-27 07:32:00

[[table]]
a = 1
[table.sub]
b = \'\'\'
raw "
\'\'\'
[[other]]
c = ""
[[table]]
[[table.sub2]]
d = true
  [ spaced . "header" ]
e = """"quoted""""
'''
LINES = {
    ("top",): 2,
    ("quoted key",): 3,
    ("dotted", "inner", "x.y"): 4,
    ("dotted", "inner", "x.y", 0): 5,
    ("dotted", "inner", "x.y", 1): 6,
    ("dotted", "inner", "x.y", 2, "deep"): 8,
    ("dotted", "inner", "x.y", 2, "list", 1, 0): 8,
    ("date",): 10,
    ("table", 0): 12,
    ("table", 0, "a"): 13,
    ("table", 0, "sub", "b"): 15,
    ("other", 0, "c"): 19,
    ("table", 1): 20,
    ("table", 1, "sub2", 0, "d"): 22,
    ("spaced", "header", "e"): 24,
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize(("path", "line"), LINES.items(), ids=str)
def test_key_is_found_at_its_line(path: tuple[str | int, ...], line: int, ending: str) -> None:
    assert Positions(AWKWARD.replace("\n", ending)).line(path) == line


def test_missing_key_is_sought_in_the_table_around_it() -> None:
    positions = Positions(AWKWARD)
    assert positions.line(("table", 1, "gone", 4)) == 20
    assert positions.line(("nowhere",)) == 0


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


@pytest.mark.parametrize(
    "text",
    [AWKWARD, resources.files("screenpop.demo").joinpath("world.toml").read_text("utf-8")],
    ids=["awkward", "demo"],
)
def test_every_path_that_tomllib_reads_has_a_line_and_no_other_has(text: str) -> None:
    found = set(Positions(text).as_mapping())
    read = set(paths(tomllib.loads(text)))
    assert found <= read
    # Headers name their parents in passing; those have no line of their own.
    assert all(any(one[: len(path)] == path for one in found) for path in read)
