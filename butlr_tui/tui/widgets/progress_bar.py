"""How far something of many steps is."""

from __future__ import annotations

from typing import Final

from textual.content import Content

_CELLS: Final = 30


def progress_bar(done: int, of: int) -> Content:
    """A bar, and the numbers beside it."""
    full = _CELLS * done // of
    return Content.assemble(("█" * full, "$accent"), ("░" * (_CELLS - full), "dim"), f"  {done:,} of {of:,}")
