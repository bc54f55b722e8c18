"""What waits for the terminal, and what is left of it."""

import base64
import re
from collections.abc import Iterator
from itertools import count

import pytest

from butlr_tui.tui.terminal.outbox import Errand, Outbox

_COPY = b"\x1b]52;c;" + base64.b64encode(b"a secret to be copied") + b"\x07"


@pytest.fixture
def frames() -> Iterator[str]:
    return (f"[frame {number}]" for number in count(1))


@pytest.fixture
def outbox(frames: Iterator[str]) -> Outbox:
    return Outbox(lambda: next(frames))


def taken(outbox: Outbox) -> bytes:
    """All that a terminal takes that reads."""
    received = b""
    while data := outbox.next_bytes():
        received += data
        outbox.sent(len(data))
    return received


def test_everything_is_sent_in_its_order(outbox: Outbox) -> None:
    outbox.add("a")
    outbox.add_frame()
    outbox.add("b")
    outbox.add(Errand(b"c"))
    outbox.add("d")
    assert taken(outbox) == b"a[frame 1]bcd"
    assert outbox.next_bytes() == b""


def test_of_many_frames_the_last_is_sent_after_all_that_came_before_it(outbox: Outbox) -> None:
    for piece in "abc":
        outbox.add_frame()
        outbox.add(piece)
    outbox.add_frame()
    assert taken(outbox) == b"abc[frame 1]"


def test_a_frame_is_made_when_it_can_be_sent(outbox: Outbox) -> None:
    outbox.add_frame()
    assert outbox.next_bytes() == b"[frame 1]"
    outbox.sent(3)
    outbox.add_frame()
    outbox.add_frame()
    assert taken(outbox) == b"ame 1][frame 2]"


def test_of_a_frame_that_the_terminal_did_not_begin_to_take_nothing_is_kept(outbox: Outbox) -> None:
    outbox.add("a")
    outbox.add_frame()
    outbox.add("b")
    assert outbox.next_bytes() == b"a[frame 1]b"
    assert outbox.put_back()
    outbox.add_frame()
    assert outbox.next_bytes() == b"ab[frame 2]"
    outbox.sent(1)
    assert not outbox.put_back()
    assert taken(outbox) == b"b[frame 2]"


def test_an_errand_has_left_with_its_last_byte(outbox: Outbox) -> None:
    errand = Errand(_COPY)
    outbox.add("before")
    outbox.add(errand)
    outbox.sent(len(outbox.next_bytes()))
    outbox.next_bytes()
    outbox.sent(len(_COPY) - 1)
    assert not errand.left.done()
    outbox.sent(1)
    assert errand.left.result(0)


def test_one_without_bytes_has_left_when_all_before_it_has(outbox: Outbox) -> None:
    errand = Errand(b"")
    outbox.add("before")
    outbox.add(errand)
    outbox.next_bytes()
    outbox.sent(3)
    outbox.next_bytes()
    assert not errand.left.done()
    outbox.sent(3)
    assert outbox.next_bytes() == b""
    assert errand.left.result(0)


@pytest.mark.parametrize("composed", [False, True])
def test_of_one_that_was_withdrawn_in_time_nothing_is_sent(outbox: Outbox, composed: bool) -> None:
    errand = Errand(_COPY)
    outbox.add(errand)
    outbox.add("after")
    if composed:
        outbox.next_bytes()
    outbox.withdraw(errand)
    assert errand.left.result(0) is False
    assert taken(outbox) == b"after"


@pytest.mark.parametrize("cut", range(1, len(_COPY)))
def test_one_of_which_a_part_had_left_comes_to_nothing(outbox: Outbox, cut: int) -> None:
    errand = Errand(_COPY)
    outbox.add(errand)
    outbox.add("after")
    outbox.next_bytes()
    outbox.sent(cut)
    outbox.withdraw(errand)
    assert errand.left.result(0) is False
    received = _COPY[:cut] + taken(outbox)
    assert received == _COPY[:cut] + b"!\x18\x1b\\after"
    assert not re.search(rb"\x1b\]52;c;[A-Za-z0-9+/=]*[\x07\x18\x1b]", received), "no base64 that is ended"


def test_one_that_has_left_can_not_be_withdrawn(outbox: Outbox) -> None:
    errand = Errand(_COPY)
    outbox.add(errand)
    assert taken(outbox) == _COPY
    outbox.withdraw(errand)
    assert errand.left.result(0) is True


def test_what_is_cleared_is_not_sent_and_what_that_cuts_is_cancelled(outbox: Outbox) -> None:
    errand = Errand(_COPY)
    outbox.add_frame()
    outbox.add(errand)
    outbox.next_bytes()
    outbox.sent(4)
    outbox.clear()
    outbox.add("restored")
    assert taken(outbox) == b"\x18restored"
    assert errand.left.result(0) is False


def test_clearing_cuts_no_errand_that_could_be_taken_for_whole(outbox: Outbox) -> None:
    errand = Errand(_COPY)
    outbox.add(errand)
    outbox.next_bytes()
    outbox.sent(20)
    outbox.clear()
    assert taken(outbox) == b"!\x18\x1b\\"
    assert errand.left.result(0) is False


def test_nothing_is_left_of_what_was_given_up(outbox: Outbox) -> None:
    errand = Errand(_COPY)
    outbox.add(errand)
    outbox.next_bytes()
    outbox.sent(20)
    outbox.give_up()
    assert outbox.next_bytes() == b""
    assert errand.left.result(0) is False


def test_it_does_not_grow_without_end(outbox: Outbox) -> None:
    errands = [Errand(b"x") for _ in range(1_000)]
    for errand in errands:
        outbox.add("bell")
        outbox.add(errand)
        outbox.add_frame()
    refused = [errand for errand in errands if errand.left.done() and not errand.left.result(0)]
    assert len(taken(outbox)) < 2_000
    assert 800 < len(refused) < 1_000
    assert all(errand.left.done() for errand in errands)
