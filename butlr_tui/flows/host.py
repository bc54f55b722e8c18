"""Who runs a flow, and the questions that every flow may ask.

A flow is a coroutine that returns what came of it. It knows no screen: it asks its host plain questions, says how
far it is, and calls operations. The app answers with dialogs; a front end of lines can answer the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Sequence

T = TypeVar("T")


@dataclass(eq=False)
class Question(Generic[T]):
    """Something that the operator is asked; `T` is what the answer is. Two questions are never equal."""

    title: str


@dataclass(eq=False)
class Confirm(Question[bool]):
    """A yes or no. Going back is offered first."""

    text: str
    go_back: str
    go_ahead: str


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen. Its texts are safe to show."""

    id: str
    label: str
    about: str = ""
    more: str = ""
    """Sentences, for a place of their own while it is chosen."""


@dataclass(eq=False)
class Choose(Question[str]):
    """One of a few; the answer is the option's id."""

    text: str
    options: Sequence[Option]
    chosen: str = ""
    """The id of the one to begin with; the first unless named."""


@dataclass(eq=False)
class AskText(Question[str]):
    """One line of text."""

    text: str
    value: str = field(default="", kw_only=True)
    """What stands in the line at first."""


class FlowHost(Protocol):
    """Talks with the operator for a flow."""

    async def ask(self, question: Question[T], fault: str = "") -> T | None:
        """Ask, and wait for the answer; None where the operator goes back.

        The question stays in view, with what was typed, until it is closed: asked again it says `fault`.
        """
        ...

    def close(self, question: Question[T]) -> None:
        """Take a question out of view."""
        ...

    def progress(self, question: Question[T], text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Say in an open question what is going on (step `done` of `of`), or what came of something.

        The event is set where the operator asks to stop.
        """
        ...

    def say(self, text: str) -> None:
        """Say something that stays when all questions are closed."""
        ...

    def reload(self, select: str | None = None) -> None:
        """Have the list read again, and the client with this id selected."""
        ...

    def select(self, client_id: str) -> None:
        """Have this client selected in the list, if it is shown."""
        ...

    def key(self, command: str) -> str:
        """The key that this command is bound to, as it stands in a sentence."""
        ...


async def ask_once(host: FlowHost, question: Question[T]) -> T | None:
    """Ask a question that closes with its first answer."""
    try:
        return await host.ask(question)
    finally:
        host.close(question)


async def ask_until_right(
    host: FlowHost, question: Question[T], fault_in: Callable[[T], Awaitable[str | None]]
) -> T | None:
    """Ask until `fault_in` finds nothing wrong with the answer, or the operator goes back."""
    fault: str | None = None
    try:
        while (answer := await host.ask(question, f"✗ {fault}" if fault else "")) is not None:
            fault = await fault_in(answer)
            if not fault:
                return answer
        return None
    finally:
        host.close(question)
