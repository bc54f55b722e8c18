"""The header line: which service, who is signed in, how fresh the list is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from butlr_tui.text import safe, truncate_middle
from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.events import Resize

    from butlr_tui.config.profiles import Profile

_ID_CELLS = 16


class StatusBar(Lines):
    """Profile and host on the left; on the right who is signed in and how many clients were read when."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(id="status")
        self._left = _label(profile)
        self._who = ""
        self._ends = ""
        self._count = ""
        self._stale = False

    def show_identity(self, client_id: str | None, ends: str = "") -> None:
        """Say who is signed in, and that the token ends soon."""
        self._who = truncate_middle(safe(client_id), _ID_CELLS) if client_id else ""
        self._ends = ends
        self._arrange()

    def show_count(self, count: str, stale: bool = False) -> None:
        """Say how many clients were read when, or that they could not be."""
        self._count, self._stale = count, stale
        self._arrange()

    def on_resize(self, event: Resize) -> None:
        self._arrange()

    def _arrange(self) -> None:
        room = self.size.width
        left = self._left
        count = Content.styled(self._count, "bold $error" if self._stale else "")
        if self._ends:
            count = Content.assemble((self._ends, "bold $warning"), "  ·  " if self._count else "", count)
        who = f"signed in as {self._who}"
        # What does not fit goes, the less needed first; the profile always stays.
        for right in (
            Content.assemble(who, "  ·  ", count) if self._who and count else Content(),
            Content.assemble(self._who, "  ·  ", count) if self._who and count else Content(),
            count,
            Content.styled(self._ends, "bold $warning"),
            Content(who if self._who else ""),
        ):
            gap = room - left.cell_length - right.cell_length - 1
            if right.cell_length and gap >= 2:
                self.show([Content.assemble(left, " " * gap, right)])
                return
        self.show([left])


def _label(profile: Profile) -> Content:
    """Which service this is: a profile's own colour stands behind its name, to be told at a glance."""
    title = f"▌{safe(profile.title)}▐"
    look = f"bold reverse ansi_{profile.colour}" if profile.colour else "bold $accent"
    limits = "  read-only" if profile.read_only else ""
    return Content.assemble(
        " ", ("butlr", "bold"), "  ", (title, look), (limits, "bold"), f"  {safe(profile.host)}"
    )
