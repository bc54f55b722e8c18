"""A terminal that is far away: `python -m tests.support.far_terminal SECONDS PROGRAM [ARGUMENT…]` runs a program
on a pty of its own, and what goes either way takes so long.

Nothing is held up by what comes after it: a delay, not a rate. The program gets the size that this terminal has.
"""

import fcntl
import os
import pty
import selectors
import sys
import termios
import time
import tty
from collections import deque
from collections.abc import Sequence
from typing import Final

_CHUNK: Final = 1 << 16


class Way:
    """What is under way in one direction."""

    def __init__(self, source: int, to: int, seconds: float) -> None:
        self.source = source
        self._to = to
        self._seconds = seconds
        self._under_way: deque[tuple[float, bytes]] = deque()

    def take(self) -> bool:
        """Take in what is there. False at the end."""
        try:
            data = os.read(self.source, _CHUNK)
        except OSError:  # the program has ended, and with it its side of the pty
            return False
        self._under_way.append((time.monotonic() + self._seconds, data))
        return bool(data)

    def deliver(self) -> float | None:
        """Hand over what is due; the seconds until the next is, or None where there is none."""
        while self._under_way:
            due, data = self._under_way[0]
            if (wait := due - time.monotonic()) > 0:
                return wait
            self._under_way.popleft()
            while data:
                data = data[os.write(self._to, data) :]
        return None


def run(seconds: float, argv: Sequence[str]) -> int:
    """Run a program behind such a line; its exit code."""
    size = fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8))
    process, theirs = pty.fork()
    if process == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.execvp(argv[0], [*argv])
    before = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        _carry(Way(0, theirs, seconds), Way(theirs, 1, seconds))
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        os.close(theirs)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _carry(there: Way, back: Way) -> None:
    with selectors.DefaultSelector() as waiting:
        for way in (there, back):
            waiting.register(way.source, selectors.EVENT_READ, way)
        while True:
            waits = [wait for way in (there, back) if (wait := way.deliver()) is not None]
            for key, _ in waiting.select(min(waits, default=None)):
                if not key.data.take():
                    waiting.unregister(key.fd)
            if back.source not in {key.fd for key in waiting.get_map().values()} and back.deliver() is None:
                return


if __name__ == "__main__":
    sys.exit(run(float(sys.argv[1]), sys.argv[2:]))
