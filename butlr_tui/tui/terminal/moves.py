"""The shortest way to a cell."""

from typing import Final

_RETURN: Final = "\r"
_BACK: Final = "\b"
_DOWN: Final = "\v"
"""A line down in the same column: unlike a line feed, no tty makes a return of it."""


def move(x: int | None, y: int | None, to_x: int, to_y: int, line_feed: str) -> str:
    """The shortest sequence that takes the cursor from one cell to another.

    None: nobody knows the column, or the row. `line_feed` takes it to the beginning of the next line.
    """
    if y is None:
        return _absolute(to_x, to_y)
    if y == to_y:
        return _along(x, to_x)
    ways = [_absolute(to_x, to_y), *_down_by_lines(y, to_x, to_y, line_feed)]
    if x is not None:
        ways.append(_vertically(to_y - y) + _along(x, to_x))
    return min(ways, key=len)


def _absolute(x: int, y: int) -> str:
    if not x:
        return f"\x1b[{y + 1}H" if y else "\x1b[H"
    return f"\x1b[{y + 1};{x + 1}H"


def _down_by_lines(y: int, to_x: int, to_y: int, line_feed: str) -> list[str]:
    return [line_feed * (to_y - y) + _along(0, to_x)] if to_y > y else []


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
