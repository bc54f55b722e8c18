"""Prints a table: whole where it is piped, and as wide as the terminal where people read it."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from butlr_tui.plain.output import print_line
from butlr_tui.system.terminal import columns
from butlr_tui.text import truncate, width

Row = Sequence[str]
Cut = Callable[[str, int], str]
_BETWEEN = "  "


class Yields(NamedTuple):
    """A column that gives up cells where the terminal has too few."""

    heading: str
    least: int
    """The cells that it keeps; with 0 the whole column leaves."""


def print_table(
    rows: Sequence[Row], yields: Sequence[Yields] = (), cuts: Mapping[str, Cut] | None = None
) -> None:
    """Write rows of data to stdout, the headings first, their cells below each other. All of it is safe text.

    On a terminal that is too narrow the columns in `yields` give up cells, one after the other, and each no more
    than has to be. `cuts` says by heading how cells are cut; else they lose their ends.
    """
    table: dict[str, Row] = {column[0]: column for column in zip(*rows, strict=True)}
    widths = {heading: max(map(width, column)) for heading, column in table.items()}
    room = columns()
    if room is not None and _whole(widths) > room:
        widths = _fitted(widths, yields, room)
        for heading, cells in widths.items():
            cut = (cuts or {}).get(heading, truncate)
            table[heading] = [cut(cell, cells) for cell in table[heading]]
    aligned = (_aligned(table[heading], cells) for heading, cells in widths.items())
    for row in zip(*aligned, strict=True):
        print_line(_BETWEEN.join(row).rstrip())


def _fitted(widths: Mapping[str, int], yields: Sequence[Yields], room: int) -> dict[str, int]:
    """The columns that stay and their widths, in `room` cells in all."""
    found = dict(widths)
    for heading, least in yields:
        over = _whole(found) - room
        if over > 0 and least:
            found[heading] = min(found[heading], max(least, found[heading] - over))
        elif over > 0:
            del found[heading]
    for heading, _ in reversed(yields):  # a column that left may have made room for others
        if heading in found:
            found[heading] += min(widths[heading] - found[heading], max(0, room - _whole(found)))
    return found


def _whole(widths: Mapping[str, int]) -> int:
    return sum(widths.values()) + len(_BETWEEN) * (len(widths) - 1)


def _aligned(column: Row, cells: int) -> list[str]:
    return [cell + " " * (cells - width(cell)) for cell in column]
