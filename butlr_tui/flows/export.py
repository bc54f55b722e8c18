"""Takes clients of the list out of the app: as CSV, JSON or Markdown, to a new file or to the clipboard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from butlr_tui.flows import wording
from butlr_tui.flows.destinations import free_path
from butlr_tui.flows.host import AskText, Choose, Option, ask_until_right
from butlr_tui.listing.export import FORMS
from butlr_tui.operations.export import copy, save
from butlr_tui.text import counted, describe_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.listing.export import Form
    from butlr_tui.models import Client

_ABOUT: Final[Mapping[str, str]] = {
    "csv": "In CSV a cell that a spreadsheet would run gets a ' in front.",
    "json": "JSON has all that the service lists of a client, exactly.",
    "markdown": "Markdown is a table for a page or a ticket.",
}
"""What is offered, and what is to be known of it."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A form, and where it goes."""

    form: Form
    about: str
    is_file: bool

    @property
    def label(self) -> str:
        return f"{self.form.title} {'to a new file' if self.is_file else 'to the clipboard'}"


_WAYS: Final = {
    f"{name} {place}": _Way(FORMS[name], about, place == "file")
    for place in ("file", "clipboard")
    for name, about in _ABOUT.items()
}


async def export(host: FlowHost, context: FlowContext, clients: Sequence[Client]) -> None:
    """Ask in which form these clients are to go where, and say what came of it. There is no secret in a list."""
    if not clients:
        host.say("No client is shown, so there is nothing to export.")
        return
    if not context.list_is_whole():
        host.say("The list is still being read: export it once it is whole.")
        return
    options = [Option(id, way.label, more=way.about) for id, way in _WAYS.items()]
    question = Choose(
        f"Export {counted(len(clients), 'client')}",
        "All that the list knows of them; there is no secret in it.",
        options,
    )
    suggested = ""
    try:
        chosen = await host.ask(question)
        if chosen is None:
            return
        way = _WAYS[chosen]
        if way.is_file:  # looked for while the question is open: what is typed ahead is for the next one
            suggested = await asyncio.to_thread(
                free_path, f"~/clients-{context.profile.name}{way.form.ending}"
            )
    finally:
        host.close(question)
    if way.is_file:
        await _to_a_file(host, suggested, way.form, clients)
        return
    what = f"{counted(len(clients), 'client')} as {way.form.title}"
    host.say(f"… {what}: copying")
    report = await copy(context.clipboard, way.form, clients)
    host.say(f"{wording.glyph(report)} {what}: {report.said}")


async def _to_a_file(host: FlowHost, suggested: str, form: Form, clients: Sequence[Client]) -> None:
    question = AskText(
        f"Export {counted(len(clients), 'client')} as {form.title}",
        "To a new file that only you can read. What you type takes the suggestion's place.",
        value=suggested,
    )
    path = await ask_until_right(host, question, lambda path: save(path.strip(), form, clients))
    if path is not None:
        saved_to = describe_path(path.strip())
        host.say(f"✓ {counted(len(clients), 'client')} saved to {saved_to} as {form.title}.")
