"""Shows and deletes clients, and prints a token."""

from collections.abc import Sequence

from butlr_tui.flows.wording import how_deletion_ended
from butlr_tui.http.errors import ServiceError
from butlr_tui.ids import created_at, ksuid_of
from butlr_tui.listing.export import objects
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import Deleted, DeleteUnclear, NotDeleted
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lookup import NotOne, listed, looks_like_an_id, one_of, with_id
from butlr_tui.plain.output import code_for, print_json, print_line
from butlr_tui.system.streams import tell
from butlr_tui.text import quoted, safe

_WORST_FIRST = (Exit.UNKNOWN, Exit.SIGN_IN, Exit.NOBODY_ANSWERS, Exit.FAILED)


async def show(session: Session, word: str, *, as_json: bool) -> Exit:
    """Print the client with this id or name: a line for each of its fields, or one JSON object."""
    try:
        client = await with_id(session, word) or one_of(await listed(session), word)
    except NotOne as fault:
        tell(str(fault))
        return fault.code
    if as_json:
        print_json(objects([client])[0])
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


async def delete(session: Session, words: Sequence[str]) -> Exit:
    """Delete the clients with these ids or names, one after the other.

    Deletes nothing where a word means no client or several. Goes on after one that failed; the code tells the
    worst.
    """
    try:
        clients = await _meant(session, words)
    except NotOne as fault:
        tell(f"{fault}\nNothing is deleted.")
        return fault.code
    except ServiceError as error:
        tell(f"{error.message} Nothing is deleted.")
        return code_for(error)
    codes = [await _delete_one(session, client) for client in clients]
    return next((code for code in _WORST_FIRST if code in codes), Exit.DONE)


async def _meant(session: Session, words: Sequence[str]) -> list[Client]:
    """The clients that are to go, each once. Raises NotOne for all words that mean none or several."""
    found: dict[str, Client] = {}
    names: list[str] = []
    for word in words:
        if session.profile.read_only or ksuid_of(word) or await with_id(session, word):
            found[word] = Client(id=word, client_id=word)
        else:
            names.append(word)
    faults: list[NotOne] = []
    clients = await listed(session) if names else []
    for name in names:
        try:
            found[name] = one_of(clients, name)
        except NotOne as fault:
            if fault.code is Exit.FAILED and looks_like_an_id(name):
                found[name] = Client(id=name, client_id=name)
            else:
                faults.append(fault)
    if faults:
        raise NotOne(max(fault.code for fault in faults), "\n".join(map(str, faults)))
    return list({client.id: client for client in (found[word] for word in words)}.values())


async def _delete_one(session: Session, client: Client) -> Exit:
    client_id = safe(client.id)
    outcome = await session.delete(client)
    shown = f"{client_id} ({quoted(client.name)})" if client.name else client_id
    look = f"look with `butlr-tui show {client_id}`"
    tell(how_deletion_ended(outcome, shown, kept="is not deleted.", look=look))
    match outcome:
        case Deleted():
            return Exit.DONE
        case DeleteUnclear():
            return Exit.UNKNOWN
        case NotDeleted(error=error):
            return code_for(error)
    return Exit.FAILED  # it was gone already


async def token(session: Session, *, as_header: bool) -> Exit:
    """Print a token, or the header that it goes into: in a pipe it is in no argument, which others see."""
    secret = (await session.token()).get_secret_value()
    print_line(f"Authorization: Bearer {secret}" if as_header else secret)
    return Exit.DONE
