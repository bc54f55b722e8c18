"""Ends a replacement by deleting one of the two clients, never the one that is left."""

from dataclasses import dataclass

from butlr_tui.http.errors import ClientNotFound, ServiceError
from butlr_tui.journal.replacements import Replacement
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import DeleteOutcome, NotDeleted, ReadOnly
from butlr_tui.operations.session import Session


@dataclass(frozen=True, slots=True)
class OtherIsGone:
    """Nothing was deleted, since the client that was to stay is not there."""

    client: Client
    """The one that is left."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Nothing was deleted, since another process works on the create of the new one, or has settled it."""


EndOutcome = DeleteOutcome | OtherIsGone | LeftAlone


async def end(session: Session, replacement: Replacement, *, goes: Client, stays: Client) -> EndOutcome:
    """Delete one of the two, once the one that stays is seen to be there: somebody else may have deleted that one.

    Where that can't be seen, NotDeleted tells why.
    """
    if session.profile.read_only:
        return NotDeleted(goes, ReadOnly(session.profile.name))
    if not replacement.entry.is_open:
        return await _end(session, goes, stays)
    try:
        async with session.handling(replacement.entry) as is_ours:
            return await _end(session, goes, stays) if is_ours else LeftAlone()
    except ServiceError as error:  # the journal can't be read
        return NotDeleted(goes, error.with_traceback(None))


async def _end(session: Session, goes: Client, stays: Client) -> EndOutcome:
    try:
        await session.show(stays.id)
    except ClientNotFound:
        return OtherIsGone(goes)
    except ServiceError as error:
        return NotDeleted(goes, error.with_traceback(None))
    return await session.delete(goes)
