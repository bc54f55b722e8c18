"""What a session writes down of its creates and deletions; nothing where it has no journal."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from pathlib import Path

from butlr_tui.config.profiles import Profile
from butlr_tui.http.errors import NotSent
from butlr_tui.journal.entries import Entry, Event, SourceLine
from butlr_tui.journal.journal import Journal, JournalError
from butlr_tui.journal.lines import BegunLine
from butlr_tui.journal.replacements import Replacement, Replacements, State
from butlr_tui.journal.unfinished import Unfinished
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import (
    AlreadyGone,
    Created,
    CreatedWithoutSecret,
    CreateOutcome,
    CreateUnclear,
    Deleted,
    DeleteOutcome,
    NotDeleted,
)


class Records:
    """The journal of one service. All of it waits in a thread: a disk may take its time."""

    def __init__(self, journal: Journal | None, profile: Profile) -> None:
        self._journal = journal
        self._url = profile.base_url
        self._profile = profile.name

    def release(self) -> None:
        """Leave what is open to the next start."""
        if self._journal is not None:
            self._journal.release()

    async def begin_create(
        self,
        name: str,
        by: str | None,
        before: Collection[str],
        reserved: Collection[Path],
        replaces: str | None = None,
        line: SourceLine | None = None,
    ) -> str:
        """Begin the entry of a create; its attempt. Raises NotSent: no create without its entry."""
        if self._journal is None:
            return ""
        try:
            return await asyncio.to_thread(
                self._journal.create,
                self._url,
                self._profile,
                name,
                by,
                sorted(before),
                reserved,
                replaces,
                line,
            )
        except JournalError as error:
            raise NotSent(
                f"{error} Nothing was sent, since without it a secret could be lost unnoticed: see to it that "
                "there is room, and that you may write there."
            ) from None

    async def create_ended(self, outcome: CreateOutcome) -> None:
        """Writes down how a create ended."""
        match outcome:
            case Created(credentials=credentials):
                await self._note(outcome.attempt, Event.CREATED, client_id=credentials.client_id)
            case CreatedWithoutSecret(client_id=client_id):
                await self._note(outcome.attempt, Event.WITHOUT_SECRET, client_id=client_id)
            case CreateUnclear(error=error):
                await self._note(outcome.attempt, Event.CREATE_UNCLEAR, error.message)
            case _:
                await self._note(outcome.attempt, Event.NOT_CREATED, outcome.error.message)

    async def reserving(self, created: Created, file: Path) -> bool:
        """Writes down which file is about to be made for a secret. False where it can't."""
        return await self._note(created.attempt, Event.RESERVED, reserved=str(file))

    async def delivered(self, created: Created, how: str) -> bool:
        """Writes down that the secret was handed to what is no storage. False where it can't."""
        return await self._note(created.attempt, Event.DELIVERED, how)

    async def not_copied(self, created: Created, why: str) -> bool:
        """Writes down that nothing came of a copy. False where it can't."""
        return await self._note(created.attempt, Event.NOT_COPIED, why)

    async def not_stored(self, created: Created, why: str) -> bool:
        """Writes down that nothing came of a delivery to what would have stored it. False where it can't."""
        return await self._note(created.attempt, Event.NOT_STORED, why)

    async def stored(self, created: Created, how: str) -> bool:
        """Writes down that the secret is stored. False where it can't."""
        return await self._note(created.attempt, Event.STORED, how)

    async def signed_in(self, created: Created) -> bool:
        """Writes down that the new pair signed in. False where it can't."""
        return await self._note(created.attempt, Event.SIGNED_IN)

    async def replacement_over(self, one: Replacement) -> bool:
        """Writes down that a replacement is over though no deletion from here ended it. False where it can't."""
        which = "old" if one.state is State.OLD_GONE else "new"
        return await self._note(one.entry.attempt, Event.REPLACEMENT_OVER, f"the {which} one is gone")

    async def settled(self, attempt: str, how: str) -> bool:
        """Writes down what the operator decided about an open create. False where it can't."""
        return await self._note(attempt, Event.SETTLED, how)

    async def clear_away(self) -> list[Path]:
        """Takes away the files that interrupted creates reserved, where no secret is in them. Which those were."""
        if self._journal is None:
            return []
        try:
            left_over = await asyncio.to_thread(self._journal.left_over, self._url)
        except JournalError:  # whoever creates next is told
            return []
        if not left_over:
            return []
        from butlr_tui.delivery.file import remove_unused  # seldom needed, and each start would wait for it

        cleared = []
        for attempt, file in left_over:
            if await remove_unused(Path(file)):
                await self._note(attempt, Event.RELEASED, reserved=file)
                cleared.append(Path(file))
        return cleared

    async def unfinished(self, clients: Collection[Client]) -> list[Unfinished]:
        """The creates of earlier runs whose secrets are not known to be stored. Raises NotSent."""
        if self._journal is None:
            return []
        try:
            return await asyncio.to_thread(self._journal.unfinished, self._url, clients)
        except JournalError as error:
            raise _unreadable(error) from None

    async def replacements(self) -> Replacements:
        """The replacements that are not ended, as far as the journal tells. Raises NotSent."""
        if self._journal is None:
            return Replacements()
        try:
            return await asyncio.to_thread(self._journal.replacements, self._url)
        except JournalError as error:
            raise _unreadable(error) from None

    async def begun_lines(self) -> Mapping[SourceLine, BegunLine]:
        """The lines of files that creates were begun for. Raises NotSent."""
        if self._journal is None:
            return {}
        try:
            return await asyncio.to_thread(self._journal.begun_lines, self._url)
        except JournalError as error:
            raise _unreadable(error) from None

    @asynccontextmanager
    async def handling(self, attempt: str) -> AsyncIterator[bool]:
        """Keeps others from an open create meanwhile; False where it is not ours to handle. Raises NotSent."""
        if self._journal is None:
            yield False
            return
        async with _held(self._journal.handling(attempt)) as is_ours:
            yield is_ours

    @asynccontextmanager
    async def creating_from_lines(self) -> AsyncIterator[bool]:
        """Keeps others from creating clients from files meanwhile; False where one does. Raises NotSent."""
        if self._journal is None:
            yield True
            return
        async with _held(self._journal.creating_from_lines()) as is_ours:
            yield is_ours

    async def begin_delete(self, client: Client, by: str | None) -> str:
        """Begin the entry of a deletion; its attempt, or "" where it can't be written: no secret is at stake."""
        if self._journal is None:
            return ""
        try:
            return await asyncio.to_thread(self._journal.delete, self._url, self._profile, client, by)
        except JournalError:
            return ""

    async def interrupted_deletions(self) -> list[Entry]:
        """The deletions of earlier runs whose end nobody wrote down. Raises NotSent."""
        if self._journal is None:
            return []
        try:
            return await asyncio.to_thread(self._journal.interrupted_deletions, self._url)
        except JournalError as error:
            raise _unreadable(error) from None

    async def deletion_seen(self, entry: Entry, *, is_listed: bool, is_gone: bool) -> None:
        """Writes down what a later list tells of an interrupted deletion."""
        seen = "in" if is_listed else "not in"
        ended = Event.NOT_DELETED if is_listed else Event.DELETED if is_gone else Event.DELETE_UNCLEAR
        await self._note(entry.attempt, ended, f"interrupted; {seen} the list at the next start")

    async def delete_ended(self, attempt: str, outcome: DeleteOutcome, by: str | None) -> None:
        """Writes down how a deletion ended, and closes the open creates of a client that is gone."""
        match outcome:
            case Deleted(client=client):
                await self._note(attempt, Event.DELETED, by=by)
                await self._gone(client, "deleted")
            case AlreadyGone(client=client):
                await self._note(attempt, Event.ALREADY_GONE, by=by)
                await self._gone(client, "already gone")
            case NotDeleted(error=error):
                await self._note(attempt, Event.NOT_DELETED, error.message, by=by)
            case _:
                await self._note(attempt, Event.DELETE_UNCLEAR, outcome.error.message, by=by)

    async def _gone(self, client: Client, how: str) -> None:
        if self._journal is not None:
            await asyncio.to_thread(self._journal.settle_client, self._url, client.client_id, how)

    async def _note(self, attempt: str, event: Event, how: str = "", **more: str | None) -> bool:
        if self._journal is None or not attempt:
            return False
        # The thread finishes what it writes, also when whoever waits here is cancelled.
        return await asyncio.to_thread(self._journal.note, attempt, event, how, **more)


@asynccontextmanager
async def _held(lock: AbstractContextManager[bool]) -> AsyncIterator[bool]:
    """The lock, taken in a thread. Raises NotSent."""
    with ExitStack() as stack:
        try:
            is_ours = await asyncio.to_thread(stack.enter_context, lock)
        except JournalError as error:
            raise _unreadable(error) from None
        yield is_ours


def _unreadable(error: JournalError) -> NotSent:
    return NotSent(
        f"{error} Whether a secret was lost earlier can't be told, and no client can be created: see to it that "
        "you may read and write there."
    )
