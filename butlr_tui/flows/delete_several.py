"""Deletes several clients, once the operator has confirmed how many, and shows what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from butlr_tui.flows import use_words
from butlr_tui.flows.delete import delete
from butlr_tui.flows.host import Question
from butlr_tui.flows.sign_in import sign_in
from butlr_tui.operations.delete_several import SeveralDeletions
from butlr_tui.operations.outcomes import AlreadyGone, Deleted, DeleteUnclear, NotDeleted, is_gone
from butlr_tui.text import counted, quoted, safe

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence, Set
    from datetime import datetime

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.models import Client


@dataclass(eq=False)
class DeleteSeveral(Question[bool]):
    """Whether these clients are to go; then what becomes of each, and whether what is left is tried again.

    It is about the clients that were marked when it was asked first, whatever the list shows by now.
    """

    deletions: SeveralDeletions
    left_out: Client | None
    """The client that signed us in, where only a wider mark was on it."""
    own: bool
    """Whether the client that signed us in is among those that go."""
    protected: bool
    now: datetime
    used: int = 0
    """How many of them are known to be in use."""
    rows: Sequence[Client] = ()
    """The clients in the order in which they are shown: what needs attention comes first."""
    begun: int = 0
    """How many deletions began since it was asked last."""

    def __post_init__(self) -> None:
        self.rows = self.deletions.clients

    @property
    def consequences(self) -> str:
        """What stops, that it is for good, and who is left out."""
        said = "Whatever signs in with them stops working. This can't be undone."
        if self.left_out is not None:
            said += f" {quoted(self.left_out.name)}, which signed you in, is left out; a mark by hand takes it in."
        return said

    @property
    def warning(self) -> str:
        """What speaks against it: what it does to the operator, or that some are in use; "" where nothing does."""
        if self.own:
            return "! One of them is the client that signed you in: deleting it signs you out for good."
        return use_words.warning_of_several(self.used)

    @property
    def to_type(self) -> str:
        """What has to be typed."""
        return str(len(self.deletions.clients))

    @property
    def instruction(self) -> str:
        """What has to be typed, as a sentence."""
        return f"Type how many: {self.to_type}"

    def fault_in(self, typed: str) -> str:
        """Why nothing is deleted by what was typed; "" where it is confirmed."""
        typed = typed.strip()
        if typed.replace(",", "") == self.to_type:
            return ""
        if not typed:
            return f"✗ Nothing is deleted until {self.to_type} is typed."
        return f"✗ {quoted(typed)} is not how many they are, which is {self.to_type}. Nothing is deleted."

    @property
    def is_begun(self) -> bool:
        """Whether anything was deleted, or tried to be."""
        return bool(self.deletions.outcomes or self.deletions.under_way)

    def status(self, client: Client) -> tuple[str, str]:
        """A sign and words for what became of a client; safe to show."""
        if client.id in self.deletions.under_way:
            return "…", "deleting"
        match self.deletions.outcomes.get(client.id):
            case Deleted():
                return "✓", "deleted"
            case AlreadyGone():
                return "✓", "already gone"
            case NotDeleted(error=error):
                return "✗", f"not deleted: {error.message}"
            case DeleteUnclear(error=error):
                return "?", f"unclear: {error.message}"
        return " ", "not begun"

    @property
    def tally(self) -> str:
        """How many ended in which way, as a sentence."""
        outcomes = self.deletions.outcomes.values()
        kinds = ((Deleted, "deleted"), (AlreadyGone, "already gone"), (NotDeleted, "not deleted"))
        counts = [(sum(isinstance(one, kind) for one in outcomes), how) for kind, how in kinds]
        counts.append((sum(isinstance(one, DeleteUnclear) for one in outcomes), "unclear"))
        counts.append((len(self.deletions.not_begun), "not begun"))
        told = ", ".join(f"{count:,} {how}" for count, how in counts if count)
        return f"Of {counted(len(self.deletions.clients), 'client')}: {told}."

    def sort(self) -> None:
        """Put first what needs attention."""
        outcomes = self.deletions.outcomes
        self.rows = sorted(self.deletions.clients, key=lambda client: _weight(outcomes.get(client.id)))
        self.begun = 0


async def delete_all(
    host: FlowHost, context: FlowContext, clients: Sequence[Client], by_hand: Set[str] = frozenset()
) -> bool:
    """Delete one client or several and say how that ended. Whether any is gone.

    Where there are several, the client that signed us in goes only if its id is among those marked `by_hand`.
    """
    own_id = context.session.own_id
    if len(clients) == 1:
        return is_gone(await delete(host, context, clients[0], own=clients[0].client_id == own_id))
    own = next((client for client in clients if client.client_id == own_id), None)
    others = [client for client in clients if client is not own]
    if own is not None and own.id in by_hand:
        return await _delete(host, context, [*others, own], None, own=True)  # it last: the others need it
    return await _delete(host, context, others, own, own=False)


async def _delete(
    host: FlowHost, context: FlowContext, clients: Sequence[Client], left_out: Client | None, *, own: bool
) -> bool:
    deletions = SeveralDeletions(context.session, clients, context.delete_concurrency)
    title = f"Delete {counted(len(clients), 'client')} from {safe(context.profile.title)}"
    history, now = context.session.history, context.clock()
    await history.refresh()
    used = sum(use_words.is_in_use(history.last_use(one), now) for one in clients)
    question = DeleteSeveral(title, deletions, left_out, own, context.profile.protected, now, used)
    fault = ""
    try:
        while await host.ask(question, fault):
            await _run(host, context, question)
            if deletions.gone == len(clients):
                break
            question.sort()
            fault = f"✗ {question.tally}"
            if deletions.hindrance is not None:
                fault += f" {deletions.hindrance.message}"
    finally:
        host.close(question)
    if question.is_begun:
        is_whole = deletions.gone == len(clients)
        left = "" if is_whole else f" What is left stays marked; {host.key('delete')} deletes it."
        host.say(f"{'✓' if is_whole else '✗'} {question.tally}{left}")
        host.reload()
    return deletions.gone > 0


async def _run(host: FlowHost, context: FlowContext, question: DeleteSeveral) -> None:
    """Delete what is not begun, or try again what is left; where the sign-in ends, ask once and go on."""
    deletions = question.deletions
    question.begun = 0
    deletions.try_again(deletions.left)
    stop = _tell(host, question)

    def changed(client: Client) -> None:
        question.begun += client.id in deletions.under_way
        _tell(host, question)

    while True:
        await deletions.run(stop, changed)
        error = deletions.hindrance
        if stop.is_set():
            deletions.spare_the_rest()
            return
        if error is None or not deletions.needs_sign_in:
            return
        if not await sign_in(host, context, error.message):
            return
        deletions.try_again(deletions.refused)


def _tell(host: FlowHost, question: DeleteSeveral) -> asyncio.Event:
    deletions = question.deletions
    left = len(deletions.outcomes) - deletions.gone
    text = f"{left:,} {'is' if left == 1 else 'are'} not deleted" if left else ""
    return host.progress(question, text, len(deletions.outcomes), len(deletions.clients))


def _weight(outcome: object) -> int:
    """Those that are left, then those not begun, then those that are gone."""
    if outcome is None:
        return 1
    return 2 if is_gone(outcome) else 0
