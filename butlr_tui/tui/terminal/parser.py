"""Reads what Textual writes: what it draws goes into cells, everything else is passed on."""

import re
from collections.abc import Iterator
from typing import Final

from butlr_tui.tui.terminal.cells import Cells, as_cells
from butlr_tui.tui.terminal.style import PLAIN, linked, styled

# A frame of Textual's is made of moves to a position, styles with the text that has them, and line feeds.
_TOKEN: Final = re.compile(
    r"\x1b\[(?P<style>[0-9;]*)m(?P<styled>[^\x00-\x1f\x7f-\x9f]*)"
    r"|\x1b\[(?P<position>[0-9;]*)H"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<line>\n)"
    r"|\x1b\]8;(?P<link>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|(?P<other>\x1b\[[0-?]*[ -/]*[@-~]|\x1b\].*?(?:\x07|\x1b\\)|\x1b[PX^_].*?\x1b\\|\x1b[ -/]*[0-~]|.)",
    re.DOTALL,
)
DRAWN: Final = None
"""Among what is passed on: something was drawn here."""


class Parser:
    """Draws what is written into cells."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._x = self._y = 0
        self._style = PLAIN

    def feed(self, data: str) -> Iterator[str | None]:
        """What in `data` draws nothing, in its order, with DRAWN for what lies between."""
        drawn = False
        passing = ""
        for found in _TOKEN.finditer(data):
            match found.lastgroup:
                case "styled":
                    codes = found["style"]
                    self._style = styled(self._style, codes) if codes != "0" else PLAIN
                    if text := found["styled"]:
                        self._write(text)
                case "position":
                    row, _, column = found["position"].partition(";")
                    self._x, self._y = int(column or 1) - 1, int(row or 1) - 1
                case "text":
                    self._write(found["text"])
                case "line":  # the tty makes a carriage return of it, too
                    self._x, self._y = 0, self._y + 1
                case "link":
                    self._style = linked(self._style, found["link"])
                case _:
                    if drawn:
                        yield DRAWN
                        drawn = False
                    passing += found[0]
                    continue
            if passing:
                yield passing
                passing = ""
            drawn = True
        if passing:
            yield passing
        if drawn:
            self.cells.cursor = (self._x, self._y)
            yield DRAWN

    def _write(self, text: str) -> None:
        marks, texts = ("", text) if text.isascii() else as_cells(text)
        if self._y < len(self.cells.rows):
            row = self.cells.rows[self._y]
            if marks and self._x <= self.cells.width:
                row.join(self._x, marks)
            if texts and self._x < self.cells.width:
                row.put(self._x, texts, self._style)
        self._x += len(texts)
