"""What waits for the terminal: sequences in their order, and a place for the newest frame."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

_FRAME: Final = ""
"""Here goes what the frame is by the time that it leaves."""
_ROOM: Final = 256
"""Sequences that wait at most; more are dropped. Who writes so many to a terminal that does not read?"""
_CANCEL: Final = b"\x18"
"""Ends what was cut: within a sequence it cancels that, elsewhere it does nothing."""
_SPOIL: Final = b"!" + _CANCEL + b"\x1b\\"
"""Ends an errand that was cut: as no base64, then cancelled, and closed for who knows no cancelling."""


@dataclass(eq=False, slots=True)
class Errand:
    """A sequence of which somebody wants to know whether it has left."""

    data: bytes
    left: "Future[bool]" = field(default_factory=Future)
    """Whether all of it has left; False: nothing has come of it, nor will."""

    def settle(self, *, left: bool) -> None:
        """Tell it, unless that was told before."""
        if not self.left.done():
            self.left.set_result(left)


class Outbox:
    """A queue whose next bytes are made when they can be sent."""

    def __init__(self, frame: Callable[[], str]) -> None:
        """`frame` gives what makes the terminal show what it should show by then."""
        self._frame = frame
        self._queue: list[str | Errand] = []
        self._next = b""
        self._pieces: list[str] = []
        """What these bytes were made of."""
        self._begun = False
        """A part of what is next has left."""
        self._carried: Errand | None = None
        """Whose bytes these are."""

    def add(self, piece: str | Errand) -> None:
        """Put a sequence at the end."""
        if len(self._queue) < _ROOM:
            self._queue.append(piece)
        elif isinstance(piece, Errand):
            piece.settle(left=False)

    def add_frame(self) -> None:
        """A frame is due after all that is there by now; the one that waits has been overtaken."""
        with suppress(ValueError):
            self._queue.remove(_FRAME)
        self._queue.append(_FRAME)

    def withdraw(self, errand: Errand) -> None:
        """Let nothing come of an errand that has not left."""
        if errand is self._carried:
            self._next = _SPOIL if self._begun else b""
            self._carried = None
        elif errand in self._queue:
            self._queue.remove(errand)
        errand.settle(left=False)

    def clear(self) -> None:
        """Drop all that has not left. What was cut by that is cancelled."""
        for piece in self._queue:
            if isinstance(piece, Errand):
                piece.settle(left=False)
        self._queue.clear()
        if self._carried:
            self.withdraw(self._carried)
        else:
            self._next = _CANCEL if self._begun else b""

    def give_up(self) -> None:
        """Drop all, for a terminal that takes nothing any more."""
        self.clear()
        self._next = b""

    def next_bytes(self) -> bytes:
        """What is to be sent: an errand, or all up to the next one. Empty: nothing."""
        while self._queue and not self._next:
            self._begun = False
            if isinstance(errand := self._queue[0], Errand):
                del self._queue[0]
                self._carried, self._next = errand, errand.data
                if not errand.data:
                    self._settle_carried()
            else:
                self._pieces = []
                for piece in self._queue:
                    if isinstance(piece, Errand):
                        break
                    self._pieces.append(piece)
                del self._queue[: len(self._pieces)]
                texts = (self._frame() if piece == _FRAME else piece for piece in self._pieces)
                self._next = "".join(texts).encode(errors="replace")
        return self._next

    def put_back(self) -> bool:
        """Nothing of the next bytes has left: make them anew when they can be sent. Whether a frame is in them."""
        if self._begun or self._carried:
            return False
        self._queue[:0], self._next = self._pieces, b""
        return _FRAME in self._pieces

    def sent(self, count: int) -> None:
        """So many of the next bytes have left."""
        self._next = self._next[count:]
        self._begun = bool(self._next)
        if not self._next:
            self._settle_carried()

    def _settle_carried(self) -> None:
        if self._carried:
            self._carried.settle(left=True)
            self._carried = None
