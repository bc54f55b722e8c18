"""Deletes a client, once the end of its id is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual import work
from textual.content import Content
from textual.widgets import Input

from butlr_tui.ids import created_at
from butlr_tui.operations.outcomes import DeleteOutcome
from butlr_tui.text import quoted, safe
from butlr_tui.tui.commands import Place, bindings, command
from butlr_tui.tui.dialogs.dialog import Dialog, Words
from butlr_tui.tui.widgets.choice import Choice, Option
from butlr_tui.tui.widgets.fields import Field
from butlr_tui.tui.widgets.key_bar import key_hint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.config.profiles import Profile
    from butlr_tui.models import Client
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.commands import Command

CONFIRMATION_LENGTH: Final = 6
"""Characters of the id to type: names repeat, and hostile ones can't be typed."""


class DeleteDialog(Dialog[DeleteOutcome | None]):
    """Shows what will go; Enter does nothing until the six match. Dismisses with how it ended, or None."""

    AUTO_FOCUS = "Input, Choice"
    BINDINGS = bindings(Place.DELETE)

    def __init__(self, session: Session, client: Client, profile: Profile, own: bool) -> None:
        super().__init__()
        self.title_text = f"Delete {quoted(client.name)} from {safe(profile.title)}"
        self._session = session
        self._client = client
        self._own = own
        self._protected = profile.protected
        self._sending = False
        self._end = safe(client.client_id[-CONFIRMATION_LENGTH:])  # as shown, so that it can be typed

    def body(self) -> Sequence[Widget]:
        """What goes, what that means, and the field."""
        client = self._client
        created = created_at(client.client_id)
        since = f", created {created:%Y-%m-%d}" if created else ""
        own = (
            [
                Words(
                    "! This is the client that signed you in: deleting it signs you out for good.",
                    classes="warn",
                )
            ]
            if self._own
            else []
        )
        ask: list[Widget] = [Choice([Option("keep", "cancel"), Option("delete", "delete it")])]
        if self._protected:
            which = f"Type the last {_count(len(self._end))} of its id, {self._end}"
            ask = [Words(which, classes="paragraph"), Field(id="confirmation")]
        return [
            Words(f"{safe(client.client_id)}{since}"),
            Words("Whatever signs in with it stops working. This can't be undone."),
            *own,
            *ask,
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and delete."""
        return [command("cancel_delete"), command("confirm_delete")]

    def key_line(self) -> Content:
        """ "Enter delete" is dim until the six match."""
        if self._sending:
            return Content.styled("sent; waiting for the answer", "dim")
        cancel, delete = map(key_hint, self.keys())
        if not self._confirmed:
            delete = Content.styled(delete.plain, "dim")
        return Content("   ").join([cancel, delete])

    @property
    def _confirmed(self) -> bool:
        if not self._protected:
            return any(choice.chosen.id == "delete" for choice in self.query(Choice))
        fields = self.query("#confirmation").results(Input)
        return any(field.value.strip().casefold() == self._end.casefold() for field in fields)

    def on_mount(self) -> None:
        self.query_one("#said", Words).say("")

    def on_choice_chosen(self) -> None:
        self._show_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        self.query_one("#dialog-keys", Words).say(self.key_line())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_submit()

    def action_submit(self) -> None:
        """Delete it, if the six are typed, or where no typing is asked for, if that was chosen."""
        if self._sending:
            return
        if self._confirmed:
            self._sending = True
            self._remove()
        elif not self._protected:
            self.dismiss(None)

    @work(group="delete")
    async def _remove(self) -> None:
        for widget in self.query("#confirmation, Choice"):
            widget.disabled = True
        self._show_keys()
        self.query_one("#said", Words).say("Deleting…")
        self.dismiss(await self._session.delete(self._client))

    def action_cancel(self) -> None:
        """Leave, deleting nothing; once it is sent, wait for the answer."""
        if self._sending:
            self.query_one("#said", Words).say(
                "It is on its way and can't be called back. Wait for the answer."
            )
        else:
            self.dismiss(None)


def _count(length: int) -> str:
    words = {6: "six characters", 1: "character"}
    return words.get(length, f"{length} characters")
