"""The header line: which service, who is signed in, how fresh the list is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from butlr_tui.text import cut_middle, safe
from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.events import Resize

_ID_CELLS = 16


class StatusBar(Lines):
    """Profile and host on the left; on the right who is signed in and how many clients were read when."""

    def __init__(self, profile: str, host: str) -> None:
        super().__init__(id="status")
        self._profile = profile
        self._host = host
        self._who = ""
        self._count = ""
        self._stale = False

    def show_identity(self, client_id: str | None) -> None:
        """Say who is signed in."""
        self._who = cut_middle(safe(client_id), _ID_CELLS) if client_id else ""
        self._arrange()

    def show_count(self, count: str, stale: bool = False) -> None:
        """Say how many clients were read when, or that they could not be."""
        self._count, self._stale = count, stale
        self._arrange()

    def on_resize(self, event: Resize) -> None:
        self._arrange()

    def _arrange(self) -> None:
        room = self.size.width
        left = Content.assemble(
            " ", ("butlr", "bold"), "  ", (f"▌{self._profile}▐", "bold $accent"), f"  {self._host}"
        )
        count = Content.styled(self._count, "bold $error" if self._stale else "")
        who = f"signed in as {self._who}"
        # What does not fit goes, the less needed first; the profile always stays.
        for right in (
            Content.assemble(who, "  ·  ", count) if self._who and self._count else Content(),
            Content.assemble(self._who, "  ·  ", count) if self._who and self._count else Content(),
            count if self._count else Content(),
            Content(who if self._who else ""),
        ):
            gap = room - left.cell_length - right.cell_length - 1
            if right.cell_length and gap >= 2:
                self.show([Content.assemble(left, " " * gap, right)])
                return
        self.show([left])
