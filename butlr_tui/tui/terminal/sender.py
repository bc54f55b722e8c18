"""The thread that owns the terminal's output: it sends what is newest whenever the terminal takes bytes."""

import os
import select
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from threading import Thread
from typing import Any, Final

from butlr_tui.tui.terminal.cells import Cells
from butlr_tui.tui.terminal.difference import Shown
from butlr_tui.tui.terminal.parser import Parser

_FRAME: Final = ""
"""In the queue: here goes what the cells are by then."""
_ROOM: Final = 256
"""Pieces that wait at most for a terminal that does not read; more are dropped, since only frames are many."""
_BLOCKING: Final = 256
"""Bytes at a time for a terminal that could not be opened anew: those that it can't take stop this thread."""
_ENDING: Final = 0.2
"""Seconds that the thread has to end when nothing is left to do; it has not if a write does not return."""
_BEGIN: Final = "\x1b[?2026h"
_END: Final = "\x1b[?2026l"
_CLEAR: Final = "\x1b[m\x1b[H\x1b[2J"
_SPOIL: Final = b"!\x18\x1b\\"
"""Ends a sequence of which a part has left: no base64, cancelled, and closed for who knows no cancelling."""


@dataclass(eq=False, slots=True)
class Errand:
    """A sequence of which somebody wants to know whether it has left."""

    data: bytes
    left: "Future[bool]" = field(default_factory=Future)
    """Whether all of it has left; False: nothing has come of it, nor will."""


