"""Our terminal: how wide it is, and how it is left after a program that asked there."""

import os
import shutil
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_OURS: Final = "/dev/tty"


def columns() -> int | None:
    """The cells of a line on stdout, or None where it is no terminal: there nothing is cut or wrapped."""
    return shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else None


@contextmanager
def kept_as_it_is() -> Iterator[None]:
    """Leaves the terminal as it was: a program that is stopped while it asks for a passphrase leaves no echo."""
    try:
        opened = os.open(_OURS, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # there is none
        yield
        return
    try:
        before = termios.tcgetattr(opened)
        try:
            yield
        finally:
            with suppress(termios.error):  # it has hung up
                termios.tcsetattr(opened, termios.TCSANOW, before)
    finally:
        os.close(opened)
