"""Lets the operator choose a filter that has a name: a ready one, or one of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.config.model import READY_FILTERS
from butlr_tui.flows.host import Choose, Option, ask_once
from butlr_tui.text import safe, truncate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from butlr_tui.flows.host import FlowHost

_ABOUT = 48
"""Cells of what is said of each."""


async def choose_filter(host: FlowHost, filters: Mapping[str, str]) -> str | None:
    """What to put into the filter for the one of these, queries by name, that is chosen; None for none."""
    question = Choose(
        "Ready filters",
        "What you choose goes into the filter; more words can follow it there. Filters of your own are in the "
        "settings, under [filters].",
        [Option(name, name, _about(name, query)) for name, query in filters.items()],
    )
    chosen = await ask_once(host, question)
    return None if chosen is None else f"@{chosen}"


def _about(name: str, query: str) -> str:
    """What it finds, in words where it is a ready one."""
    ready = READY_FILTERS.get(name)
    is_ready = ready is not None and ready.query == query
    return ready.finds if ready is not None and is_ready else truncate(safe(query), _ABOUT)
