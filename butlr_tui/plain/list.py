"""Lists clients: all or those that a filter finds, in the order and the form that is asked for."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from butlr_tui.http.errors import BadItems
from butlr_tui.ids import created_at
from butlr_tui.listing.export import ACTIVITY_FIELDS, FIELDS, FORMS, objects
from butlr_tui.listing.known import Known
from butlr_tui.listing.last_use import is_told
from butlr_tui.listing.query import Query, parse
from butlr_tui.listing.view import Column, Order, picked
from butlr_tui.models import Client
from butlr_tui.operations import last_list
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.progress import read_list
from butlr_tui.plain.table import Yields, print_table
from butlr_tui.system.streams import put, tell
from butlr_tui.system.terminal import columns
from butlr_tui.text import counted, safe, truncate_middle, width

SORTS: Final[Mapping[str, Column]] = {
    "name": Column.NAME,
    "created": Column.CREATED,
    "id": Column.CLIENT_ID,
}

_TABLE_FIELDS: Final = ("name", "client_id", "created")
_HEADINGS: Final = {field: field.replace("_", " ").upper() for field in (*FIELDS, *ACTIVITY_FIELDS)}
_YIELDS: Final = (
    Yields("DESCRIPTION", 12),
    Yields("CREATED", 0),
    Yields("ID", 12),
    Yields("CLIENT ID", 12),
    Yields("NAME", 1),
)
_CUTS: Final = {"ID": truncate_middle, "CLIENT ID": truncate_middle}

_UNTOLD: Final = "This service does not tell when a client was last used."


class BadFilter(Exception):
    """A filter that can't be meant so. The text is for the user: what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clients are asked for, and how."""

    filters: Sequence[str] = ()
    """In the filter's language; all are required."""
    sort: str | None = None
    """One of SORTS; None for the order in which the service sends them."""
    reverse: bool = False
    form: str | None = None
    """One of FORMS; None for a table."""
    fields: Sequence[str] = ()
    """Some of FIELDS and ACTIVITY_FIELDS, in their order; none for those that the form usually has."""

    def queries(self, known: Known) -> list[Query]:
        """What the filters ask for. Raises BadFilter."""
        queries = [parse(text, known=known, is_whole=True) for text in self.filters]
        faults = [
            _pointed_out(text, mistake.start, mistake.end, mistake.says)
            for text, query in zip(self.filters, queries, strict=True)
            for mistake in query.problems
        ]
        if faults:
            raise BadFilter("\n".join(faults))
        return queries

    @property
    def order(self) -> Order | None:
        """As the app sorts by this: the newest before the older ones, names from A on."""
        if self.sort is None:
            return None
        order = Order.by(SORTS[self.sort])
        return order.reversed if self.reverse else order


async def list_clients(session: Session, wanted: Wanted, named: Mapping[str, str]) -> Exit:
    """Print the clients that are wanted. What is no client is told, and makes it fail.

    `named` are the filters that have names.
    """
    known = Known(filters=named)
    try:
        queries = wanted.queries(known)
    except BadFilter as fault:
        tell(str(fault))
        return Exit.USAGE
    clients, flaw = await _read(session)
    await asyncio.to_thread(last_list.keep, session.profile.name, clients)
    words = frozenset[str]().union(*(query.words for query in queries))
    if "made-here" in words:
        known = known._replace(made_here=await session.history.read_made_here())
    if "replacing" in words:
        known = known._replace(replacing=(await session.replacements(clients)).client_ids)
    if words & {"used", "unused"}:
        await session.history.refresh()
        known = known._replace(tried=session.history.tried, tells_use=is_told(clients) or not clients)
    try:
        terms = tuple(term for query in wanted.queries(known) for term in query.terms)
    except BadFilter as fault:
        tell(str(fault))
        return Exit.FAILED
    came = clients[::-1] if wanted.reverse and wanted.sort is None else clients
    shown = picked(came, terms, wanted.order)
    if wanted.form is None:
        _print_table(shown, wanted.fields)
        tell(
            f"{len(shown):,} of {counted(len(clients), 'client')}"
            if terms
            else counted(len(clients), "client")
        )
    else:
        form = FORMS[wanted.form]
        # The others have nothing that a terminal would act on.
        if columns() is not None and wanted.form == "csv":
            shown = [_visible(client) for client in shown]
        asked = wanted.fields
        for part in form.write(shown, asked) if asked else form.of(shown, tells_use=is_told(clients)):
            put(part)
    if set(wanted.fields) & set(ACTIVITY_FIELDS) and clients and not is_told(clients):
        tell(_UNTOLD)
    if flaw is not None:
        tell(flaw.message)
        return Exit.FAILED
    return Exit.DONE


async def _read(session: Session) -> tuple[Sequence[Client], BadItems | None]:
    """All clients, and what was wrong with some of them. Raises ServiceError."""
    while True:
        try:
            clients, flaw = await read_list(session), None
        except BadItems as error:
            clients, flaw = error.good, error
        if not session.may_tell_more(clients):
            return clients, flaw


def _pointed_out(text: str, start: int, end: int, says: str) -> str:
    """What is wrong with a part of the text, and a line that points at it."""
    before, part = safe(text[:start]), safe(text[start:end])
    return f"{says}\n  {before}{part}{safe(text[end:])}\n  {' ' * width(before)}{'^' * width(part)}"


def _visible(client: Client) -> Client:
    safely = {name: safe(getattr(client, name)) for name in ("id", "client_id", "name", "description")}
    return replace(client, **safely)


def _print_table(clients: Sequence[Client], asked: Sequence[str]) -> None:
    fields = asked or _TABLE_FIELDS
    headings = [_HEADINGS[field] for field in fields]
    # A column that was asked for stays.
    yields = [one for one in _YIELDS if one.heading in headings and (one.least or not asked)]
    rows = ([_cell(client, field) for field in fields] for client in clients)
    print_table([headings, *rows], yields, _CUTS)


def _cell(client: Client, field: str) -> str:
    if field == "created":
        created = created_at(client.client_id)
        return f"{created:%Y-%m-%d}" if created else ""
    if field in ACTIVITY_FIELDS:
        return (objects([client], (field,))[0][field] or "").replace("T", " ")
    return safe(getattr(client, field))
