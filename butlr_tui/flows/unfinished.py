"""Names the creates of earlier runs whose secrets may be lost, and asks what is to become of their clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.flows import wording
from butlr_tui.flows.create import Draft
from butlr_tui.flows.delete import delete, is_gone
from butlr_tui.flows.host import Choose, Option, ask_once
from butlr_tui.http.errors import ServiceError
from butlr_tui.text import safe

if TYPE_CHECKING:
    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.journal.entries import Entry

_DELETE: Final = Option("delete", "delete it", "and create it again, with a secret that you store")
_KEEP: Final = Option("keep", "keep it", "its secret is stored, or nobody needs it")
_LOOKED: Final = Option("keep", "I have looked", "compare them by id and age")
_FORGET: Final = Option("keep", "forget it", "no client of it is in the list")
_LATER: Final = Option("later", "decide later", "the next start asks again")


async def settle_unfinished(host: FlowHost, context: FlowContext) -> Draft | None:
    """Ask about each; what to begin the next form with, where one was deleted to be created again."""
    draft: Draft | None = None
    try:
        for entry in await context.session.unfinished():
            draft = await _settle(host, context, entry) or draft
    except ServiceError as error:
        host.say(f"✗ {error.message}")
    return draft


async def _settle(host: FlowHost, context: FlowContext, entry: Entry) -> Draft | None:
    candidates = entry.candidates(context.known_clients())
    if len(candidates) == 1:
        options = [_DELETE, _KEEP, _LATER]
    elif candidates:
        options = [_LOOKED, _LATER]
    else:
        options = [_FORGET, _LATER]
    which = "; ".join(safe(client.client_id) for client in candidates) or "No client of it is in the list."
    text = f"{entry.summary}\n{which}"
    answer = await ask_once(host, Choose("An earlier create is unfinished", text, options, _LATER.id))
    if answer == _KEEP.id:
        await context.session.settle(entry, "kept by the operator" if candidates else "not in the list")
    if answer != _DELETE.id:
        return None
    (client,) = candidates
    host.select(client.id)
    outcome = await delete(host, context, client)
    if outcome is not None and is_gone(outcome):
        said = wording.deleted(outcome, host.key)
        host.say(f"✓ {said} {host.key('new')} creates it again; its name is kept.")
    return Draft(client.name, client.description)
