"""What a terminal shows after it was sent something, drawn by pyte, which knows nothing of our driver.

Two screens are alike if nobody could tell them apart on a terminal. pyte keeps what a terminal does not show,
and has faults, so that a cell is looked at like this:

- Half of a wide character whose other half was painted over is a blank, as on terminals; pyte keeps it.
- A blank has a background, and lines if there are any; the colour of the character that it lacks shows nowhere.
"""

import codecs
import unicodedata
from typing import Final

import pyte
from pyte.screens import Char
from wcwidth import wcwidth

from tests.support.pty import NOT_DRAWN, WHOLE

Style = tuple[str, str, bool, bool, bool, bool, bool, bool]
"""Foreground, background; bold, italics, underscore, strikethrough, reverse, blink."""
Look = tuple[str, Style]
"""A character, and what of its style shows."""
_NO_WRAP: Final = "\x1b[?7l"


class Picture:
    """A terminal of some size."""

    def __init__(self, width: int, height: int) -> None:
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.Stream(self._screen)
        self._stream.feed(_NO_WRAP)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._cut = ""

    def feed(self, data: str) -> None:
        """What a program writes, by way of a tty, which adds the carriage returns."""
        self._stream.feed(NOT_DRAWN.sub("", data).replace("\r\n", "\n").replace("\n", "\r\n"))

    def receive(self, data: bytes) -> None:
        """What came out of a tty; more may follow, in the middle of anything."""
        text = self._cut + self._decoder.decode(data)
        start = text.rfind("\x1b")
        whole = start if start >= 0 and not WHOLE.match(text, start) else len(text)
        self._cut = text[whole:]
        self._stream.feed(NOT_DRAWN.sub("", text[:whole]))

    def resize(self, width: int, height: int) -> None:
        """Take another size, keeping what has room."""
        self._screen.resize(height, width)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row."""
        return self._screen.cursor.x, self._screen.cursor.y

    @property
    def looks(self) -> list[list[Look]]:
        """Line by line, cell by cell."""
        return [
            _looks([self._screen.buffer[line][column] for column in range(self._screen.columns)])
            for line in range(self._screen.lines)
        ]

    @property
    def lines(self) -> list[str]:
        """The characters alone."""
        columns = range(self._screen.columns)
        return [
            "".join(self._screen.buffer[line][column].data for column in columns)
            for line in range(self._screen.lines)
        ]


def _looks(line: list[Char]) -> list[Look]:
    looks = []
    for x, cell in enumerate(line):
        if _is_second_half(cell):
            text = "" if x and _is_wide(line[x - 1]) else " "
        elif _is_wide(cell):
            text = cell.data if x + 1 < len(line) and _is_second_half(line[x + 1]) else " "
        else:
            text = cell.data
        looks.append((text, _style(cell, blank=text == " ")))
    return looks


def _is_wide(cell: Char) -> bool:
    return wcwidth(cell.data[:1] or " ") == 2


def _is_second_half(cell: Char) -> bool:
    return all(map(unicodedata.combining, cell.data))  # pyte gives it the marks of the first


def _style(cell: Char, *, blank: bool) -> Style:
    style: Style = cell[1:]
    return ground(style) if blank else style


def ground(style: Style) -> Style:
    """What shows where there is no character."""
    _, background, _, _, *lines, _ = style
    return style if any(lines) else ("default", background, *[False] * 6)  # type: ignore[return-value]
