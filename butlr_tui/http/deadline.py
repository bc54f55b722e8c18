"""When a call is given up, however much of an answer still trickles in."""

import math
import time
from collections.abc import Callable


class Deadline:
    """The end of a call with all its attempts. In seconds."""

    def __init__(
        self,
        seconds: float,
        *,
        once_sent: float = math.inf,
        quiet: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seconds` from now on, until the call is first sent; from then on `once_sent`, where that is given, and
        never more than `quiet` without progress.
        """
        self._clock = clock
        self._once_sent = once_sent
        self._quiet = quiet
        self._is_sent = False
        self._last = self._ends = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds until the end."""
        return self._ends - self._clock()

    def sent(self) -> None:
        """The call leaves. Only the first time counts."""
        if not self._is_sent and self._once_sent < math.inf:
            self._last = self._clock() + self._once_sent
        if not self._is_sent:
            self._is_sent = True
            self.progress()

    def progress(self) -> None:
        """Something came that was waited for."""
        self._ends = min(self._last, self._clock() + self._quiet)
