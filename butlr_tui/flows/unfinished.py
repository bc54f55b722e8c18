"""Names the creates of earlier runs whose secrets may be lost, and asks what is to become of their clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from butlr_tui.flows import wording
from butlr_tui.flows.create import Draft
from butlr_tui.flows.delete import delete
from butlr_tui.flows.host import Option, Question, ask_once
from butlr_tui.flows.interrupted import interrupted_deletions
from butlr_tui.http.errors import ServiceError
from butlr_tui.journal.entries import KEPT
from butlr_tui.operations.outcomes import is_gone
from butlr_tui.text import counted, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.journal.unfinished import Unfinished
    from butlr_tui.models import Client

_DELETE: Final = Option("delete", "delete it", "and create it again, with a secret that you store")
_KEEP: Final = Option("keep", "keep it", "its secret is stored, or nobody needs it")
_LOOKED: Final = Option("keep", "I have looked", "compare them by id and age")
_FORGET: Final = Option("keep", "forget it", "no client of it is in the list")
_LATER: Final = Option("later", "decide later", "the next start asks again")
_IDS: Final = 3
"""Ids that are named where a create may have made one of many clients."""


@dataclass(frozen=True, slots=True)
class Case:
    """An earlier create as the operator is asked about it. Its texts are safe to show."""

    text: str
    options: Sequence[Option]
    """The last one decides nothing, and is chosen at first."""


@dataclass(eq=False)
class DecideCases(Question["Sequence[str]"]):
    """What is to become of each of the earlier creates: the answer has the id of an option for each."""

    cases: Sequence[Case]


async def settle_unfinished(host: FlowHost, context: FlowContext) -> Draft | None:
    """Ask about all at once; what to begin the next form with, where one was deleted to be created again."""
    settling = _Settling(host, context)
    try:
        await settling.clear_away()
        await settling.tell_of_deletions()
        await settling.run(await context.session.unfinished(context.known_clients()))
    except ServiceError as error:
        host.say(f"✗ {error.message}")
    return settling.draft


class _Settling:
    """What became of the earlier creates so far, and what is left to say of them."""

    def __init__(self, host: FlowHost, context: FlowContext) -> None:
        self._host = host
        self._context = context
        self._said: list[str] = []
        self._deleted: dict[str, str] = {}
        """By the ids of the clients that are gone: how their deletions ended."""
        self._left_alone = 0
        self._is_written = True
        self._again = ""
        self.draft: Draft | None = None

    async def clear_away(self) -> None:
        """Take away what they had reserved and never used, and say so."""
        if cleared := await self._context.session.clear_away():
            self._said.append(wording.cleared(cleared))
            self._tell()

    async def tell_of_deletions(self) -> None:
        """Say what became of those that were interrupted."""
        if told := await interrupted_deletions(self._context, self._host.key):
            self._said.append(f"! {told}")
            self._tell()

    async def run(self, found: Sequence[Unfinished]) -> None:
        """Close those that explain themselves, and ask about the others."""
        await self._settle_explained([one for one in found if one.explained_by])
        await self._ask([one for one in found if not one.explained_by])

    async def _settle_explained(self, explained: Sequence[Unfinished]) -> None:
        """Close those whose clients were made by later ones, and say so."""
        for one in explained:
            await self._settle(one, f"explained by {one.explained_by}")
        if explained:
            self._said.append(wording.explained(explained))
            self._tell()

    async def _ask(self, found: Sequence[Unfinished]) -> None:
        if not found:
            return
        title = (
            "An earlier create is unfinished"
            if len(found) == 1
            else f"{len(found):,} earlier creates are unfinished"
        )
        chosen = await ask_once(self._host, DecideCases(title, [_case(one) for one in found]))
        for one, answer in zip(found, chosen or (), strict=False):
            if answer == _DELETE.id:
                await self._delete(one, one.candidates[0])
            elif answer == _KEEP.id:
                await self._settle(one, KEPT if one.candidates else "not in the list")
        self._tell()

    async def _settle(self, one: Unfinished, how: str) -> None:
        async with self._context.session.handling(one.entry) as is_ours:
            if is_ours:
                self._is_written &= await self._context.session.settle(one.entry, how)
            else:
                self._left_alone += 1

    async def _delete(self, one: Unfinished, client: Client) -> None:
        """Delete the client, once the operator has confirmed that."""
        async with self._context.session.handling(one.entry) as is_ours:
            if not is_ours:
                self._left_alone += 1
            elif client.id in self._deleted or await self._is_deleted(one, client):
                # Once more for a create that is matched by its name: the deletion closes those that know the id.
                self._is_written &= await self._context.session.settle(one.entry, "deleted")

    async def _is_deleted(self, one: Unfinished, client: Client) -> bool:
        self._host.select(client.id)
        own = client.client_id == self._context.session.own_id
        outcome = await delete(self._host, self._context, client, own=own)
        if outcome is None:
            return False
        said = wording.deleted(outcome, self._host.key)
        if not is_gone(outcome):
            self._said.append(f"✗ {said}")
            return False
        self._deleted[client.id] = f"✓ {said}"
        if one.entry.replaces is None:
            self.draft = Draft(client.name, client.description)
            self._again = f"{self._host.key('new')} creates it again; its name is kept."
        else:
            self._again = (
                f"{self._host.key('replace')} on {safe(one.entry.replaces)} replaces that one again."
            )
        return True

    def _tell(self) -> None:
        """Say all of it, in the place of what was said so far: first what went wrong."""
        said = []
        if not self._is_written:
            said.append(f"✗ {wording.NOT_SETTLED}")
        if self._left_alone:
            said.append(f"! {wording.left_alone(self._left_alone)}")
        said += [*self._said, *self._deleted.values()]
        if self._deleted:
            said[-1] += f" {self._again}"
        if said:
            self._host.say("\n".join(said))


def _case(one: Unfinished) -> Case:
    ids = [safe(client.client_id) for client in one.candidates]
    if not ids:
        return Case(f"{one.entry.summary}\nNo client of it is in the list.", (_FORGET, _LATER))
    # Where the create knows its id, the summary begins with it.
    named = [] if one.entry.client_id is not None else ids[:_IDS]
    if named and len(ids) > _IDS:
        named.append(f"and {counted(len(ids) - _IDS, 'other')}")
    text = "\n".join([one.entry.summary, *named])
    return Case(text, (_DELETE, _KEEP, _LATER) if len(ids) == 1 else (_LOOKED, _LATER))
