"""Lists, shows and deletes clients, and prints a token."""

from collections.abc import Sequence

from butlr_tui.flows.wording import how_deletion_ended
from butlr_tui.http.errors import BadItems
from butlr_tui.ids import created_at
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import Deleted, DeleteUnclear, NotDeleted
from butlr_tui.operations.session import Session
from butlr_tui.plain.output import Exit, code_for, print_json, print_line, print_table, tell
from butlr_tui.text import counted, safe

_HEAD = ("NAME", "CLIENT ID", "CREATED")
_WORST_FIRST = (Exit.UNKNOWN, Exit.SIGN_IN, Exit.NOBODY_ANSWERS, Exit.FAILED)


async def list_clients(session: Session, *, as_json: bool) -> Exit:
    """Print all clients: a table, or one JSON array. What is no client is told, and makes it fail."""
    flaw: BadItems | None = None
    try:
        clients = await session.list()
    except BadItems as error:
        clients, flaw = error.good, error
    if as_json:
        print_json(clients)
    else:
        print_table([_HEAD, *(_row(client) for client in clients)])
        tell(counted(len(clients), "client"))
    if flaw is not None:
        tell(flaw.message)
        return Exit.FAILED
    return Exit.DONE


async def show(session: Session, client_id: str, *, as_json: bool) -> Exit:
    """Print one client: a line for each of its fields, or one JSON object."""
    client = await session.show(client_id)
    if as_json:
        print_json(client)
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
    codes = [await _delete_one(session, client_id) for client_id in client_ids]
    return next((code for code in _WORST_FIRST if code in codes), Exit.DONE)


async def _delete_one(session: Session, client_id: str) -> Exit:
    shown = safe(client_id)
    outcome = await session.delete(Client(id=client_id, client_id=client_id))
    look = f"look with `butlr-tui show {shown}`"
    tell(how_deletion_ended(outcome, shown, kept="is not deleted.", look=look))
    match outcome:
        case Deleted():
            return Exit.DONE
        case DeleteUnclear():
            return Exit.UNKNOWN
        case NotDeleted(error=error):
            return code_for(error)
    return Exit.FAILED  # it was gone already


async def token(session: Session) -> Exit:
    """Print a token, for `Authorization: Bearer $(butlr-tui token)`."""
    print_line((await session.token()).get_secret_value())
    return Exit.DONE


def _row(client: Client) -> tuple[str, str, str]:
    created = created_at(client.client_id)
    return safe(client.name), safe(client.client_id), f"{created:%Y-%m-%d}" if created else ""
