"""A screen as cells: what stands in each, and how it looks."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.cells import split_graphemes

from butlr_tui.tui.terminal.style import PLAIN, Style

BLANK: Final = " "
HALF: Final = ""
"""The second cell of a wide character, which stands in the first."""
UNKNOWN: Final = "\0"
"""What nobody knows; like nothing that can be written."""
# Terminals disagree about how wide these are: emoji, and what is joined with or varied by something invisible.
DOUBTFUL: Final = re.compile("[\u200d\ufe0e\ufe0f\U00010000-\U0010ffff]")
_REMEMBERED: Final = 1_024


class Row:
    """A line of cells: their contents and their styles, side by side, since lists are compared at once."""

    __slots__ = ("styles", "texts")

    def __init__(self, width: int, text: str = BLANK) -> None:
        self.texts = [text] * width
        self.styles = [PLAIN] * width

    def copy(self) -> "Row":
        """One like it."""
        made = Row(0)
        made.texts, made.styles = self.texts[:], self.styles[:]
        return made

    def put(self, x: int, texts: Sequence[str], style: Style) -> None:
        """Write cells from `x` on, as far as there is room. What is left of a halved character is a blank."""
        room = len(self.texts) - x
        if len(texts) > room:
            texts = [*texts[:room]] if texts[room] != HALF else [*texts[: room - 1], BLANK]
        end = x + len(texts)
        if self.texts[x] == HALF:
            self.texts[x - 1] = BLANK
        self.texts[x:end] = texts
        self.styles[x:end] = [style] * len(texts)
        if end < len(self.texts) and self.texts[end] == HALF:
            self.texts[end] = BLANK

    def join(self, x: int, marks: str) -> None:
        """Add marks without a width to the character before `x`."""
        if x:
            self.texts[x - 1 if self.texts[x - 1] != HALF else x - 2] += marks

    def resize(self, width: int) -> None:
        """Cut or fill up at the right."""
        if width < len(self.texts) and self.texts[width] == HALF:
            self.texts[width - 1] = BLANK
        del self.texts[width:], self.styles[width:]
        more = width - len(self.texts)
        self.texts += [BLANK] * more
        self.styles += [PLAIN] * more


class Cells:
    """A screen of cells and where its cursor is."""

    def __init__(self, width: int = 0, height: int = 0, text: str = BLANK) -> None:
        self.rows = [Row(width, text) for _ in range(height)]
        self.width = width
        self.cursor = (0, 0)
        """Column and row, from 0."""

    def resize(self, width: int, height: int) -> None:
        """Cut or fill up at the right and at the bottom."""
        self.width = width
        del self.rows[height:]
        for row in self.rows:
            row.resize(width)
        self.rows += [Row(width) for _ in range(height - len(self.rows))]


@lru_cache(_REMEMBERED)
def as_cells(text: str) -> tuple[str, Sequence[str]]:
    """The marks with which `text` begins, and its cells: as wide as Textual, which laid it out, takes them."""
    spans, _ = split_graphemes(text)
    marks = "".join(text[start:end] for start, end, width in spans if not width)
    return marks, tuple(
        part for start, end, width in spans if width for part in (text[start:end], *([HALF] * (width - 1)))
    )
