"""What is known of one client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from butlr_tui.contract import ACTIONS, AUDIENCE, DESCRIPTION_LIMIT, RESOURCES, SCOPES
from butlr_tui.ids import created_at
from butlr_tui.text import safe, truncate_middle, width
from butlr_tui.tui.commands import key
from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from butlr_tui.models import Client

_LABELS: Final = 12
_INDENT: Final = 2
_DESCRIPTION_LINES: Final = 4
*_FIRST, _LAST = ACTIONS
_SCOPES: Final = f"all {len(SCOPES)}: {', '.join(_FIRST)} and {_LAST} of {', '.join(RESOURCES)}"
"""The service gives every client the same scopes and lists none. Source: CONTRACT.md, "The M2M client service"."""


class ClientDetail(Lines):
    """Name, description, ids, the moment of creation as the id tells it, and the scopes."""

    def __init__(self) -> None:
        super().__init__(id="detail")
        self._client: Client | None = None
        self._own = False
        self.journal_line: Callable[[str], str] = lambda client_id: ""
        """What the journal knows of the client with this id; "" where that is nothing."""
        self.next_step: Callable[[str], str] = lambda client_id: ""
        """What there is to do about its replacement; "" where none is begun."""

        self.last_used: Callable[[Client], str] = lambda client: ""
        """When the client was last used, or that this is not told."""

    def show_client(self, client: Client | None, own: bool = False) -> None:
        """Show another client, or none."""
        self._client, self._own = client, own
        self.fit()

    def update_journal(self) -> None:
        """The journal knows more now."""
        self.fit()

    def fitting(self, room: int) -> list[Content]:
        """What is known of the client, wrapped."""
        client = self._client
        if client is None:
            return []
        # Content built from plain text: what a server sent is never read as markup.
        lines = Content.styled(safe(client.name) or "(no name)", "bold").wrap(room)[:2]
        lines += self._description(client, room)
        ids = [("client id", client.client_id)]
        if client.id != client.client_id:
            ids.insert(0, ("id", client.id))
        for label, value in ids:
            lines += _whole(label, safe(value), room)
        created = created_at(client.client_id)
        if created:
            # In parts, so that what is the same for all clients is not repainted.
            lines.append(
                _field("created", f"{created:%Y-%m-%d %H:%M}") + Content.styled(" UTC (from the id)", "dim")
            )
        if used := self.last_used(client):
            lines += _wrapped("last used", used, room)
        if self._own:
            lines.append(_field("", "This client signed you in."))
        lines += [_field("audience", AUDIENCE), *_wrapped("scopes", _SCOPES, room), Content()]
        hint = (
            f"The secret was shown once, at creation. Lost, or too old? {key('replace')} makes a new client: "
            f"move what uses this one over, then {key('replace')} deletes it."
        )
        next_step = self.next_step(client.client_id)
        lines += Content.styled(next_step or hint, "" if next_step else "dim").wrap(room)
        if known := self.journal_line(client.client_id):
            lines += [Content(), *Content(known).wrap(room)]
        return lines

    def _description(self, client: Client, room: int) -> list[Content]:
        """The description, and as many lines as the longest one takes.

        Else all below it would move with every client, which is hard to read and costs 1.5 kB each time.
        """
        lines = Content(safe(client.description)).wrap(room)
        if len(lines) > _DESCRIPTION_LINES:
            lines = [*lines[: _DESCRIPTION_LINES - 1], Content("…")]
        reserved = min(_DESCRIPTION_LINES, -(-DESCRIPTION_LIMIT // room) + 1)
        return lines + [Content()] * (reserved - len(lines))


def _field(label: str, value: str) -> Content:
    return Content.assemble((label.ljust(_LABELS), "dim"), value)


def _wrapped(label: str, value: str, room: int) -> list[Content]:
    """A field whose value goes on below itself."""
    first, *others = Content(value).wrap(max(1, room - _LABELS))
    return [_field(label, first.plain), *(_field("", line.plain) for line in others)]


def _whole(label: str, value: str, room: int) -> list[Content]:
    """A field that is cut nowhere as long as a line of its own can hold it: it may be marked and copied."""
    if width(value) <= room - _LABELS:
        return [_field(label, value)]
    return [_field(label, ""), Content(" " * _INDENT + truncate_middle(value, room - _INDENT))]
