"""The thread that sends, on a pty whose other end reads when the test says so."""

import fcntl
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Iterator
from threading import Event

import pytest

from butlr_tui.tui.terminal.parser import Parser
from butlr_tui.tui.terminal.sender import Sender
from tests.support.looks import Picture

_WIDTH, _HEIGHT = 100, 30
_COPY = "\x1b]52;c;" + "c2VjcmV0" * 12 + "\x07"
_PATIENCE = 5.0


class Reader:
    """The terminal's own end of a pty, or of a pipe in its place."""

    def __init__(self, ours: int) -> None:
        self.descriptor = ours
        self.received = b""

    def reads(self, until: bytes = b"", seconds: float = _PATIENCE) -> bytes:
        """Read until these bytes came, or nothing comes any more; all that was received so far."""
        end = time.monotonic() + seconds
        while until not in self.received or not until:
            if not select.select([self.descriptor], [], [], 0.2 if not until else _PATIENCE)[0]:
                break
            self.received += os.read(self.descriptor, 1 << 16)
            assert time.monotonic() < end, self.received[-200:]
        return self.received


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _HEIGHT, _WIDTH, 0, 0))
    yield ours, theirs
    for end in (ours, theirs):
        try:
            os.close(end)
        except OSError:
            continue  # the test has


@pytest.fixture
def reader(ends: tuple[int, int]) -> Reader:
    return Reader(ends[0])


@pytest.fixture
def sender(ends: tuple[int, int]) -> Iterator[Sender]:
    made = _sender(ends[1])
    yield made
    made.end(0.1)


def _sender(terminal: int) -> Sender:
    made = Sender(terminal, lambda: None)
    made.resize(_WIDTH, _HEIGHT)
    made.start_painting()
    return made


def frame(number: int) -> str:
    """A frame that is unlike all others in every cell."""
    lines = (f"\x1b[{y + 1};1H" + f"{number * 31 + y * 7:06d} " * 14 for y in range(_HEIGHT))
    return "\n".join(lines) + "\x1b[1;1H"


def write(sender: Sender, data: str) -> None:
    """As a driver whose turn of the event loop is over at once."""
    sender.put(data)
    sender.wake()


def _picture(received: bytes) -> list[str]:
    picture = Picture(_WIDTH, _HEIGHT)
    picture.feed(received.decode())
    return [line.rstrip() for line in picture.lines]


def _drawn(number: int) -> list[str]:
    return [(f"{number * 31 + y * 7:06d} " * 14).rstrip() for y in range(_HEIGHT)]


def _fill(sender: Sender) -> None:
    """Write until the terminal, which does not read, takes no more."""
    for number in range(12):
        write(sender, frame(number))
        time.sleep(0.02)


def test_what_is_drawn_arrives(sender: Sender, reader: Reader) -> None:
    write(sender, frame(1))
    assert _picture(reader.reads()) == _drawn(1)


def test_a_terminal_that_does_not_read_holds_up_nobody_and_gets_the_newest(
    sender: Sender, reader: Reader
) -> None:
    longest = 0.0
    for number in range(300):
        started = time.perf_counter()
        write(sender, frame(number))
        longest = max(longest, time.perf_counter() - started)
    assert longest < 0.2
    time.sleep(0.5)
    write(sender, frame(1_000))
    received = reader.reads()
    assert _picture(received) == _drawn(1_000)
    assert len(received) < 20 * len(frame(0)), "of 300 frames a few: those that the pty took, and the last"


def test_modes_go_before_what_is_drawn_after_them(sender: Sender, reader: Reader) -> None:
    write(sender, "\x1b[?1049h")
    write(sender, "\x1b[1;1Hfirst")
    write(sender, "\x1b[?25l")
    received = reader.reads(b"first")
    assert received.index(b"\x1b[?1049h") < received.index(b"first")
    assert b"\x1b[?25l" in reader.reads(b"\x1b[?25l")


def test_all_of_an_update_at_once_where_the_terminal_can_show_it_so(sender: Sender, reader: Reader) -> None:
    reader.reads()
    sender.synchronised = True
    write(sender, "\x1b[1;1Hx\x1b[1;1H")
    assert reader.reads().endswith(b"\x1b[?2026h\x1b[H\x1b[mx\r\x1b[?2026l")
    write(sender, "\x1b[1;1Hx\x1b[1;1H")
    assert reader.reads().endswith(b"x\r\x1b[?2026l"), "of no change not even the marks"


def test_an_errand_is_told_when_it_has_left(sender: Sender, reader: Reader) -> None:
    errand = sender.errand(_COPY)
    assert errand.left.result(_PATIENCE) is True
    assert _COPY.encode() in reader.reads()


