"""The thread that owns the terminal's output: it sends what is newest whenever the terminal takes bytes."""

import os
import select
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any, Final

from butlr_tui.tui.terminal.cells import Cells
from butlr_tui.tui.terminal.difference import Shown
from butlr_tui.tui.terminal.outbox import Errand, Outbox
from butlr_tui.tui.terminal.parser import DRAWN, Parser

_AT_A_TIME: Final = 256
"""Bytes for a terminal that could not be opened anew: more than it takes would stop the thread."""
_ENDING: Final = 0.2
"""Seconds that the thread has to end when nothing is left to do: without a limit only a write could take it."""
_BEGIN: Final = "\x1b[?2026h"
_END: Final = "\x1b[?2026l"
_CLEAR: Final = "\x1b[m\x1b[H\x1b[2J"


class Sender:
    """Takes what is to be written from any thread, at once, and sends it when the terminal takes it.

    What is drawn is kept as cells; of all frames that came while the terminal did not read only the last is
    sent. Everything else is sent in its order, a frame after what was written before it.
    Whatever others call here only puts a piece of work into a queue, also from a signal handler; the thread
    alone has the rest in its hands.
    """

    def __init__(self, terminal: int, fault: Callable[[], None]) -> None:
        """`fault` is called, in the thread, if that ends by a fault of its own."""
        self.synchronised = False
        """Whether the terminal said that it can show all of an update at once."""
        self._fault = fault
        self._work: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._terminal, self._blocks = _opened(terminal)
        self._cells = Cells()
        self._parser = Parser(self._cells)
        self._shown = Shown()
        self._outbox = Outbox(self._frame)
        self._paints = False
        self._held_up = False
        """The terminal did not take all of the last bytes."""
        self._works = True
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    # For everybody, from any thread

    def put(self, data: str) -> None:
        """Draw, or pass on, what Textual writes: with what comes next, or when `wake` is called."""
        self._work.append((self._take, (data,)))

    def wake(self) -> None:
        """Send what there is."""
        with suppress(OSError):  # woken often enough by now, or ended
            os.write(self._wake, b"\0")

    def errand(self, sequence: str) -> Errand:
        """Pass on a sequence that is not looked into, and tell when it has left."""
        errand = Errand(sequence.encode())
        self._ask(self._outbox.add, errand)
        if not self._thread.is_alive():
            errand.settle(left=False)
        return errand

    def withdraw(self, errand: Errand) -> None:
        """Let nothing come of a sequence, unless all of it has left already."""
        self._ask(self._outbox.withdraw, errand)

    def resize(self, width: int, height: int) -> None:
        """The terminal has this size now, and shows nobody knows what."""
        self._ask(self._resized, width, height)

    def forget(self) -> None:
        """Send everything again."""
        self._ask(self._forget)

    def start_painting(self) -> None:
        """From now on frames are sent, on a cleared screen."""
        self._ask(self._start_painting)

    def stop_painting(self) -> None:
        """Leave out what waits, clear the screen and send no more frames."""
        self._ask(self._stop_painting)

    def flush(self, seconds: float) -> None:
        """Wait until all that was written has left; what has not left within that time never will."""
        try:
            self.errand("").left.result(seconds)
        except TimeoutError:
            self._ask(self._outbox.give_up)

    def end(self, seconds: float) -> None:
        """Send what waits, as far as the terminal takes it within that time, and end."""
        self.flush(seconds)
        self._ask(self._stop)
        self._thread.join(_ENDING)
        if self._wake >= 0 and not self._thread.is_alive():
            woken, wake, self._woken, self._wake = self._woken, self._wake, -1, -1
            os.close(woken)
            os.close(wake)

    def _ask(self, work: Callable[..., None], *arguments: Any) -> None:
        self._work.append((work, arguments))
        self.wake()

    # The thread's own

    def _run(self) -> None:
        try:
            while self._works:
                self._wait()
                while self._work:
                    work, arguments = self._work.popleft()
                    work(*arguments)
                self._send()
        except Exception:
            self._fault()
            raise
        finally:
            self._outbox.give_up()
            os.close(self._terminal)
            for errand in (each for _, arguments in self._work for each in arguments):
                if isinstance(errand, Errand):
                    errand.settle(left=False)

    def _wait(self) -> None:
        readable, writable, _ = select.select([self._woken], [self._terminal] if self._held_up else [], [])
        if readable:
            os.read(self._woken, 1 << 12)
        if writable:
            self._held_up = False

    def _send(self) -> None:
        while not self._held_up and (data := self._outbox.next_bytes()):
            try:
                count = os.write(self._terminal, data[:_AT_A_TIME] if self._blocks else data)
            except BlockingIOError:
                self._held_up = True
                if self._outbox.put_back():
                    self._shown.undo()
            except OSError:  # the terminal is gone, or takes nothing for the moment
                self._outbox.give_up()
                self._shown.forget(self._cells.width, len(self._cells.rows))
            else:
                self._outbox.sent(count)
                self._held_up = count < len(data) or self._blocks

    def _frame(self) -> str:
        update = self._shown.update(self._cells)
        return f"{_BEGIN}{update}{_END}" if update and self.synchronised else update

    def _take(self, data: str) -> None:
        for sequence in self._parser.feed(data):
            if sequence is not DRAWN:
                self._outbox.add(sequence)
            elif self._paints:
                self._outbox.add_frame()

    def _resized(self, width: int, height: int) -> None:
        self._cells.resize(width, height)
        self._forget()

    def _forget(self) -> None:
        self._shown.forget(self._cells.width, len(self._cells.rows))
        if self._paints:
            self._outbox.add_frame()

    def _start_painting(self) -> None:
        self._paints = True
        self._shown.cleared(self._cells.width, len(self._cells.rows))
        self._outbox.add(_CLEAR)
        self._outbox.add_frame()

    def _stop_painting(self) -> None:
        self._paints = False
        self._outbox.clear()
        self._outbox.add(_CLEAR)

    def _stop(self) -> None:
        self._works = False


def _opened(terminal: int) -> tuple[int, bool]:
    """A descriptor for the terminal, and whether writing to it may block.

    One of our own, where that is possible: not to block is a property that all who share one would have.
    """
    try:
        return os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK), False
    except OSError:
        return os.dup(terminal), True
