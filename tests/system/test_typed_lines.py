"""Lines that are typed at a terminal: none is lost, and what is hidden is hidden, whole and corrected."""

import subprocess
import sys
import termios

from tests.support.pty import Pty

_READS = """
import asyncio, select, sys, termios
from butlr_tui.system.typed_lines import TypedLines

def take_away():
    loop = asyncio.get_running_loop()
    if not select.select([0], [], [], 0)[0]:
        loop.call_soon(take_away)
        return
    loop.call_soon(termios.tcflush, 0, termios.TCIFLUSH)  # once the loop knows, and before anybody reads
    loop.call_later(0.1, lambda: print("goes on.", flush=True))

async def main():
    lines = TypedLines()
    for how in sys.argv[1:]:
        print(f"{how}?", flush=True)
        try:
            if how == "forgets":
                lines.forget()
                continue
            if how == "left":
                reading = asyncio.create_task(lines.read(hidden=True))
                while not lines._ahead:
                    await asyncio.sleep(0.01)
                reading.cancel()
                await asyncio.wait([reading])
                continue
            if how == "taken away":
                take_away()
            line = await lines.read(hidden=how == "hidden")
            print(f"{len(line)} {line[:9]}.", flush=True)
        except EOFError:
            print("the end.", flush=True)

asyncio.run(main())
"""


def reading(*how: str) -> Pty:
    return Pty([sys.executable, "-c", _READS, *how])


def is_hidden(terminal: Pty) -> None:
    """Wait until what is typed is not shown."""
    terminal.waits_for(lambda: not termios.tcgetattr(terminal._theirs)[3] & termios.ECHO, "a hidden line")


def test_lines_that_are_typed_ahead_come_one_by_one() -> None:
    with reading("seen", "seen", "seen") as terminal:
        terminal.types("one\ntwo\nthrée\n")
        for line in ("3 one.", "3 two.", "5 thrée."):
            terminal.shows(line)
        assert terminal.ends() == 0


def test_lines_that_are_typed_ahead_can_be_forgotten() -> None:
    with reading("seen", "forgets", "seen") as terminal:
        terminal.types("one\ntwo\n")
        terminal.shows("3 one. forgets? seen?")
        terminal.types("three\n")
        terminal.shows("5 three.")
        assert terminal.ends() == 0


def test_what_ctrl_c_takes_away_before_it_is_read_holds_up_nothing() -> None:
    with reading("taken away") as terminal:
        terminal.shows("taken away?")
        terminal.types("one\n")
        terminal.shows("goes on.")
        terminal.types("two\n")
        terminal.shows("3 two.")
        assert terminal.ends() == 0


def test_what_is_hidden_is_not_shown_nor_cut_and_can_be_corrected() -> None:
    with reading("hidden", "hidden", "seen") as terminal:
        is_hidden(terminal)
        terminal.types("canary" + "x" * 2000)
        terminal.types("x" * 4000 + "\n")
        terminal.shows("6006 canaryxxx. hidden?")
        is_hidden(terminal)
        terminal.types("wrong\x15canäx\x7fe\x08ry\n")
        terminal.shows("6 canäry.")
        terminal.types("seen\n")
        assert terminal.ends() == 0
        assert terminal.is_restored()
        shown = terminal.output.decode()
    assert shown.count("canary") == 1 and "wrong" not in shown


def test_ctrl_d_ends_the_input_once() -> None:
    with reading("seen", "hidden", "hidden", "seen") as terminal:
        terminal.shows("seen?")
        terminal.types("\x04")
        terminal.shows("hidden?")
        is_hidden(terminal)
        terminal.types("a\x7f\x04")
        terminal.waits_for(lambda: terminal.output.count(b"the end.") == 2, "the end")
        terminal.types("ab\x04c\n")
        terminal.shows("4 ab")
        terminal.types("last\n")
        terminal.shows("4 last.")
        assert terminal.ends() == 0


def test_half_a_line_is_not_the_beginning_of_the_next() -> None:
    with reading("seen", "seen") as terminal:
        terminal.shows("seen?")
        terminal.types("ab\x04\x04")
        terminal.shows("the end. seen?")
        terminal.types("c\n")
        terminal.shows("1 c.")
        assert terminal.ends() == 0


def test_what_was_typed_hidden_for_a_question_that_is_left_is_forgotten() -> None:
    with reading("left", "seen") as terminal:
        is_hidden(terminal)
        terminal.types("canary")
        terminal.shows("seen?")
        terminal.types("c\n")
        terminal.shows("1 c.")
        assert terminal.ends() == 0


_OF_ANOTHER_USER = f"""
import asyncio, os, butlr_tui.system.typed_lines  # while they can be read
os.fchmod(0, 0)
if os.geteuid() == 0:  # who may open any
    os.setgroups([])
    os.seteuid(65534)
{_READS}
if os.getuid() == 0:
    os.seteuid(0)
"""


def test_a_terminal_of_another_user_is_read_too() -> None:
    """As after su: it can't be opened by its name, but as that of our session."""
    with Pty([sys.executable, "-c", _OF_ANOTHER_USER, "seen", "hidden"]) as terminal:
        terminal.shows("seen?")
        terminal.types("one\n")
        terminal.shows("3 one. hidden?")
        is_hidden(terminal)
        terminal.types("canary\n")
        terminal.shows("6 canary.")
        assert terminal.ends() == 0
        assert terminal.output.count(b"canary") == 1


def test_where_nobody_can_type_it_is_the_end() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _READS, "seen"], check=False, stdin=subprocess.DEVNULL, capture_output=True
    )
    assert ended.stdout == b"seen?\nthe end.\n"
