"""The process's umask, changed for a moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

UMASKS: Final = (0o000, 0o022, 0o077, 0o777)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """What is made meanwhile lacks the bits in `mask`."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
