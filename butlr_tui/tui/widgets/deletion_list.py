"""The clients that are to be deleted, a row each, and then what becomes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.segment import Segment

from butlr_tui.ids import created_at
from butlr_tui.text import age, fit, safe, truncate_middle, width
from butlr_tui.tui.widgets.row_list import MARK, RowList

if TYPE_CHECKING:
    from rich.style import Style
    from textual.events import Resize
    from textual.strip import Strip

    from butlr_tui.flows.delete_several import DeleteSeveral
    from butlr_tui.models import Client

_GAP: Final = "  "
_SAMPLE: Final = 200  # rows whose names say how wide their column should be
_NAME_AT_LEAST: Final = 12
_ID: Final = 16
_AGE: Final = 9
_SIGN: Final = 2
_SCROLLBAR: Final = 1


class DeletionList(RowList, can_focus=False):
    """Scrolls by the keys of the dialog around it."""

    def __init__(self, question: DeleteSeveral) -> None:
        super().__init__(id="deletions")
        self._question = question
        self._name_cells = _NAME_AT_LEAST

    @property
    def row_count(self) -> int:
        """How many there are."""
        return len(self._question.rows)

    @property
    def client(self) -> Client:
        """The one under the cursor."""
        return self._question.rows[self.row]

    def on_mount(self) -> None:
        self.update_rows()

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self.scroll_anew)

    def go_to(self, row: int) -> None:
        """Put the cursor on a row."""
        self._go(row)

    def measure(self) -> None:
        """The names leave room for the ids and ages."""
        room = self.size.width - MARK - _SCROLLBAR - _SIGN - _ID - _AGE - 2 * len(_GAP)
        longest = max(width(safe(client.name)) for client in self._question.rows[:_SAMPLE])
        self._name_cells = max(_NAME_AT_LEAST, min(longest, room))

    def heading(self) -> str:
        """The columns."""
        head = f"{' ' * (MARK + _SIGN)}{fit('NAME', self._name_cells)}{_GAP}"
        return head + (
            "WHAT BECAME OF IT" if self._question.is_begun else f"{fit('CLIENT ID', _ID)}{_GAP}AGE"
        )

    def row_line(self, row: int, is_cursor: bool, base: Style) -> Strip:
        """One client: which it is, and once that is asked no more what became of it."""
        client = self._question.rows[row]
        sign, status = self._question.status(client) if self._question.is_begun else (" ", "")
        base, dim = self._look(is_cursor, base)
        name = fit(safe(client.name), self._name_cells)
        line = [Segment(f"{' ▌ ' if is_cursor else ' ' * MARK}{sign} {name}{_GAP}", base)]
        if status:
            line.append(Segment(status, dim))
        else:
            created = created_at(client.client_id)
            how_old = age(created, self._question.now) if created else ""
            which = fit(truncate_middle(safe(client.client_id), _ID), _ID)
            line.append(Segment(f"{which}{_GAP}{fit(how_old, _AGE)}", dim))
        return self._strip(line, base)
