"""What is deleted, once that is typed: the end of an id, how many they are, or the word itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.flows.end_replacement import Ending
from butlr_tui.flows.host import Option
from butlr_tui.plain.prompts.asker import Asker
from butlr_tui.plain.prompts.choosing import choose
from butlr_tui.plain.prompts.words import label, told
from butlr_tui.text import counted, quoted, safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from butlr_tui.flows.delete import ConfirmDelete
    from butlr_tui.flows.delete_several import DeleteSeveral
    from butlr_tui.flows.end_replacement import EndReplacement
    from butlr_tui.plain.prompts.console import Console

_NAMED: Final = 20
"""Clients that are named before they are deleted."""


async def confirms(
    console: Console, instruction: str, fault_in: Callable[[str], str], *, is_protected: bool, kept: str
) -> bool:
    """Whether the operator confirms a deletion; what is wrong with an answer is said. Raises WentBack.

    Where nothing is protected the word has to be typed, and any other answer keeps what there is.
    """
    if not is_protected:
        typed = await console.ask(f"Type {label('confirm_delete')} to delete, or Enter to keep {kept}:")
        return typed.strip().casefold() == label("confirm_delete")
    while fault := fault_in(await console.ask_text(f"{instruction}, or {label('leave')}:")):
        console.tell(fault)
    return True


class ConfirmDeleteAsker(Asker[bool]):
    """Says what goes and what that means."""

    def __init__(self, console: Console, question: ConfirmDelete) -> None:
        super().__init__(console, question)
        self._question = question

    async def ask(self, *, is_first: bool) -> bool | None:
        question = self._question
        lines = (self.title, *told(question.facts), *question.consequences, question.warning)
        self.console.tell("\n".join(filter(None, lines)))
        sure = await confirms(
            self.console, question.instruction, question.fault_in, is_protected=question.protected, kept="it"
        )
        return sure or None


class DeleteSeveralAsker(Asker[bool]):
    """Says who goes; then a line for each as it ends."""

    def __init__(self, console: Console, question: DeleteSeveral) -> None:
        super().__init__(console, question)
        self._question = question
        self._told: set[str] = set()

    async def ask(self, *, is_first: bool) -> bool | None:
        if not is_first:
            return await self._asks_again()
        question = self._question
        clients = [f"{quoted(one.name)}, {safe(one.client_id)}" for one in question.rows[:_NAMED]]
        if len(question.rows) > _NAMED:
            clients.append(f"and {counted(len(question.rows) - _NAMED, 'other')}")
        self.console.tell(
            "\n".join(filter(None, (self.title, *clients, question.consequences, question.warning)))
        )
        sure = await confirms(
            self.console,
            question.instruction,
            question.fault_in,
            is_protected=question.protected,
            kept="them",
        )
        return sure or None

    async def answer(self, fault: str) -> bool | None:
        """The answer; none where nothing can be tried again, and the flow says the same as it ends."""
        deletions = self._question.deletions
        if fault and not deletions.can_go_on and deletions.hindrance is None:
            return None
        return await super().answer(fault)

    async def _asks_again(self) -> bool | None:
        if not self._question.deletions.can_go_on:
            return None
        self._told.clear()
        await choose(self.console, [Option("again", label("try_again"), "what is not deleted")], out="close")
        return True

    def progress(self, text: str, done: int, of: int) -> None:
        """Say of each how it ended."""
        for client in self._question.deletions.clients:
            if client.id in self._question.deletions.outcomes and client.id not in self._told:
                self._told.add(client.id)
                sign, words = self._question.status(client)
                self.console.tell(f"{sign} {quoted(client.name)}, {safe(client.client_id)}: {words}.")

    def interrupt(self) -> None:
        """Begin no other."""
        self.stop.set()
        left = len(self._question.deletions.under_way)
        self.console.tell(f"Stopping: {counted(left, 'deletion')} under way can't be called back.")


class EndReplacementAsker(Asker[Ending]):
    """Which of the two goes, then what confirms it."""

    def __init__(self, console: Console, question: EndReplacement) -> None:
        super().__init__(console, question)
        self._question = question

    async def ask(self, *, is_first: bool) -> Ending | None:
        question = self._question
        self.console.tell("\n".join((self.title, *told(question.facts))))
        options = [Option(one.value, one.value, question.about(one)) for one in question.deletions]
        ending = Ending(await choose(self.console, options, out="not yet"))
        goes = question.deletions[ending]
        self.console.tell("\n".join(filter(None, (question.consequences(ending), question.warning(ending)))))
        sure = await confirms(
            self.console, goes.instruction, goes.fault_in, is_protected=question.protected, kept="both"
        )
        return ending if sure else None
