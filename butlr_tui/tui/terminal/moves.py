"""The shortest way to a cell."""

from typing import Final

_RETURN: Final = "\r"
_BACK: Final = "\b"
_DOWN: Final = "\v"
"""A line down in the same column. Not a line feed: a tty makes two bytes of it, the other of which is a return."""


def move(x: int | None, y: int | None, to_x: int, to_y: int) -> str:
    """The shortest sequence that takes the cursor from one cell to another.

    None: nobody knows the column, or the row.
    """
    if y is None:
        return _absolute(to_x, to_y)
    stepwise = _vertically(to_y - y) + _along(x, to_x)
    return stepwise if y == to_y else min(_absolute(to_x, to_y), stepwise, key=len)


def _absolute(x: int, y: int) -> str:
    if not x:
        return f"\x1b[{y + 1}H" if y else "\x1b[H"
    return f"\x1b[{y + 1};{x + 1}H"


def _vertically(lines: int) -> str:
    by_number = _relative(lines, "B", "A")
    return _DOWN * lines if 0 < lines < len(by_number) else by_number


def _along(x: int | None, to_x: int) -> str:
    """Within a row."""
    if x == to_x:
        return ""
    ways = [_RETURN + _relative(to_x, "C", "D"), f"\x1b[{to_x + 1}G"]
    if x is not None:
        ways.append(_relative(to_x - x, "C", "D"))
        if to_x < x:
            ways.append(_BACK * (x - to_x))
    return min(ways, key=len)


def _relative(cells: int, forward: str, back: str) -> str:
    if not cells:
        return ""
    return f"\x1b[{abs(cells) if abs(cells) > 1 else ''}{forward if cells > 0 else back}"
