"""A host that answers as a test wrote it down: flows run as they do in the app, without a screen.

Each answer is typed in the plain prompts, where they offer it, and the flow gets what they make of it.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.host import FlowHost, Question
from butlr_tui.models import Client
from butlr_tui.operations.clipboard import Clipboard
from butlr_tui.operations.session import Session
from tests.flows.typist import NotOffered, Typist, assert_no_secret, is_same, leaves
from tests.support.world import NOW, World

T = TypeVar("T")
PATIENCE = 10.0
"""Seconds after which something will not come any more."""


@dataclass(frozen=True)
class After:
    """An answer that the operator gives once a text was told."""

    text: str
    answer: Any


class ScriptedHost:
    """Gives the answers in their order, one for each question, and notes what the operator would see."""

    def __init__(self, answers: Iterable[Any] = ()) -> None:
        self._answers = list(answers)
        self.asked: list[Question[Any]] = []
        """Each question, as often as it was asked."""
        self.faults: list[str] = []
        """What was said with each."""
        self.open: list[Question[Any]] = []
        """Those that are in view."""
        self.told: list[str] = []
        """What was told while something was under way."""
        self.said: list[str] = []
        self.reloads: list[str | None] = []
        self.selected: list[str] = []
        self._told = asyncio.Event()
        self._typist = Typist()

    @property
    def transcript(self) -> str:
        """All that the plain prompts printed."""
        return self._typist.transcript

    async def ask(self, question: Question[T], fault: str = "") -> T | None:
        """The next answer, once what it comes after was told. A callable gets the question."""
        self.asked.append(question)
        self.faults.append(fault)
        if question not in self.open:
            self.open.append(question)
        assert self._answers, f"nobody answers {question.title!r}"
        answer = self._answers.pop(0)
        if isinstance(answer, After):
            await self._tells(answer.text)
            answer = answer.answer
        if callable(answer):
            answer = answer(question)
        try:
            got = await self._typist.answers(question, fault, answer)
        except NotOffered:
            return answer  # type: ignore[no-any-return]
        assert is_same(answer, got), f"{answer!r} came to {got!r}:\n{self.transcript}"
        assert_no_secret(self.transcript, self.open)
        return answer if leaves(answer) else got

    async def _tells(self, text: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while not (self.told and text in self.told[-1]):
                self._told.clear()
                await self._told.wait()

    def close(self, question: Question[T]) -> None:
        """Take it out of view."""
        self.open.remove(question)
        self._typist.closes(question)

    def progress(self, question: Question[T], text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Note what is told."""
        self.told.append(text)
        self._told.set()
        self._typist.sees(question, text, done, of)
        return asyncio.Event()

    def say(self, text: str) -> None:
        """Note what is said."""
        self.said.append(text)

    def reload(self, select: str | None = None) -> None:
        """Note which client is to be selected."""
        self.reloads.append(select)

    def select(self, client_id: str) -> None:
        """Note which client is selected."""
        self.selected.append(client_id)

    def key(self, command: str) -> str:
        """A key that tells which command it is of."""
        return f"<{command}>"


def as_host(scripted: ScriptedHost) -> FlowHost:
    """The type checker sees that it is one."""
    return scripted


def in_context(
    world: World, session: Session, write: Callable[[str], None] = lambda sequence: None
) -> FlowContext:
    """What a flow works with in a world; the list is as it was read last by this session's service."""
    terminal = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/9", "HOME": str(Path.home())}
    service = world.service
    return FlowContext(
        session,
        Clipboard(write, terminal),
        lambda: NOW,
        lambda: [
            as_client(record.client_id, record.name, record.description)
            for record in service.store.list(service.root.client_id)
        ],
    )


def as_client(client_id: str, name: str, description: str) -> Client:
    """A client as the list gives it."""
    return Client(client_id, client_id, name, description)
