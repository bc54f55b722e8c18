"""What all screens share that are no dialogs: where the terminal is too small for them, they say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.config.model import SMALLEST_TERMINAL
from butlr_tui.tui.widgets.sized_screen import SizedScreen
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from textual.events import Resize


class FullScreen(SizedScreen):
    """Below the smallest size one sentence stands over all the rest, which keeps its focus and its place."""

    def on_resize(self, event: Resize) -> None:
        columns, lines = SMALLEST_TERMINAL
        too_small = event.size.width < columns or event.size.height < lines
        if too_small and not self.query("#too-small"):
            needs = f"butlr-tui needs at least {columns} × {lines} characters."
            self.mount(Words(needs, id="too-small"))
        self.set_class(too_small, "-too-small")
