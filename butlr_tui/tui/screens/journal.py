"""What was created and deleted from here: when, by whom, and where each secret went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual import work
from textual.containers import Horizontal
from textual.content import Content

from butlr_tui.http.errors import ServiceError
from butlr_tui.journal.words import told_in_full
from butlr_tui.text import quoted, safe
from butlr_tui.tui.bindings import bindings, bindings_of
from butlr_tui.tui.commands import Place, at, key
from butlr_tui.tui.dialogs.notice import Notice
from butlr_tui.tui.screens.rows_screen import RowsScreen
from butlr_tui.tui.widgets.journal_list import JournalList
from butlr_tui.tui.widgets.key_bar import KeyBar
from butlr_tui.tui.widgets.lines import Lines
from butlr_tui.tui.widgets.position import Position

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from butlr_tui.config.profiles import Profile
    from butlr_tui.journal.entries import Entry
    from butlr_tui.operations.history import History
    from butlr_tui.tui.messages import EntryOpened

_LABELS: Final = 11
"""Cells of what each part of an entry is called."""


class JournalScreen(RowsScreen):
    """The entries of one service, the newest first."""

    BINDINGS = [*bindings(Place.JOURNAL), *bindings_of("how_to_quit")]  # noqa: RUF012 (as Textual has it)
    AUTO_FOCUS = "#journal"

    def __init__(self, profile: Profile, history: History) -> None:
        super().__init__()
        self._profile = profile
        self._history = history

    def compose(self) -> ComposeResult:
        """What it is, the entries, the keys."""
        yield Lines(id="journal-of")
        yield JournalList()
        with Horizontal(id="last-line"):
            yield KeyBar()
            yield Position()

    def on_mount(self) -> None:
        self._list = self.query_one(JournalList)
        self.query_one(KeyBar).show_commands([cmd for cmd in at(Place.JOURNAL) if cmd.shown])
        self._head("")
        self._list.show_notice("Reading the journal…")
        self._read()

    def _head(self, count: str) -> None:
        where = f"  {safe(self._profile.title)}  {safe(self._profile.host)}"
        self.query_one("#journal-of", Lines).show(
            [Content.assemble((" Journal", "bold"), where, (f"  {count}", "dim"))]
        )

    @work
    async def _read(self) -> None:
        try:
            entries = await self._history.entries()
        except ServiceError as error:
            self._list.show_notice(f"✗ {error.message}")
            return
        self._list.show_notice("Nothing was created or deleted from here yet.")
        self._list.show_entries(entries)
        self._head(f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}, newest first")
        self._show_position()

    def _show_position(self) -> None:
        self.query_one(Position).show_row(self._list.row + 1, self._list.row_count)

    def _open(self, entry: Entry) -> None:
        told = [Content.assemble((label.ljust(_LABELS), "dim"), said) for label, said in told_in_full(entry)]
        self.app.push_screen(Notice(f"The journal on {quoted(entry.name)}", Content("\n").join(told)))

    def on_entry_highlighted(self) -> None:
        self._show_position()

    def on_entry_opened(self, message: EntryOpened) -> None:
        self._open(message.entry)

    def action_open(self) -> None:
        """Show all of an entry."""
        if self._list.entry is not None:
            self._open(self._list.entry)

    def action_how_to_quit(self) -> None:
        """Say which keys lead out."""
        self._head(f"{key('close_journal')} goes back; {key('quit')} quits from there")

    def action_close(self) -> None:
        """Back to the list of clients."""
        self.dismiss(None)
