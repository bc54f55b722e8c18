"""Gives a client a new secret without downtime: a new client takes its place, and the old one goes later.

The API has no rotate. So the new one is created first, what uses the old one is moved over, and only then the old
one is deleted. The journal remembers what is not finished.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from butlr_tui.contract import fault_in_description, fault_in_name
from butlr_tui.delivery.placeholders import CLIENT_ID
from butlr_tui.flows import use_words
from butlr_tui.flows.create import Draft, NewClientForm, create_from
from butlr_tui.flows.destinations import first_destination, is_file
from butlr_tui.flows.end_replacement import end_replacement
from butlr_tui.flows.replacement_words import is_over
from butlr_tui.http.errors import ServiceError
from butlr_tui.ids import created_at
from butlr_tui.journal.replacements import State
from butlr_tui.journal.words import (
    command_with_the_secret,
    far_file_with_the_secret,
    file_with_the_secret,
)
from butlr_tui.operations.place import COMMAND, FILE, SSH
from butlr_tui.text import old, quoted, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.create import CreateEnd
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.flows.wording import Key
    from butlr_tui.journal.entries import Entry
    from butlr_tui.journal.replacements import Replacement
    from butlr_tui.listing.last_use import LastUse
    from butlr_tui.models import Client
    from butlr_tui.operations.replace import EndOutcome


@dataclass(eq=False, kw_only=True)
class ReplaceForm(NewClientForm):
    """Whether this client is to be replaced, and where the secret of the new one goes."""

    client: Client
    use: LastUse
    """When it was last used."""
    journal_line: str
    """What the journal tells of the client; "" where that is nothing."""
    unclear: Replacement | None
    """An earlier try that got no clear answer."""
    finish_key: str
    """The key that ends a replacement."""

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """What is replaced and by what, each with what it is called; safe to show."""
        created = created_at(self.client.client_id)
        which, now = safe(self.client.client_id), self.context.clock()
        age = old(created, now) if created else ""
        return (
            ("Old", ", ".join(filter(None, (which, age, use_words.briefly(self.use, now))))),
            ("", self.journal_line or "Where its secret went is not in the journal."),
            (
                "New",
                "the same name and description, another id and another secret: whatever signs in with the old one "
                "needs both.",
            ),
        )

    @property
    def warning(self) -> str:
        """That there may be a new one already; "" where there is not."""
        if self.unclear is None:
            return ""
        return (
            f"! An earlier try at {self.unclear.begun.astimezone():%Y-%m-%d %H:%M} got no clear answer: creating "
            "it now could make a second one."
        )

    @property
    def what_then(self) -> str:
        """When the old one goes."""
        return f"The old one stays until you press {self.finish_key} on it again."

    def again(self, key: Key) -> str:
        """What to do once a new one without a secret is deleted, inside a sentence."""
        return f"replace the old one again ({key('replace')})"

    async def suggested_path(self, name: str) -> str:
        """The file beside that of the old secret, where it went to one."""
        if is_file(self.to) and CLIENT_ID in self.to:
            return self.to.removeprefix(FILE)
        return await super().suggested_path(name)


async def replace(host: FlowHost, context: FlowContext, client: Client) -> CreateEnd | EndOutcome:
    """Begin to replace a client, or end that where it is begun; None where nothing was changed."""
    session = context.session
    try:
        found = (await session.replacements(context.known_clients())).of(client.client_id)
    except ServiceError as error:
        host.say(f"✗ {error.message}")
        return None
    if found is None or found.state is State.UNCLEAR:
        return await _begin(host, context, client, found)
    if found.state is State.UNDER_WAY:
        host.say("! Another butlr-tui works on this replacement. Look there first.")
        return None
    if found.state in (State.OLD_GONE, State.NEW_GONE):
        await _tell_that_it_is_over(host, context, found)
        return None
    return await end_replacement(host, context, found)


async def _begin(
    host: FlowHost, context: FlowContext, client: Client, unclear: Replacement | None
) -> CreateEnd:
    fault = fault_in_name(client.name) or fault_in_description(client.description)
    if fault is not None:
        host.say(
            f"✗ No other client can be made like {quoted(client.name)}: {fault}. Make one by another name "
            f"({host.key('new')}), move what uses this one over, then delete it ({host.key('delete')})."
        )
        return None
    history = context.session.history
    await history.refresh()
    entry = history.create_of(client.client_id)
    form = ReplaceForm(
        f"Replace {quoted(client.name)} on {safe(context.profile.title)}",
        context,
        Draft(client.name, client.description),
        _same_again(context, entry, client) or await first_destination(context.profile),
        replaces=client.client_id,
        client=client,
        use=history.last_use(client),
        journal_line=history.journal_line(client.client_id),
        unclear=unclear,
        finish_key=host.key("replace"),
    )
    return await create_from(host, context, form)


async def _tell_that_it_is_over(host: FlowHost, context: FlowContext, one: Replacement) -> None:
    said = is_over(one)
    if not await context.session.replacement_is_over(one):
        said += " The journal could not be written, so this is told once more."
    host.say(f"✓ {said}" if one.state is State.OLD_GONE else f"! {said}")
    host.reload()


def _same_again(context: FlowContext, entry: Entry | None, client: Client) -> str:
    """The destination of the old secret: a file beside it, wherever that is, or the same command; else ""."""
    if entry is None:
        return ""
    if path := file_with_the_secret(entry):
        return FILE + _beside(_short(path), client.client_id)
    if there := far_file_with_the_secret(entry):
        return SSH + _beside(there, client.client_id)
    command = command_with_the_secret(entry)
    return COMMAND + command if command in [one.name for one in context.profile.commands] else ""


def _short(path: str) -> str:
    """The path from the home on as `~`."""
    home = os.path.expanduser("~") + os.sep  # noqa: PTH111 (Path's own raises)
    return f"~{os.sep}{path.removeprefix(home)}" if path.startswith(home) else path


def _beside(path: str, client_id: str) -> str:
    """The path with the new id in the place of the old one, or before the name's end."""
    file = PurePath(path)
    if client_id in file.name:
        return str(file.with_name(file.name.replace(client_id, CLIENT_ID)))
    return str(file.with_name(f"{file.stem}.{CLIENT_ID}{file.suffix}"))
