"""Lists the clients that are to go, asks for their number, and shows what becomes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import Vertical
from textual.content import Content

from butlr_tui.flows.host import Option
from butlr_tui.text import counted
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.deletion import DeletionDialog
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.deletion_list import DeletionList
from butlr_tui.tui.widgets.fields import TextField
from butlr_tui.tui.widgets.key_bar import hint_line, key_hint
from butlr_tui.tui.widgets.progress_bar import progress_bar
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.delete_several import DeleteSeveral
    from butlr_tui.tui.commands import Command

_KEEP: Final = "keep"
_DELETE: Final = "delete"


class DeleteSeveralDialog(DeletionDialog[bool]):
    """Enter deletes nothing until that is confirmed; Esc then stops after those under way."""

    BINDINGS = bindings(Place.SEVERAL)
    starts_at = "Input, Choice"

    def __init__(self, question: DeleteSeveral) -> None:
        super().__init__(question)
        self._question = question

    def body(self) -> Sequence[Widget]:
        """Who goes, what that means, and the field; later how far it is."""
        question = self._question
        ask: list[Widget] = [Choice([Option(_KEEP, "keep them"), Option(_DELETE, "delete them")])]
        if question.protected:
            ask = [Words(question.instruction, classes="paragraph"), TextField(id="confirmation")]
        return [
            DeletionList(question),
            Vertical(
                Words(question.consequences),
                *([Words(question.warning, classes="warn")] if question.warning else []),
                *ask,
                id="asking",
            ),
            Words(id="reason", classes="paragraph"),
            Words(id="progress", classes="paragraph"),
            Words(id="said"),
        ]

    def on_mount(self) -> None:
        self._list = self.query_one(DeletionList)
        self._bar = self.query_one("#progress", Words)
        self._bar.say("")
        self._show_stage()

    def keys(self) -> Sequence[Command]:
        """What Esc and the other key do now."""
        leave, enter, again = map(command, ("stop_several", "confirm_several", "try_again"))
        if self._is_sent and self.is_busy:
            label = (
                "stops; waiting for those under way" if self._stop.is_set() else "stops after those under way"
            )
            return [leave._replace(label=label)]
        if self._is_sent:
            close = leave._replace(label="close")
            return [close, again] if self._question.deletions.can_go_on else [close]
        return [leave, enter._replace(label=f"delete {self._question.to_type}")]

    def hints(self) -> tuple[Content, Content]:
        """Enter does what is chosen; where the number has to be typed, it is dim until it is."""
        leave, enter = self.keys()
        if self._is_confirmed:
            hint = key_hint(enter)
        elif self._question.protected:
            hint = Content.styled(key_hint(enter).plain, "dim")
        else:
            hint = key_hint(enter._replace(label="keep them"))
        return key_hint(leave), hint

    def key_line(self) -> Content:
        """The keys that act now."""
        return hint_line(map(key_hint, self.keys())) if self._is_sent else super().key_line()

    @property
    def _is_confirmed(self) -> bool:
        if self._question.protected:
            return not self._question.fault_in(self.typed)
        return any(choice.chosen.id == _DELETE for choice in self.query(Choice))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self.show_keys()

    # While it runs, and once that is over

    async def answer(self, fault: str) -> bool | None:
        """Wait for an answer; once there was one, with all that failed at the top."""
        self._stop.clear()
        if self._is_sent:
            self._list.update_rows()
            self._list.go_first()
        return await super().answer(fault)

    def show_fault(self, text: str) -> None:
        """What came of it."""
        super().show_fault(text)
        self._show_stage()

    def show_progress(self, text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Say how far it is, and follow what has just begun."""
        stop = super().show_progress(text, done, of)
        self._bar.say(progress_bar(done, of))
        self._list.go_to(self._question.begun - 1)
        self._list.refresh()
        self._show_stage()
        return stop

    def _show_stage(self) -> None:
        self.query_one("#asking").display = not self._is_sent
        self._show_reason()

    def _show_reason(self) -> None:
        """All that is known of the one under the cursor, once that is over."""
        is_over = self._is_sent and not self.is_busy
        self.query_one("#reason", Words).say(
            " ".join(self._question.status(self._list.client)) if is_over else ""
        )

    # Scrolling

    def action_go_to_field(self, fields: int) -> None:
        """There is one field: the arrows scroll."""
        self._list.move(fields)
        self._show_reason()

    def action_page(self, pages: int) -> None:
        """Scroll by a page."""
        self._list.page(pages)
        self._show_reason()

    # Answering

    async def action_submit(self) -> None:
        """Delete them, if that is confirmed, else say why not; a plain choice may also be to keep them."""
        if self._is_sent:
            return
        if self._is_confirmed:
            await self.reply(True)
        elif self._question.protected:
            self.show_text(self._question.fault_in(self.typed))
        else:
            await self.reply(None)

    async def action_try_again(self) -> None:
        """Try again what is not deleted."""
        if self._is_sent and not self.is_busy and self._question.deletions.can_go_on:
            await self.reply(True)

    async def action_cancel(self) -> None:
        """Leave; while it runs, begin no other."""
        if not self.is_busy:
            await self.reply(None)
        elif not self._stop.is_set():
            self._stop.set()
            left = len(self._question.deletions.under_way)
            self.show_text(f"Stopping: {counted(left, 'deletion')} under way can't be called back.")
