"""What is known of something, a line each, with what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.widgets import Label

from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget


def facts(known: Iterable[tuple[str, str]]) -> Iterator[Widget]:
    """A row for each label and fact, which are safe to show."""
    for label, fact in known:
        yield Horizontal(Label(label, classes="label"), Words(fact), classes="fact")
