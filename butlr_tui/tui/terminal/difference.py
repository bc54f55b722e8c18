"""What the terminal shows, and what differs from what it should show."""

from rich.cells import get_character_cell_size

from butlr_tui.tui.terminal.cells import BLANK, DOUBTFUL, UNKNOWN, Cells, Row
from butlr_tui.tui.terminal.pillars import Changes, pillars, without
from butlr_tui.tui.terminal.style import Style, ground
from butlr_tui.tui.terminal.update import Update


class Shown:
    """What the terminal shows, as far as is known.

    What others write to the terminal damages only the cells that they write to: each update begins at a
    position and in a style of its own.
    """

    def __init__(self) -> None:
        self._cells = Cells()
        self._before: list[tuple[Row, list[str], list[Style]]] = []
        """The rows that the last update changed, with what was in them."""

    def forget(self, width: int, height: int) -> None:
        """Nobody knows what a terminal of this size shows."""
        self._cells = Cells(width, height, UNKNOWN)
        self._cells.cursor = (-1, -1)

    def cleared(self, width: int, height: int) -> None:
        """A terminal of this size shows nothing, and its cursor is in the first cell."""
        self._cells = Cells(width, height)

    def update(self, wanted: Cells) -> str:
        """What makes it show `wanted`, which has its size; empty where it does so already."""
        update = Update()
        changes = self._take_over(wanted)
        drawn_downwards = pillars(changes)
        for y, (row, changed) in without(changes, drawn_downwards).items():
            update.row(y, row, changed)
        for pillar in drawn_downwards:
            update.pillar(pillar)
        x, y = cursor = wanted.cursor
        if (update.parts or cursor != self._cells.cursor) and x < wanted.width and y < len(wanted.rows):
            update.move(x, y)
            self._cells.cursor = cursor
        return "".join(update.parts)

    def _take_over(self, wanted: Cells) -> Changes:
        """Remember these cells as what is shown; which of them change."""
        changes: Changes = {}
        self._before.clear()
        for y, (new, old) in enumerate(zip(wanted.rows, self._cells.rows, strict=True)):
            if new.texts != old.texts or new.styles != old.styles:
                if changed := _changed(new, old):
                    changes[y] = new, changed
                self._before.append((old, old.texts, old.styles))
                old.texts, old.styles = new.texts[:], new.styles[:]
        return changes

    def undo(self) -> None:
        """The last update was not sent."""
        for row, texts, styles in self._before:
            row.texts, row.styles = texts, styles
        self._cells.cursor = (-1, -1)


def _changed(new: Row, old: Row) -> list[int]:
    """The cells that look different."""
    changed = [
        x
        for x, (text, before, style, style_before) in enumerate(
            zip(new.texts, old.texts, new.styles, old.styles, strict=True)
        )
        if text != before
        or (
            style is not style_before
            and style != style_before
            and not (text == BLANK and ground(style) == ground(style_before))
        )
    ]
    if DOUBTFUL.search("".join(new.texts)):
        over = {spilled for x in changed for spilled in _spilled_over(x, new.texts[x])}
        return sorted(over.intersection(range(len(new.texts))).union(changed))
    return changed


def _spilled_over(x: int, text: str) -> range:
    """The cells after a character of doubtful width that some terminals draw it over."""
    return range(x + 1, x + sum(map(get_character_cell_size, text))) if DOUBTFUL.search(text) else range(0)
