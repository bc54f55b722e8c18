"""Our terminal: its width, and how it is after a program that asked there."""

import sys

from butlr_tui.system.terminal import columns
from tests.support.pty import Pty

ASKS = """
import os, termios
from butlr_tui.system.terminal import kept_as_it_is
with kept_as_it_is():
    opened = os.open("/dev/tty", os.O_RDWR)
    attributes = termios.tcgetattr(opened)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(opened, termios.TCSANOW, attributes)
    print("asking", flush=True)
    raise SystemExit(3)
"""
NOWHERE = """
import os
os.setsid()
from butlr_tui.system.terminal import kept_as_it_is
with kept_as_it_is():
    raise SystemExit(4)
"""


def test_its_width_is_known_where_there_is_one() -> None:
    tells = "from butlr_tui.system.terminal import columns; print('wide:', columns())"
    with Pty([sys.executable, "-c", tells], size=(77, 20)) as terminal:
        terminal.shows("wide: 77")
        assert terminal.ends() == 0
    assert columns() is None


def test_it_echoes_again_whatever_was_left() -> None:
    with Pty([sys.executable, "-c", ASKS]) as terminal:
        terminal.shows("asking")
        assert terminal.ends() == 3
        assert terminal.is_restored()


def test_without_a_terminal_there_is_nothing_to_restore() -> None:
    with Pty(["sh", "-c", '"$@" & wait $!', "sh", sys.executable, "-c", NOWHERE]) as terminal:
        assert terminal.ends() == 4
