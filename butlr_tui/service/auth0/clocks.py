"""The clocks that the Auth0 engine goes by, in one place, so that a test can put its own there."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from butlr_tui.http.retry import Sleep, Uniform


@dataclass(frozen=True, slots=True)
class Clocks:
    """The real ones, unless others are given. `now` counts seconds since 1970, `monotonic` since whenever."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Sleep = asyncio.sleep
    uniform: Uniform = random.uniform
