"""Pillars of cells, such as a frame's side or a scrollbar: drawn downwards, they need one change of style."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from butlr_tui.tui.terminal.cells import BLANK, HALF, Row
from butlr_tui.tui.terminal.style import PLAIN, Style

Changes = dict[int, tuple[Row, list[int]]]
"""By the line's number: how it shall look, and which of its cells look different so far."""
_WORTH_IT: Final = 5
"""Cells below one another from which a pillar is shorter than a change of style and back in each line."""


@dataclass(slots=True)
class Pillar:
    """Cells below one another that look alike, and unlike those beside them."""

    x: int
    top: int
    text: str
    style: Style
    height: int = 1

    def goes_on(self, y: int, text: str, style: Style) -> bool:
        """Whether this cell, in the same column, is the next of it."""
        return y == self.top + self.height and text == self.text and style == self.style


def pillars(changes: Changes) -> list[Pillar]:
    """The pillars among these changes."""
    found: list[Pillar] = []
    growing: dict[int, Pillar] = {}
    for y in sorted(changes):
        ended, growing = growing, {}
        for x, text, style in _standing_out(*changes[y]):
            pillar = ended.get(x)
            if pillar is not None and pillar.goes_on(y, text, style):
                pillar.height += 1
            else:
                pillar = Pillar(x, y, text, style)
                found.append(pillar)
            growing[x] = pillar
    return [each for each in found if each.height >= _WORTH_IT]


def _standing_out(row: Row, changed: list[int]) -> Iterator[tuple[int, str, Style]]:
    """Not in the last column: after that nobody knows where the cursor is."""
    texts, styles = row.texts, row.styles
    last = len(texts) - 1
    for x in changed:
        style = styles[x]
        if (
            style is not PLAIN
            and x < last
            and styles[x + 1] != style
            and (not x or styles[x - 1] != style)
            and len(texts[x]) == 1
            and texts[x + 1] != HALF
        ):
            yield x, texts[x], style


def without(changes: Changes, taken: list[Pillar]) -> Changes:
    """What is left of the changes: where a pillar will be drawn afterwards, it matters not what is there."""
    left = dict(changes)
    for pillar in taken:
        for y in range(pillar.top, pillar.top + pillar.height):
            row, changed = left[y]
            if row is changes[y][0]:
                row = row.copy()
            row.texts[pillar.x], row.styles[pillar.x] = BLANK, PLAIN
            left[y] = row, [x for x in changed if x != pillar.x]
    return left
