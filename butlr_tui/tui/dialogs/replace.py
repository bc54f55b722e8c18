"""Asks whether a client is to be replaced, and where the secret of the new one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.tui.commands import command
from butlr_tui.tui.dialogs.new_secret import NewSecretDialog
from butlr_tui.tui.widgets.facts import facts
from butlr_tui.tui.widgets.where_to import WhereTo
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.replace import ReplaceForm
    from butlr_tui.tui.commands import Command


class ReplaceDialog(NewSecretDialog):
    """What is replaced by what. There is nothing to fill in but the destination, which is proposed."""

    starts_at = "#destinations"

    def __init__(self, form: ReplaceForm) -> None:
        super().__init__(form)
        self._replacing = form

    def body(self) -> Sequence[Widget]:
        """The old one and the new one, where the secret goes, and when the old one goes."""
        form = self._replacing
        return [
            *facts(form.facts),
            *([Words(form.warning, classes="warn")] if form.warning else []),
            WhereTo(form),
            Words(form.what_then, classes="paragraph"),
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and create; looking again only where there is something to look for."""
        look = [command("look")] if self._form.can_look_again else []
        return [
            command("cancel_create"),
            *look,
            *self.here_too_key(),
            command("create")._replace(label="create it"),
        ]

    def on_mount(self) -> None:
        self.show_text("")
