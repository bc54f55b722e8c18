"""Which client a word of the command line means: its id, or a name that no other client has."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from butlr_tui.config.nearest import guesses
from butlr_tui.http.errors import BadItems, ClientNotFound, InvalidRequest, NoService
from butlr_tui.ids import created_at, ksuid_of
from butlr_tui.models import Client
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.progress import read_list
from butlr_tui.text import age, counted, quoted, safe

_NEAR: Final = 3
"""Clients that are named where there is none as was asked for."""
_LIKE_AN_ID: Final = 0.8
"""All ids begin alike, so one that is meant is spelt more alike than a name."""
_TELLING: Final = 3
"""Characters that tell something where they are only a part of a name or an id."""


class NotOne(Exception):
    """A word means no client, or several. The text says so; `code` is how the command ends."""

    def __init__(self, code: Exit, told: str) -> None:
        super().__init__(told)
        self.code = code


def looks_like_an_id(word: str) -> bool:
    """Whether a client that is not there any more may have had this id."""
    return word.startswith("client_") or ksuid_of(word) is not None


async def with_id(session: Session, word: str) -> Client | None:
    """The client that the service knows under this id, or None where it knows none. Raises ServiceError."""
    try:
        return await session.show(word)
    except (ClientNotFound, NoService, InvalidRequest):  # to a name with a slash no client's address answers
        return None


async def listed(session: Session) -> list[Client]:
    """All clients, for `one_of` to look among. Raises ServiceError, and NotOne where not all could be read."""
    try:
        return await read_list(session)
    except BadItems as error:
        raise NotOne(Exit.FAILED, f"{error.message} A name may be one of theirs too: give an id.") from None


def one_of(clients: Sequence[Client], word: str) -> Client:
    """The one client with this id, else the one with this name. Raises NotOne."""
    found = [client for client in clients if word in (client.id, client.client_id)]
    if not found and word:  # an empty word is a variable that was not set, and never means a client
        found = [client for client in clients if client.name == word]
    if len(found) == 1:
        return found[0]
    raise (
        NotOne(Exit.USAGE, _ambiguous(word, found)) if found else NotOne(Exit.FAILED, _unknown(word, clients))
    )


def _ambiguous(word: str, found: Sequence[Client]) -> str:
    now = datetime.now(UTC)
    lines = [
        f"{counted(len(found), 'client')} have the name {quoted(word)}. Give the id of the one you mean:"
    ]
    for client in found:
        created = created_at(client.client_id)
        lines.append(f"  {safe(client.id)}" + (f"  {age(created, now)}" if created else ""))
    return "\n".join(lines)


def _unknown(word: str, clients: Sequence[Client]) -> str:
    missing = f"There is no client “{safe(word)}”."
    *first, last = [f"{quoted(client.name)} ({safe(client.id)})" for client in _near(word, clients)] or [""]
    if not last:
        return f"{missing} `butlr-tui list` prints all."
    return f"{missing} Did you mean {' or '.join(filter(None, (', '.join(first), last)))}?"


def _near(word: str, clients: Sequence[Client]) -> list[Client]:
    """A few clients whose name or id is spelt much like the word, or holds it."""
    names = guesses(word, {client.name for client in clients}, _NEAR)
    ids = guesses(word, {client.id for client in clients}, _NEAR, _LIKE_AN_ID)
    part = word.casefold() if len(word) >= _TELLING else None
    ranked: list[list[Client]] = [[], [], []]
    for client in clients:
        if client.name in names:
            ranked[0].append(client)
        elif client.id in ids:
            ranked[1].append(client)
        elif part and (part in client.name.casefold() or part in client.id.casefold()):
            ranked[2].append(client)
    return [client for rank in ranked for client in rank][:_NEAR]
