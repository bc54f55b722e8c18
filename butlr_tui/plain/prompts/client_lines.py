"""A client in one line of the list, and all that is known of one in lines of their own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from butlr_tui.ids import created_at
from butlr_tui.plain.prompts.words import told
from butlr_tui.text import old, safe, truncate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.models import Client
    from butlr_tui.plain.prompts.service_list import ServiceList

_NAME_CELLS: Final = 60
_END: Final = 6
"""Characters of an id that tell it from others of the same name."""


def list_lines(shown: ServiceList, page: Sequence[tuple[int, Client]]) -> list[str]:
    """A line for each, with its number first and its id's end where others have its name."""
    names = {client.name for _, client in page}
    count = Counter(client.name for client in shown.listing.clients if client.name in names)
    return [f"{number} {_line(shown, client, count[client.name] > 1)}" for number, client in page]


def _line(shown: ServiceList, client: Client, is_shared: bool) -> str:
    created = created_at(client.client_id)
    parts = (
        truncate(safe(client.name), _NAME_CELLS) or "(no name)",
        f"id ends in {safe(client.client_id[-_END:])}" if is_shared else "",
        "marked" if client.id in shown.listing.marks.ids else "",
        shown.replacements.mark(client.client_id)[0],
        old(created, shown.clock()) if created else "",
        shown.use.briefly(client),
        "signed you in" if client.client_id == shown.own_id else "",
    )
    return ", ".join(filter(None, parts))


def all_of(shown: ServiceList, client: Client) -> list[str]:
    """What is known of one client."""
    created = created_at(client.client_id)
    facts = (
        ("Name", safe(client.name) or "(no name)"),
        ("Description", safe(client.description)),
        ("Id", safe(client.id) if client.id != client.client_id else ""),
        ("Client id", safe(client.client_id)),
        ("Created", f"{created:%Y-%m-%d %H:%M} UTC, from the id" if created else ""),
        ("Last used", shown.use.told(client)),
    )
    lines = [*told((name, fact) for name, fact in facts if fact)]
    if client.client_id == shown.own_id:
        lines.append("This client signed you in.")
    known = (
        shown.replacements.next_step(client.client_id),
        shown.session.history.journal_line(client.client_id),
    )
    return [*lines, *filter(None, known)]
