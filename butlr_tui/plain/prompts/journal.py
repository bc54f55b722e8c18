"""What was created and deleted from here, in pages, the newest first."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from butlr_tui.http.errors import NotSent
from butlr_tui.journal.words import told_in_full, what_happened, where_the_secret_went
from butlr_tui.plain.prompts.console import WentBack
from butlr_tui.plain.prompts.pages import NumberedPages
from butlr_tui.plain.prompts.words import NotMeant, label, numbers
from butlr_tui.text import quoted

if TYPE_CHECKING:
    from butlr_tui.journal.entries import Entry
    from butlr_tui.operations.history import History
    from butlr_tui.plain.prompts.console import Console


async def show_journal(console: Console, history: History) -> None:
    """Show pages and whole entries, until the operator goes back."""
    try:
        entries = await history.entries()
    except NotSent as error:
        console.tell(f"✗ {error.message}")
        return
    if not entries:
        console.tell("Nothing was created or deleted from here yet.")
        return
    pages = NumberedPages(entries)
    _show(console, pages)
    with suppress(WentBack):
        while True:
            typed = (
                await console.ask("Number for all of it, Enter for the next page, 0 to go back:")
            ).strip()
            if typed.casefold() in ("0", label("leave")):
                return
            if typed:
                _tell_of(console, pages, typed)
            elif pages.turn(1):
                _show(console, pages)
            else:
                return


def _show(console: Console, pages: NumberedPages[Entry]) -> None:
    lines = [f"{number} {_line(entry)}" for number, entry in pages.current]
    console.tell("\n".join([f"The journal, newest first. {pages.where}".rstrip(), *lines]))


def _tell_of(console: Console, pages: NumberedPages[Entry], typed: str) -> None:
    try:
        for number in numbers(typed, len(pages.items)):
            told = told_in_full(pages.items[number - 1])
            console.tell("\n".join(f"{about}: {said}" for about, said in told))
    except NotMeant as fault:
        console.tell(f"✗ {fault}")


def _line(entry: Entry) -> str:
    parts = (
        f"{entry.at.astimezone():%Y-%m-%d %H:%M}",
        what_happened(entry),
        quoted(entry.name),
        where_the_secret_went(entry),
    )
    return ", ".join(filter(None, parts))
