"""What goes over the wire to the terminal, and what a slow or a stalled one makes of it."""

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from tests.bench.figure import Figure, median
from tests.bench.fixtures import Fixtures
from tests.bench.need import need
from tests.support.looks import Picture
from tests.support.observed import Observed

_CLIENTS = 40
_ESCAPE, _PAGE_DOWN, _PAGE_UP = "\x1b[27u", "\x1b[6~", "\x1b[5~"
VISIT = (
    ("j", ""),
    ("j", ""),
    ("\r", ""),
    (_PAGE_DOWN, ""),
    ("s", ""),
    ("s", ""),
    ("/", "keep"),
    ("k", ""),
    (_ESCAPE, ""),
    ("n", "New client on demo"),
    ("x", ""),
    (_ESCAPE, "Leave the form?"),
    ("\t\r", ""),
    ("?", "Keys"),
    (_ESCAPE, ""),
)
"""Move, sort, filter, form, its question, help: keys, and what shows that what they open is there."""
_SLOW = 8_000
"""Bytes a second."""
_AT_ONCE = 80
_LONG_ENOUGH = 5.0
_DOWNS, _A_SECOND = 60, 30
_KEYS, _STALLED = 2_000, 60.0
_BUNCH = 20


class Slow(Observed):
    """A terminal at the end of a slow link. What the pty keeps in between comes late, too."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._allowed = 0.0
        self._since = time.perf_counter()
        self.came: list[tuple[float, bytes]] = []
        """What came when."""
        super().__init__(*arguments, **named)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        now = time.perf_counter()
        self._allowed = min(self._allowed + (now - self._since) * _SLOW, _AT_ONCE)
        self._since = now
        if self._allowed < 1:
            time.sleep(1 / _SLOW)
            return True
        data = os.read(self._ours, int(self._allowed))
        self._allowed -= len(data)
        self._output += data
        self.came.append((now, data))
        return True

    def shown_at(self, text: str) -> float:
        """When this was on screen first. Drawn afterwards: that takes longer than the link."""
        picture = Picture(120, 36)
        for moment, data in self.came:
            picture.receive(data)
            if any(text in line for line in picture.lines):
                return moment
        raise RuntimeError(f"{text!r} did not come. There is:\n{self.screen}")


@contextmanager
def app(fixtures: Fixtures, kind: type[Observed] = Observed, clients: int = _CLIENTS) -> Iterator[Observed]:
    """The app with its list on screen, at 120×36."""
    with kind(fixtures.home(clients), ["demo"]) as terminal:
        terminal.shows(f"1 of {clients:,}")
        terminal.rests()
        yield terminal


def bytes_for(terminal: Observed, keys: str, text: str = "") -> int:
    """What these keys make it send."""
    before = len(terminal._output)
    terminal.types(keys)
    if text:
        terminal.shows(text)
    terminal.settles()
    return len(terminal._output) - before


@cache
def counted(fixtures: Fixtures) -> dict[str, int]:
    """The bytes of what has a figure."""
    with app(fixtures) as terminal:
        return {
            "start": len(terminal._output),
            "nothing": max(bytes_for(terminal, keys) for keys in ("\r", "k", "g", _PAGE_UP)),
            "form": bytes_for(terminal, "n", "New client on demo"),
            "closed": bytes_for(terminal, _ESCAPE),
        }


def visit(fixtures: Fixtures) -> tuple[int, int]:
    """The bytes of the whole visit, and what its changed cells need."""
    with app(fixtures) as terminal:
        before = Picture(120, 36).looks
        terminal.settles()
        needed = need(before, looks := terminal.ours.looks)
        for keys, text in VISIT:
            bytes_for(terminal, keys, text)
            before, looks = looks, terminal.ours.looks
            needed += need(before, looks)
        return len(terminal._output), needed


def of_visit(fixtures: Fixtures, rounds: int) -> float:
    written, needed = visit(fixtures)
    return written / needed


def slow_start(fixtures: Fixtures, rounds: int) -> float:
    """From the start of the process."""
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        with Slow(fixtures.home(_CLIENTS), ["demo"]) as terminal:
            terminal.reads_for(_LONG_ENOUGH)
            found.append(terminal.shown_at(f"1 of {_CLIENTS}") - started)
    return median(found)


def slow_downs(fixtures: Fixtures, rounds: int) -> float:
    """From the last key to the last byte."""
    with app(fixtures, Slow) as terminal:
        found = []
        for turn in range(max(1, rounds // 3)):
            for number in range(_DOWNS):
                terminal.types("kj"[(turn + number // 25) % 2])
                terminal.reads_for(1 / _A_SECOND)
            pressed = time.perf_counter()
            found.append(max(0.0, terminal.rests() - pressed))
    return median(found)


def stalled(fixtures: Fixtures, rounds: int) -> float:
    """Keys up and down the list, evenly, while the terminal takes nothing."""
    with app(fixtures) as terminal:
        terminal.stalls()
        since = time.monotonic()
        for number in range(_KEYS // _BUNCH):
            terminal.types("jk"[number % 2] * _BUNCH)
            time.sleep(_STALLED * _BUNCH / _KEYS)
        until = time.monotonic()
        terminal.goes_on()
        terminal.types("q")
        terminal.ends()
        pauses = terminal.pauses(since, until)
    return 1_000 * max((length for length, _ in pauses), default=0.0)


FIGURES = [
    Figure(
        "wire-start",
        "bytes until 40 clients are on screen, at 120×36",
        6_000,
        lambda fixtures, _: counted(fixtures)["start"],
        "bytes",
    ),
    Figure("wire-visit", "one visit ÷ what its changed cells need", 1.5, of_visit),
    Figure(
        "wire-nothing",
        "a key that changes nothing",
        0,
        lambda fixtures, _: counted(fixtures)["nothing"],
        "bytes",
    ),
    Figure("wire-form", "a form opened", 2_500, lambda fixtures, _: counted(fixtures)["form"], "bytes"),
    Figure("wire-closed", "the form closed", 1_200, lambda fixtures, _: counted(fixtures)["closed"], "bytes"),
    Figure("slow-start", "at 8 kB/s: start → list", 1.2, slow_start, "s"),
    Figure("slow-downs", "at 8 kB/s: 60 × down at 30 a second, after the last key", 0.3, slow_downs, "s"),
    Figure(
        "stalled",
        "terminal stalled for 60 s under 2,000 keys: longest pause of the event loop",
        25,
        stalled,
        "ms",
    ),
]
