"""The plain commands: for scripts, and for those whom a full-screen program does not serve.

Data goes to stdout, words to stderr. They stand on the same operations as the app.
"""

import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from enum import IntEnum

from butlr_tui.http.errors import ServiceError, SignInNeeded, Unreachable
from butlr_tui.ids import created_at
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import AlreadyGone, Deleted, DeleteUnclear, NotDeleted
from butlr_tui.operations.session import Session
from butlr_tui.text import safe, width


class Exit(IntEnum):
    """What the exit code of a command says."""

    DONE = 0
    FAILED = 1
    """Refused or failed."""
    USAGE = 2
    UNKNOWN = 3
    """It may or may not have happened."""
    NOBODY_ANSWERS = 4
    SIGN_IN = 5
    """The credentials are not, or no longer, accepted."""


def code_for(error: ServiceError) -> Exit:
    """The exit code that tells this error."""
    if isinstance(error, Unreachable):
        return Exit.NOBODY_ANSWERS
    if isinstance(error, SignInNeeded):
        return Exit.SIGN_IN
    return Exit.FAILED


async def run(session: Session, command: Callable[[Session], Awaitable[Exit]]) -> Exit:
    """Run one command and close the session, telling what went wrong on stderr."""
    try:
        return await command(session)
    except ServiceError as error:
        tell(error.happened)
        return code_for(error)
    finally:
        await session.aclose()


async def list_clients(session: Session, *, as_json: bool) -> Exit:
    """All clients: a table, or one JSON array."""
    clients = await session.list()
    if as_json:
        print_json([_fields(each) for each in clients])
    else:
        _print_table(clients)
        tell(f"{len(clients):,} client{'' if len(clients) == 1 else 's'}")
    return Exit.DONE


async def show(session: Session, client_id: str, *, as_json: bool) -> Exit:
    """One client."""
    client = await session.show(client_id)
    if as_json:
        print_json(_fields(client))
        return Exit.DONE
    created = created_at(client.client_id)
    rows = {"name": client.name, "description": client.description, "id": client.id}
    if client.client_id != client.id:
        rows["client id"] = client.client_id
    if created:
        rows["created"] = f"{created:%Y-%m-%d %H:%M} UTC (from the id)"
    for label, value in rows.items():
        print_line(f"{label:<12} {safe(value)}")
    return Exit.DONE


async def delete(session: Session, client_ids: Sequence[str]) -> Exit:
    """Delete clients, one after the other. Goes on after one that failed; the code tells the worst."""
    codes = [await _delete_one(session, each) for each in client_ids]
    return next((each for each in _WORST_FIRST if each in codes), Exit.DONE)


_WORST_FIRST = (Exit.UNKNOWN, Exit.SIGN_IN, Exit.NOBODY_ANSWERS, Exit.FAILED)


async def _delete_one(session: Session, client_id: str) -> Exit:
    shown = safe(client_id)
    match await session.remove(Client(id=client_id, client_id=client_id)):
        case Deleted():
            tell(f"{shown} is deleted.")
            return Exit.DONE
        case AlreadyGone():
            tell(f"{shown} was already gone.")
            return Exit.FAILED
        case NotDeleted(error=error):
            tell(f"{error.happened} {shown} is not deleted.")
            return code_for(error)
        case DeleteUnclear(error=error):
            tell(f"{error.happened} {shown} may or may not be deleted: look with `butlr-tui show {shown}`.")
            return Exit.UNKNOWN


async def token(session: Session) -> Exit:
    """A token, for `Authorization: Bearer $(butlr-tui token)`."""
    print_line((await session.token()).get_secret_value())
    return Exit.DONE


def tell(words: str) -> None:
    """Words for the person, never data."""
    sys.stderr.write(words + "\n")


def print_line(line: str) -> None:
    """A line of data."""
    sys.stdout.write(line + "\n")


def print_json(value: object) -> None:
    """A JSON document. Escapes what is not ASCII, so that nothing in it acts on a terminal."""
    print_line(json.dumps(value))


def _fields(client: Client) -> dict[str, str]:
    return {
        "id": client.id,
        "name": client.name,
        "description": client.description,
        "client_id": client.client_id,
    }


def _print_table(clients: Sequence[Client]) -> None:
    rows = [("NAME", "CLIENT ID", "CREATED")]
    for each in clients:
        created = created_at(each.client_id)
        rows.append((safe(each.name), safe(each.client_id), f"{created:%Y-%m-%d}" if created else ""))
    names = max(width(name) for name, _, _ in rows)
    ids = max(width(client_id) for _, client_id, _ in rows)
    for name, client_id, created_on in rows:
        gap = " " * (names - width(name) + 2)
        print_line(f"{name}{gap}{client_id}{' ' * (ids - width(client_id) + 2)}{created_on}".rstrip())
