"""What a change of the screen needs at least, whoever sends it: what a driver's bytes are held against.

The characters of the cells that look different afterwards, in UTF-8, line by line from the left; and wherever
the style of such a cell is not that of the one before it, a sequence that changes what differs. Moves to the
cells cost nothing, and nothing is saved by erasing instead of writing blanks.
"""

from operator import ne
from typing import Final

from tests.support.looks import Look, Style, ground

_SEQUENCE: Final = len("\x1b[m")
_CODE: Final = len("31")
_SEPARATOR: Final = len(";")
_PLAIN: Final[Style] = ("default", "default", False, False, False, False, False, False)


def need(before: list[list[Look]], after: list[list[Look]]) -> int:
    """The bytes."""
    total = 0
    style = _PLAIN
    for old, new in zip(before, after, strict=True):
        for was, (text, wanted) in zip(old, new, strict=True):
            if was == (text, wanted):
                continue
            total += len(text.encode())
            if wanted != (ground(style) if text == " " else style):
                differing = sum(map(ne, style, wanted))
                total += _SEQUENCE + differing * (_CODE + _SEPARATOR) - _SEPARATOR
                style = wanted
    return total
