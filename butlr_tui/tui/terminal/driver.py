"""Textual's way to the terminal: what it draws goes to a Sender, which neither repeats nor blocks."""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.messages import TerminalSupportsSynchronizedOutput

from butlr_tui.tui.terminal.console import is_console, without_unknown
from butlr_tui.tui.terminal.sender import Sender
from butlr_tui.tui.terminal.typed import KeyParser

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message

_PARTING: Final = 0.5
"""Seconds that a terminal has to take what restores it, before it is left as it is."""
_PATIENCE: Final = 2.0
"""Seconds that a terminal has to take a copy."""
_GLANCE: Final = 0.1
"""Seconds in which a terminal has a frame, unless the link is slow."""
_POINTER: Final = "\x1b]22;"
"""Begins what asks for a shape of the mouse pointer."""
_BETWEEN_LOOKS: Final = 0.1
"""Seconds after which the parser is asked whether an Esc that came alone is a key."""
_MOST_AT_ONCE: Final = 4096
"""Bytes that are read of what was typed."""
_AGAIN: Final = "\x1b[?1049h\x1b[?25l"
"""The alternate screen without a cursor, for one that somebody else may have had meanwhile."""


class TerminalDriver(LinuxDriver):
    """Sends what changed on the screen, and nothing twice; never waits for the terminal.

    Modes and signals are Textual's own. Its thread for the output is replaced by a Sender, which lives as long as
    the app, suspended or not.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._sender: Sender | None = None
        self._sends_soon = False
        """What was written will be sent when this turn of the event loop is over."""
        self._is_console = is_console()
        self._suspended = False
        self._parted = 0.0
        """When the app last stopped using the terminal."""
        self._pointer = f"{_POINTER}default\x07"
        """The shape that was asked for last: Textual asks for the default one with each screen."""
        self._attributes: list[Any] | None = None
        """The terminal's, while the app runs in it."""

    def write(self, data: str) -> None:
        """Draw a frame, or pass on what is none. Never blocks."""
        if data.startswith(_POINTER):
            if data == self._pointer:
                return
            self._pointer = data
        if self._is_console:
            data = without_unknown(data)
        if self._sender is not None:
            self._sender.put(data)
            self._send_soon()

    def _send_soon(self) -> None:
        """Once this turn of the event loop is over: Textual often paints twice in one."""
        if self._sends_soon:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # in another thread
            self._send()
        else:
            self._sends_soon = True
            loop.call_soon(self._send)

    def _send(self) -> None:
        self._sends_soon = False
        if self._sender is not None:
            self._sender.wake()

    async def deliver(self, sequence: str, seconds: float = _PATIENCE) -> bool:
        """Send a sequence after all that was written; whether it has left.

        False: the terminal did not read for so long, nothing has come of the sequence, and nothing will.
        """
        if self._sender is None:
            return False
        errand = self._sender.errand(sequence)
        left = asyncio.wrap_future(errand.left)
        try:
            await asyncio.wait([left], timeout=seconds)
        finally:
            self._sender.withdraw(errand)  # where it has left, this changes nothing
        return await left

    def forget(self) -> None:
        """Draw everything again: another program may have written to the terminal."""
        if self._sender is not None:
            self._sender.forget()

    def start_application_mode(self) -> None:
        """Begin, or go on after a suspension."""
        if self._sender is None:
            assert self._file is not None
            self._sender = Sender(self._file.fileno(), self._fail)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is None:
            return  # in the background, where nothing began
        self._writer_thread.stop()
        self._writer_thread = None
        self._suspended = False
        with suppress(termios.error):
            self._attributes = termios.tcgetattr(self.fileno)
        self._sender.start_painting()

    def stop_application_mode(self) -> None:
        """Restore the terminal, or put into the queue what does."""
        self._parted = monotonic()
        if self._sender is not None:
            self._sender.stop_painting()
        super().stop_application_mode()

    def suspend_application_mode(self) -> None:
        """Leave the terminal to others, once it shows the newest frame: in that secrets are masked."""
        if self._sender is not None:
            self._sender.flush(_PARTING)
        self.stop_application_mode()
        self._suspended = True
        if self._sender is not None:
            self._sender.flush(self._seconds_left)

    def close(self) -> None:
        """End, whether or not the terminal takes what is left."""
        if self._sender is not None:
            self._sender.end(self._seconds_left)
            self._sender = None

    @property
    def _seconds_left(self) -> float:
        return max(0.0, self._parted + _PARTING - monotonic())

    def run_input_thread(self) -> None:
        """Read what is typed until the app stops using the terminal, or the terminal is gone.

        Textual's own ends the app at a byte that is no UTF-8, as terminals of another encoding send it, and reads
        from a terminal that is gone again and again.
        """
        parser = KeyParser()  # without Textual's log of all that is typed
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_BETWEEN_LOOKS):
                    typed = self._read()
                    if not typed:
                        os.kill(
                            os.getpid(), signal.SIGHUP
                        )  # as whose controlling terminal it is would be told
                        return
                    text = decode(
                        typed
                    )  # none where a character has not come whole: no text would end the parser
                    for message in parser.feed(text) if text else ():
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        """What was typed; nothing where the terminal is gone."""
        try:
            return os.read(self.fileno, _MOST_AT_ONCE)
        except OSError:
            return b""

    def process_message(self, message: Message) -> None:
        """Hear what the terminal says of itself, before the app does."""
        if self._sender is not None:
            match message:
                case TerminalSupportsSynchronizedOutput():
                    self._sender.synchronised = True
                    return  # the app would only mark its frames
                case events.Resize(size=size):
                    self._sender.resize(*size)
        super().process_message(message)

    def _fail(self) -> None:
        """Without a Sender nobody would see anything: end, as for a fault in reading."""
        self._app.call_later(self._app.panic)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Asked whenever it may have changed."""
        size = super()._get_terminal_size()
        if self._sender is not None:
            self._sender.resize(*size)
        return size

    def _sigcont_application(self, *_: object) -> None:
        if self._suspended:
            super()._sigcont_application()
        elif self._sender is not None and self._attributes is not None:  # stopped without having been asked
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._attributes)
            self._sender.put(_AGAIN)
            self._sender.forget()


async def until_painted(app: App[Any]) -> None:
    """Wait until the terminal has all that the app drew, but not for long.

    What a thread imports or reads takes the interpreter from the two that paint, 5 ms at a time.
    """
    if isinstance(driver := app._driver, TerminalDriver):
        await driver.deliver("", _GLANCE)
