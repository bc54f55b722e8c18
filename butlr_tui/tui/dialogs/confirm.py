"""A question with two answers. The focus starts on the one that changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Key
    from textual.widget import Widget

    from butlr_tui.flows.host import Confirm
    from butlr_tui.tui.commands import Command


class ConfirmDialog(QuestionDialog[bool]):
    """Only the answer that goes ahead is True. Arrows and first letters go to an answer, Enter gives it."""

    starts_at = "#back"
    BINDINGS = bindings(Place.QUESTION)

    def __init__(self, question: Confirm) -> None:
        super().__init__(question)
        self._answers = {"back": question.go_back, "ahead": question.go_ahead}
        self._text = question.text

    def body(self) -> Sequence[Widget]:
        """The question and its two answers."""
        buttons = [_Answer(_label(answer), id=id, compact=True) for id, answer in self._answers.items()]
        return [Words(self._text), Horizontal(*buttons, classes="answers")]

    def keys(self) -> Sequence[Command]:
        """What Esc and Enter answer, in the answers' own words."""
        at = self.focused.id if self.focused is not None else None
        return [
            command("leave")._replace(label=_inside_a_line(self._answers["back"])),
            command("answer")._replace(label=_inside_a_line(self._answers[at or "back"])),
        ]

    def on_descendant_focus(self) -> None:
        self.show_keys()

    def on_key(self, event: Key) -> None:
        """Go to the answer that begins with this letter."""
        for id, answer in self._answers.items():
            if event.character is not None and answer[0].casefold() == event.character.casefold():
                self.set_focus(self.query_one(f"#{id}"))
                event.stop()

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        await self.reply(event.button.id == "ahead")

    def action_turn(self, answers: int) -> None:
        """Go to the answer on the left or on the right."""
        self.set_focus(self.query_one("#ahead" if answers > 0 else "#back"))

    def action_choose(self) -> None:
        """Take the answer that has the focus."""
        if isinstance(self.focused, Button):
            self.focused.press()

    async def action_back(self) -> None:
        """Change nothing."""
        await self.reply(None)


class _Answer(Button, inherit_bindings=False):
    """Leaves Enter to the dialog around it, where the table of commands says what it does."""


def _label(answer: str) -> Content:
    """The answer, with the letter that goes to it underlined."""
    return Content.assemble((answer[0], "underline"), answer[1:])


def _inside_a_line(answer: str) -> str:
    return answer[0].lower() + answer[1:]
