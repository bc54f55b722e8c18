"""The header line: which service, who is signed in, how fresh the list is."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from textual.content import Content

from butlr_tui.text import safe, truncate_middle
from butlr_tui.tui.messages import ProfileWanted
from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.events import Click

    from butlr_tui.config.profiles import Profile

_ID_CELLS: Final = 16
_BETWEEN: Final = "  ·  "
_GAP: Final = 2
_NAME: Final = " butlr  "


class StatusBar(Lines):
    """Profile and host on the left; on the right who is signed in and how many clients were read when.

    What does not fit goes, the less needed first; the profile always stays. A click on it posts `ProfileWanted`.
    """

    def __init__(self, profile: Profile) -> None:
        super().__init__(id="status")
        self._badge = _badge(profile)
        self._host = f"  {safe(profile.host)}"
        self._who = ""
        self._ends = ""
        self._count = self._brief_count = ""
        self._stale = False
        self._badge_at = 0

    def show_identity(self, client_id: str | None, ends: str = "") -> None:
        """Say who is signed in, and that the token ends soon."""
        self._who = truncate_middle(safe(client_id), _ID_CELLS) if client_id else ""
        self._ends = ends
        self.fit()

    def show_count(self, count: str, brief: str, stale: bool = False) -> None:
        """Say how many clients were read when, or that they could not be; `brief` where there is less room."""
        self._count, self._brief_count, self._stale = count, brief, stale
        self.fit()

    def on_click(self, event: Click) -> None:
        if 0 <= event.x - self._badge_at < self._badge.cell_length:
            self.post_message(ProfileWanted())

    def fitting(self, room: int) -> Sequence[Content]:
        """What there is room for."""
        for (before, after), right in self._ways():
            left = Content.assemble(before, self._badge, after)
            gap = room - 1 - left.cell_length - right.cell_length
            if gap >= _GAP or not right:
                self._badge_at = len(before)
                return [Content.assemble(left, " " * gap, right) if right else left]
        return []

    def _ways(self) -> Iterator[tuple[tuple[str, str], Content]]:
        """What stands before and after the profile, and at the right end: the fullest first."""
        lefts = ((_NAME, self._host), (_NAME, ""), (" ", ""))
        look = "bold $error" if self._stale else ""
        ends, count, brief = (self._ends, "bold $warning"), (self._count, look), (self._brief_count, look)
        me = (self._who, "")
        yield lefts[0], _joined((f"signed in as {self._who}" if self._who else "", ""), ends, count)
        rights = ((me, ends, count), (me, ends, brief), (ends, brief), (me, ends), (ends,), ())
        for right, left in product(rights, lefts):
            yield left, _joined(*right)


def _joined(*parts: tuple[str, str]) -> Content:
    return Content(_BETWEEN).join(Content.styled(text, look) for text, look in parts if text)


def _badge(profile: Profile) -> Content:
    """Which service this is: a profile's own colour stands behind its name, to be told at a glance."""
    look = f"bold reverse ansi_{profile.colour}" if profile.colour else "bold $accent"
    limits = "  read-only" if profile.read_only else ""
    return Content.assemble((f"▌{safe(profile.title)}▐", look), (limits, "bold"))