class Sender(Thread):
    """Takes what is to be written from any thread, at once, and sends it when the terminal takes it.

    What is drawn is kept as cells; of all frames that came while the terminal did not read only the last is
    sent. Everything else is sent in its order, a frame after what was written before it.
    Whatever others call here only puts a piece of work into a queue, also from a signal handler; the thread
    alone has the rest in its hands.
    """

    def __init__(self, terminal: int, fault: Callable[[], None]) -> None:
        """`fault` is called, in this thread, if it ends by a fault of its own."""
        super().__init__(name="terminal-output", daemon=True)
        self._fault = fault
        self.synchronised = False
        """Whether the terminal said that it can show all of an update at once."""
        self._work: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._terminal, self._blocks = _opened(terminal)
        self._cells = Cells()
        self._parser = Parser(self._cells)
        self._shown = Shown()
        self._paints = False
        self._queue: list[str | Errand] = []
        self._out = b""
        self._carried: Errand | None = None
        """Whose bytes `_out` has."""
        self._held_up = False
        """The terminal did not take all of the last bytes."""
        self._running = True

    # For everybody, from any thread

    def write(self, data: str) -> None:
        """Draw, or pass on, what Textual writes."""
        self._ask(self._take, data)

    def errand(self, sequence: str) -> Errand:
        """Pass on a sequence that is not looked into, and tell when it has left."""
        errand = Errand(sequence.encode())
        self._ask(self._append, errand)
        if not self.is_alive():
            _settle(errand, left=False)
        return errand

    def withdraw(self, errand: Errand) -> None:
        """Let nothing come of a sequence, unless all of it has left already."""
        self._ask(self._drop, errand)

    def resize(self, width: int, height: int) -> None:
        """The terminal has this size now, and shows nobody knows what."""
        self._ask(self._resized, width, height)

    def forget(self) -> None:
        """Send everything again."""
        self._ask(self._forget)

    def start_painting(self, line_feed: str) -> None:
        """From now on frames are sent, on a cleared screen. `line_feed`: see Shown."""
        self._ask(self._start_painting, line_feed)

    def stop_painting(self) -> None:
        """Leave out what was not sent yet, clear the screen and send no more frames."""
        self._ask(self._stop_painting)

    def flush(self, seconds: float) -> bool:
        """Whether all that was written has left within that time; what has not never will."""
        flushed = self.errand("").left
        with suppress(TimeoutError):
            return flushed.result(seconds)
        self._ask(self._clear_out)
        return False

    def end(self, seconds: float) -> None:
        """Send what is there, as far as the terminal takes it within that time, and end."""
        self.flush(seconds)
        self._ask(self._stop)
        self.join(_ENDING)
        if not self.is_alive():
            woken, wake, self._woken, self._wake = self._woken, self._wake, -1, -1
            os.close(woken)
            os.close(wake)

    def _ask(self, work: Callable[..., None], *arguments: Any) -> None:
        self._work.append((work, arguments))
        with suppress(OSError):  # woken often enough by now, or ended
            os.write(self._wake, b"\0")

    # The thread's own

    def run(self) -> None:
        """Work until told to stop."""
        try:
            while self._running:
                self._wait()
                while self._work:
                    work, arguments = self._work.popleft()
                    work(*arguments)
                self._send()
        except Exception:
            self._fault()
            raise
        finally:
            self._clear_out()
            os.close(self._terminal)
            for _, arguments in self._work:
                if arguments and isinstance(arguments[0], Errand):
                    _settle(arguments[0], left=False)

    def _wait(self) -> None:
        readable, writable, _ = select.select([self._woken], [self._terminal] if self._held_up else [], [])
        if readable:
            os.read(self._woken, 1 << 12)
        if writable:
            self._held_up = False

    def _take(self, data: str) -> None:
        for passing in self._parser.feed(data):
            self._append(passing)

    def _append(self, piece: str | Errand) -> None:
        if piece == _FRAME:
            if not self._paints:
                return
            with suppress(ValueError):
                self._queue.remove(_FRAME)
        elif len(self._queue) > _ROOM:
            if isinstance(piece, Errand):
                _settle(piece, left=False)
            return
        self._queue.append(piece)

    def _drop(self, errand: Errand) -> None:
        if errand in self._queue:
            self._queue.remove(errand)
        elif errand is self._carried:
            self._out = b"" if len(self._out) == len(errand.data) else _SPOIL
            self._carried = None
        else:
            return
        _settle(errand, left=False)

    def _resized(self, width: int, height: int) -> None:
        self._cells.resize(width, height)
        self._forget()

    def _forget(self) -> None:
        self._shown.forget(self._cells.width, len(self._cells.rows))
        self._append(_FRAME)

    def _start_painting(self, line_feed: str) -> None:
        self._paints = True
        self._shown.line_feed = line_feed
        self._shown.cleared(self._cells.width, len(self._cells.rows))
        self._queue += [_CLEAR, _FRAME]

    def _stop_painting(self) -> None:
        self._paints = False
        self._clear_queue()
        self._queue.append(_CLEAR)

    def _stop(self) -> None:
        self._running = False

    def _clear_out(self) -> None:
        self._clear_queue()
        self._out = b""
        self._settle_carried(left=False)

    def _clear_queue(self) -> None:
        for piece in self._queue:
            if isinstance(piece, Errand):
                _settle(piece, left=False)
        self._queue.clear()

    def _send(self) -> None:
        while not self._held_up and (self._out or self._compose()):
            try:
                taken = os.write(self._terminal, self._out[:_BLOCKING] if self._blocks else self._out)
            except BlockingIOError:
                self._held_up = True
                return
            except OSError:  # the terminal is gone
                self._clear_out()
                return
            self._out = self._out[taken:]
            self._held_up = self._blocks or bool(self._out)
            if not self._out:
                self._settle_carried(left=True)

    def _compose(self) -> bool:
        """Put into `_out` what comes next: an errand, or all before it. Whether there is anything."""
        while self._queue and not self._out:
            if isinstance(errand := self._queue[0], Errand):
                del self._queue[0]
                self._carried, self._out = errand, errand.data
                if not errand.data:
                    self._settle_carried(left=True)
                continue
            pieces = [*takewhile(lambda piece: isinstance(piece, str), self._queue)]
            del self._queue[: len(pieces)]
            texts = (self._frame() if piece == _FRAME else str(piece) for piece in pieces)
            self._out = "".join(texts).encode(errors="replace")
        return bool(self._out)

    def _frame(self) -> str:
        update = self._shown.update(self._cells)
        return f"{_BEGIN}{update}{_END}" if update and self.synchronised else update

    def _settle_carried(self, *, left: bool) -> None:
        if self._carried:
            _settle(self._carried, left=left)
            self._carried = None


def _settle(errand: Errand, *, left: bool) -> None:
    if not errand.left.done():
        errand.left.set_result(left)


def _opened(terminal: int) -> tuple[int, bool]:
    """A descriptor for the terminal, and whether writing to it may block.

    One of our own, where that is possible: not to block is a property that all who share one would have.
    """
    try:
        return os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK), False
    except OSError:
        return os.dup(terminal), True
