"""Shows a client, and prints a token."""

from datetime import UTC, datetime

from butlr_tui.flows import use_words
from butlr_tui.ids import created_at
from butlr_tui.listing.export import ACTIVITY_FIELDS, FIELDS, objects
from butlr_tui.listing.last_use import is_told
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lookup import NotOne, listed, one_of, with_id
from butlr_tui.plain.output import print_json, print_line
from butlr_tui.system.streams import tell
from butlr_tui.text import safe


async def show(session: Session, word: str, *, as_json: bool) -> Exit:
    """Print the client with this id or name: a line for each of its fields, or one JSON object."""
    try:
        client = await with_id(session, word) or one_of(await listed(session), word)
        if session.may_tell_more([client]):
            client = await session.show(client.id)
    except NotOne as fault:
        tell(str(fault))
        return fault.code
    if as_json:
        told = ACTIVITY_FIELDS if is_told([client]) else ()
        print_json(objects([client], (*FIELDS, *told))[0])
        return Exit.DONE
    created = created_at(client.client_id)
    rows = {"name": client.name, "description": client.description, "id": client.id}
    if client.client_id != client.id:
        rows["client id"] = client.client_id
    if created:
        rows["created"] = f"{created:%Y-%m-%d %H:%M} UTC (from the id)"
    await session.history.refresh()
    rows["last used"] = use_words.told(session.history.last_use(client), datetime.now(UTC))
    for label, value in rows.items():
        print_line(f"{label:<12} {safe(value)}")
    return Exit.DONE


async def token(session: Session, *, as_header: bool) -> Exit:
    """Print a token, or the header that it goes into: in a pipe it is in no argument, which others see."""
    secret = (await session.token()).get_secret_value()
    print_line(f"Authorization: Bearer {secret}" if as_header else secret)
    return Exit.DONE
