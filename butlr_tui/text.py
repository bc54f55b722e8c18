"""Makes text from a server safe to show, and says what is said in many places.

The one boundary for hostile text: whatever a server sent passes `safe` before it reaches a screen, a
table on stdout or an error's sentence: neither a terminal nor Textual filters anything by itself. Copying
and sending use the original.
"""

import os
import unicodedata
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.cells import get_character_cell_size

_PATH_CELLS: Final = 200
_COMBINING_LIMIT: Final = 2
"""Combining marks shown per character; real scripts need no more, stacks of them climb over other lines."""

# They change nothing but the look of an emoji, and terminals disagree on the width that results.
_VARIATION_SELECTORS: Final = frozenset(map(chr, range(0xFE00, 0xFE10)))

_UNITS: Final = (("year", 365), ("month", 30), ("day", 1))
"""Days in each."""
_MINUTE: Final = 60
_DAY: Final = 24 * 60 * 60
_SHORT_UNITS: Final = (("hour", 60 * 60), ("minute", _MINUTE))
"""Seconds in each."""


def safe(text: str) -> str:
    """`text` in one line with nothing in it that a terminal would act on.

    Control characters become their pictures (`␛`), other non-printing ones their code point (`<202e>`), as
    in vim; runs of combining marks are capped.
    """
    if text.isascii() and text.isprintable():  # nearly always
        return text
    shown: list[str] = []
    marks = 0
    for char in text:
        if char in _VARIATION_SELECTORS:
            continue
        if not char.isprintable():
            shown.append(_picture(char))
            marks = 0
        elif unicodedata.combining(char) or get_character_cell_size(char) == 0:
            if not shown:  # a mark with no character before it
                shown.append("◌")
            if marks < _COMBINING_LIMIT:
                shown.append(char)
            marks += 1
        else:
            shown.append(char)
            marks = 0
    return "".join(shown)


def _picture(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"<{code:04x}>"


def os_error_reason(error: BaseException | None, otherwise: str = "no reason given") -> str:
    """The system's own reason for an error; `otherwise` where it gave none.

    Never the exception's own text, which quotes what it was about.
    """
    return os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else otherwise


def describe_path(path: str | Path) -> str:
    """`path` as the user would write it (`~` is the home), safe to show; a very long one loses its middle."""
    described = str(path)
    with suppress(RuntimeError, ValueError):  # somebody without a home, or a path outside of it
        described = str(Path("~") / Path(path).relative_to(Path.home()))
    return truncate_middle(safe(described), _PATH_CELLS)


def width(text: str) -> int:
    """The cells that safe text takes."""
    return len(text) if text.isascii() else sum(map(get_character_cell_size, text))


def truncate(text: str, cells: int) -> str:
    """Safe text, cut at its end with `…` where it is wider than `cells`. Never splits a wide character."""
    if width(text) <= cells:
        return text
    return _head(text, cells - 1) + "…" if cells > 0 else ""


def truncate_middle(text: str, cells: int) -> str:
    """Safe text, cut in its middle with `…` where it is wider than `cells`: an id's two ends tell most."""
    if width(text) <= cells:
        return text
    if cells <= 0:
        return ""
    tail = _head(text[::-1], (cells - 1) // 2)[::-1]
    return _head(text, cells - 1 - width(tail)) + "…" + tail


def wrap(text: str, cells: int) -> list[str]:
    """Safe text in lines of at most `cells`, broken between words; a word that is longer stays whole."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and width(longer) > cells:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def fit(text: str, cells: int) -> str:
    """Safe text, cut or padded to exactly `cells`."""
    short = truncate(text, cells)
    return short + " " * (cells - width(short))


def sentence(clause: str) -> str:
    """A clause as the beginning of a sentence, without its full stop: its first letter is a capital."""
    return f"{clause[:1].upper()}{clause[1:]}"


def quoted(name: str) -> str:
    """A client's name as it stands in a sentence, made safe and cut at 40 cells."""
    return f"“{truncate(safe(name), 40)}”" if name else "the client without a name"


def counted(count: int, thing: str) -> str:
    """How many there are of a thing whose plural ends in s, such as `1,200 clients`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def received(so_far: int, in_all: int | None) -> str:
    """How many bytes of an answer have come: `3.2 MB of 17.6 MB`, `640 kB so far`; "" for none."""
    if not so_far:
        return ""
    return f"{_size(so_far)} so far" if in_all is None else f"{_size(so_far)} of {_size(in_all)}"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _head(text: str, cells: int) -> str:
    """As much of `text`, which is wider, as has room in `cells`."""
    end = 0
    while (cells := cells - get_character_cell_size(text[end])) >= 0:
        end += 1
    return text[:end]


def age(then: datetime, now: datetime) -> str:
    """The days between two moments as "today", "12 days", "2 years"."""
    days = (now - then).days
    if days < 0:
        return "in future"  # the service's clock, or an id that was made up
    for unit, length in _UNITS:
        count = days // length
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "today"


def ago(then: datetime, now: datetime) -> str:
    """The same as "today", "12 days ago"."""
    days = age(then, now)
    return f"{days} ago" if days[0].isdigit() else days


def lately(then: datetime, now: datetime) -> str:
    """The time between two moments as "just now", "2 minutes", "3 hours"; from a day on as `age` has it."""
    seconds = int((now - then).total_seconds())
    if abs(seconds) < _MINUTE:  # another machine's clock may be a little ahead
        return "just now"
    for unit, length in _SHORT_UNITS:
        if length <= seconds < _DAY:
            return counted(seconds // length, unit)
    return age(then, now)


def lately_ago(then: datetime, now: datetime) -> str:
    """The same as "just now", "2 minutes ago"."""
    told = lately(then, now)
    return f"{told} ago" if told[0].isdigit() else told


def old(then: datetime, now: datetime) -> str:
    """The same for what was created then: "created today", "12 days old"."""
    days = age(then, now)
    return f"{days} old" if days[0].isdigit() else f"created {days}"
