"""What screens and dialogs share: each is laid out once for a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

if TYPE_CHECKING:
    from textual.events import Resize


class SizedScreen(Screen[None]):
    """Subclasses call `take_size` before they compose."""

    def take_size(self) -> None:
        """Have the classes of the breakpoints now: at the first resize all would be styled and laid out anew."""
        self.add_class(*self._fitting(), update=False)

    def _fitting(self) -> list[str]:
        columns, lines = self.app.size
        found = []
        for breakpoints, cells in (
            (self.HORIZONTAL_BREAKPOINTS, columns),
            (self.VERTICAL_BREAKPOINTS, lines),
        ):
            found += [name for at_least, name in breakpoints or [] if at_least <= cells][-1:]
        return found

    def on_resize(self, event: Resize) -> None:
        # Textual tells a screen the size that it was just laid out for, too, and would do that once more, and for
        # all screens below it.
        if event.size == self.outer_size and self.has_class(*self._fitting()):
            event.prevent_default()
