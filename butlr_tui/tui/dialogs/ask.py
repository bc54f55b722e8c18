"""Asks for one line of text over another dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from butlr_tui.tui.commands import Place, bindings, command
from butlr_tui.tui.dialogs.dialog import Dialog, Words
from butlr_tui.tui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from butlr_tui.tui.commands import Command


class Ask(Dialog["str | None"]):
    """One field. Dismisses with the text once `fault` finds nothing wrong with it, or with None."""

    BINDINGS = bindings(Place.QUESTION)

    def __init__(
        self, title: str, text: str, *, value: str = "", fault: Callable[[str], Awaitable[str | None]]
    ) -> None:
        super().__init__()
        self.title_text = title
        self._text = text
        self._value = value
        self._fault = fault

    def body(self) -> Sequence[Widget]:
        """The question, the field and what is wrong with it."""
        return [Words(self._text), Field(self._value, id="answer"), Words(id="said", classes="paragraph")]

    def keys(self) -> Sequence[Command]:
        """Back and done."""
        return [command("leave"), command("answer")]

    def on_mount(self) -> None:
        self.query_one("#said", Words).say("")

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        fault = await self._fault(event.value)
        if fault:
            self.query_one("#said", Words).say(f"✗ {fault}")
        else:
            self.dismiss(event.value)

    def action_choose(self) -> None:
        """Enter reaches the field; nothing else here takes it."""

    def action_back(self) -> None:
        """Change nothing."""
        self.dismiss(None)