def test_one_that_the_terminal_does_not_take_never_arrives(sender: Sender, reader: Reader) -> None:
    _fill(sender)
    errand = sender.errand(_COPY)
    time.sleep(0.2)
    assert not errand.left.done()
    sender.withdraw(errand)
    assert errand.left.result(_PATIENCE) is False
    received = reader.reads()
    assert b"\x1b]52" not in received
    assert _picture(received) == _drawn(11)


def test_everything_again_over_what_others_wrote(
    sender: Sender, reader: Reader, ends: tuple[int, int]
) -> None:
    write(sender, frame(3))
    reader.reads()
    os.write(ends[1], b"\x1b[2J\x1b[Hkernel: out of paper\r\n" * 9)
    sender.forget()
    assert _picture(reader.reads()) == _drawn(3)


def test_another_size_is_drawn_anew(sender: Sender, reader: Reader) -> None:
    write(sender, frame(3))
    reader.reads()
    sender.resize(_WIDTH - 30, _HEIGHT - 5)
    sender.resize(_WIDTH, _HEIGHT)
    write(sender, frame(4))
    assert _picture(reader.reads()) == _drawn(4)


def test_between_two_times_of_painting_others_have_the_terminal(sender: Sender, reader: Reader) -> None:
    write(sender, frame(1))
    reader.reads()
    sender.stop_painting()
    write(sender, "\x1b[?1049l")
    sender.flush(_PATIENCE)
    received = reader.reads()
    assert received.endswith(b"\x1b[m\x1b[H\x1b[2J\x1b[?1049l")
    write(sender, frame(2))
    time.sleep(0.2)
    assert reader.reads() == received
    sender.start_painting()
    assert _picture(reader.reads()) == _drawn(2)


def test_the_end_comes_after_all_that_was_written(sender: Sender, reader: Reader) -> None:
    write(sender, frame(1))
    write(sender, "\x1b[?1049l")
    sender.end(_PATIENCE)
    assert reader.reads().endswith(b"\x1b[?1049l")


def test_the_end_waits_for_no_terminal(sender: Sender, reader: Reader) -> None:
    _fill(sender)
    errand = sender.errand(_COPY)
    started = time.monotonic()
    sender.end(0.3)
    assert time.monotonic() - started < 2
    assert errand.left.result(0) is False
    assert sender.errand(_COPY).left.result(0) is False, "nobody is left to send it"
    write(sender, frame(1))
    assert b"\x1b]52" not in reader.reads()


def test_a_slow_terminal_is_restored_all_the_same(sender: Sender, reader: Reader) -> None:
    """What was cut is cancelled, and what restores it needs little."""
    _fill(sender)
    sender.stop_painting()
    write(sender, "\x1b[?1049l")
    reader.reads(b"\x1b[?1049l")
    sender.end(_PATIENCE)
    assert reader.received.endswith(b"\x18\x1b[m\x1b[H\x1b[2J\x1b[?1049l")


def test_a_terminal_that_is_gone(sender: Sender, reader: Reader) -> None:
    os.close(reader.descriptor)
    write(sender, frame(1))
    assert sender.errand(_COPY).left.result(_PATIENCE) is False
    write(sender, frame(2))
    sender.end(_PATIENCE)


def test_what_is_no_terminal_and_may_block() -> None:
    ours, theirs = os.pipe()
    sender, reader = _sender(theirs), Reader(ours)
    write(sender, frame(1))
    assert _picture(reader.reads()) == _drawn(1)
    for number in range(200):
        write(sender, frame(number))
    time.sleep(0.3)
    assert _picture(reader.reads()) == _drawn(199)
    sender.end(_PATIENCE)
    os.close(theirs)
    os.close(ours)


def test_its_own_fault_is_told(
    ends: tuple[int, int], monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    def fail(self: Parser, data: str) -> Iterator[str]:
        raise RuntimeError

    monkeypatch.setattr(Parser, "feed", fail)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    told = Event()
    sender = Sender(ends[1], told.set)
    write(sender, "anything")
    assert told.wait(_PATIENCE)
    assert sender.errand(_COPY).left.result(_PATIENCE) is False
    sender.end(_PATIENCE)


def test_what_is_put_in_before_it_is_woken_is_drawn_once(sender: Sender, reader: Reader) -> None:
    write(sender, frame(1))
    reader.reads(b"000031")
    sender.put("\x1b[1;1Hoverlooked")
    sender.put("\x1b[1;1Hthe newest")
    sender.wake()
    assert b"overlooked" not in reader.reads(b"the newest")
