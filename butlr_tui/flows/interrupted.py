"""Tells what became of deletions whose program ended before it knew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.text import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.wording import Key

_NAMED: Final = 4
"""Clients that are named; a sentence below the list has no room for more."""


async def interrupted_deletions(context: FlowContext, key: Key) -> str:
    """What the list tells of them, as a sentence, and told once; "" where there are none. Raises ServiceError."""
    session = context.session
    found = await session.interrupted_deletions()
    if not found:
        return ""
    listed = {client.client_id for client in context.known_clients()}
    names: dict[str, list[str]] = {"gone": [], "still there": [], "not in the list": []}
    for entry in sorted(found, key=lambda entry: entry.name):
        is_listed = entry.client_id in listed
        is_gone = await session.deletion_seen(entry, is_listed=is_listed)
        names["still there" if is_listed else "gone" if is_gone else "not in the list"].append(entry.name)
    said = [
        f"{_named(some)} {'is' if len(some) == 1 else 'are'} {how}" for how, some in names.items() if some
    ]
    were = "was" if len(found) == 1 else "were"
    return (
        f"{counted(len(found), 'deletion')} {were} interrupted when butlr-tui ended: {'; '.join(said)}. "
        f"{key('journal')} shows the journal."
    )


def _named(names: Sequence[str]) -> str:
    if len(names) > _NAMED:
        return counted(len(names), "client")
    return ", ".join(map(quoted, names))
