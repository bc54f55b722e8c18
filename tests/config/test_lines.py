"""The line of each key, also where TOML makes it hard to find."""

import tomllib
from typing import Any

from butlr_tui.config.lines import line_of, lines_of

TEXT = '''\
# a = 1
a = 1  # [b]
"quo\\"ted" = "x # = [y]"

[b.c]  # [d]
text = """
[not.a.table]
d = 1"""
raw = \'\'\'
[e]\'\'\'
list = [
  "]", # ]
  { f = [1, 2] },
]
g.h = { i = 1, j = { k = 2 } }
'l.m' = true
[[many]]
n = 1
[[many]]
n = 2
'''


def test_each_key_has_its_line() -> None:
    assert lines_of(TEXT) == {
        ("a",): 2,
        ('quo"ted',): 3,
        ("b",): 5,
        ("b", "c"): 5,
        ("b", "c", "text"): 6,
        ("b", "c", "raw"): 9,
        ("b", "c", "list"): 11,
        ("b", "c", "g"): 15,
        ("b", "c", "g", "h"): 15,
        ("b", "c", "l.m"): 16,
        ("many",): 17,
        ("many", "n"): 18,
    }


def test_what_is_within_a_value_has_the_line_of_its_key() -> None:
    lines = lines_of(TEXT)
    assert line_of(("b", "c", "g", "h", "j", "k"), lines) == 15
    assert line_of(("nowhere",), lines) is None


def test_every_table_and_key_of_a_text_is_found() -> None:
    found = lines_of(TEXT)

    def walk(table: dict[str, Any], name: tuple[str, ...]) -> None:
        for key, value in table.items():
            assert line_of((*name, key), found) is not None
            if isinstance(value, dict):
                walk(value, (*name, key))

    walk(tomllib.loads(TEXT), ())
