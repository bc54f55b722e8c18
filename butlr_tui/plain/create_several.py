"""Creates a client for each line of a file, one after the other, and none twice for the same line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from butlr_tui.http.errors import ServiceError
from butlr_tui.journal.entries import Event, SourceLine
from butlr_tui.journal.lines import BegunLine, LineState
from butlr_tui.journal.words import where_the_secret_went
from butlr_tui.operations.create import WantedClient
from butlr_tui.operations.destinations import BadDestination
from butlr_tui.operations.own_places import check_own_places, faults_in, known_as
from butlr_tui.operations.place import Destination
from butlr_tui.operations.session import Session, waits_in_words
from butlr_tui.plain.create import NOTHING, Creation, clear_away, may_create
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lines import FileLine
from butlr_tui.plain.one_by_one import one_by_one
from butlr_tui.plain.output import code_for
from butlr_tui.plain.progress import read_list
from butlr_tui.system.streams import tell
from butlr_tui.text import counted, quoted, safe

_FAULTS = 10
"""Faults that are told."""


async def create_several(session: Session, to: Sequence[Destination], lines: Sequence[FileLine]) -> Exit:
    """Create a client for each of these lines, and take its secret to a place of its own at each of `to`.

    All of it is checked before the first POST. Stops at the first that is not clearly good; called again with the
    same lines it goes on from there. What was created before is told by the journal of this machine.
    """
    if not may_create(session):
        return Exit.FAILED
    try:
        check_own_places(to, [line.name for line in lines])
    except BadDestination as fault:
        tell(f"{fault} {NOTHING}")
        return Exit.USAGE
    async with session.creating_from_lines() as is_ours:
        if not is_ours:
            tell(f"Another butlr-tui creates clients from a file right now. {NOTHING}")
            return Exit.FAILED
        await clear_away(session)
        return await _Several(session, to, await session.begun_lines()).run(lines)


@dataclass(frozen=True, slots=True)
class _Several:
    session: Session
    to: Sequence[Destination]
    begun: Mapping[SourceLine, BegunLine]

    async def run(self, lines: Sequence[FileLine]) -> Exit:
        await self.session.token()  # what was begun may be another identity's
        left = []
        for line in lines:
            begun = self.begun.get(self._line(line))
            if begun is not None and begun.state is LineState.DONE:
                _tell_of(line, _created_before(begun))
            elif begun is None or (code := await self._why_not(line, begun)) is None:
                left.append(line)
            else:
                tell(NOTHING)
                return code
        if faults := await faults_in(self.to, [line.name for line in left]):
            more = len(faults) - _FAULTS
            told = [*faults[:_FAULTS], *([f"… and {counted(more, 'fault')} more."] if more > 0 else [])]
            tell("\n".join([*told, NOTHING]))
            return Exit.FAILED
        tell(
            f"{len(left):,} of {counted(len(lines), 'line')} to go. What was created of them from another "
            "machine is not known here."
        )
        return await one_by_one(left, self._create, "line")

    async def _create(self, line: FileLine) -> Exit:
        new = WantedClient(line.name, line.description, self.to, line=self._line(line))
        try:
            return await Creation(self.session, new, lambda text: _tell_of(line, text)).run()
        except ServiceError as error:
            _tell_of(line, f"{error.message} It is not created.")
            return code_for(error)

    async def _why_not(self, line: FileLine, begun: BegunLine) -> Exit | None:
        """Why a line that was begun before can't be created now, told; None where it can."""
        match begun.state:
            case LineState.UNDER_WAY:
                return _under_way(line)
            case LineState.UNCLEAR:
                return await self._may_be_there(line, begun)
        which = safe(begun.entry.client_id or "")
        _tell_of(
            line,
            f"{begun.entry.summary} Delete it (`butlr-tui delete {which} --yes`), or keep it when the app asks "
            "at its start; then start again.",
        )
        return Exit.SECRET_NOWHERE

    async def _may_be_there(self, line: FileLine, begun: BegunLine) -> Exit | None:
        """The same for one whose create got no clear answer: where no client of it is in the list, it can be."""
        entry = begun.entry
        if entry.by is not None and entry.by != self.session.own_id:
            _tell_of(
                line, f"{entry.summary} Whether it exists is seen by {safe(entry.by)} alone: sign in as that."
            )
            return Exit.UNKNOWN
        clients = await read_list(self.session)
        made = await self.session.may_have_made(entry.attempt, clients)
        if not made:
            _tell_of(line, f"{entry.summary} Looking at the list at {waits_in_words()}…")
            made = await self.session.look_for(line.name, {client.id for client in clients})
        if made:
            which = ", ".join(safe(client.client_id) for client in made)
            _tell_of(
                line,
                f"{entry.summary} It may be {which}. Unless a colleague made it, delete it (`butlr-tui delete ID "
                "--yes`), or keep it when the app asks at its start; then start again.",
            )
            return Exit.UNKNOWN
        async with self.session.handling(entry) as is_ours:
            if not is_ours:
                return _under_way(line)
            await self.session.settle(entry, "not in the list")
        return None

    def _line(self, line: FileLine) -> SourceLine:
        return SourceLine(line.name, line.description, known_as(self.to, line.name))


def _created_before(begun: BegunLine) -> str:
    which = f" as {safe(begun.entry.client_id)}" if begun.entry.client_id else ""
    told = f"created before{which}: {where_the_secret_went(begun.entry)}."
    if begun.entry.closed is Event.STORED and begun.entry.not_stored:
        told += f" But {safe('; '.join(begun.entry.not_stored))}"
    return told


def _under_way(line: FileLine) -> Exit:
    _tell_of(line, "another butlr-tui works on it right now.")
    return Exit.FAILED


def _tell_of(line: FileLine, text: str) -> None:
    tell(f"line {line.number}, {quoted(line.name)}: {text}")
