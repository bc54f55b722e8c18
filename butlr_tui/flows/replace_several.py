"""Replaces several clients, one after the other, as plain `replace ID…` does: their secrets go to one destination.

All is looked at before the first is created. It stops at the first that is not clearly good, and asked again for
the same clients it goes on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.delivery.placeholders import NAME
from butlr_tui.flows.destinations import (
    ANY_FILE,
    first_destination,
    named_destination,
    remember_destination,
)
from butlr_tui.flows.host import AskText
from butlr_tui.flows.replace import replace
from butlr_tui.http.errors import ServiceError
from butlr_tui.operations.create import Delivered, create_and_deliver
from butlr_tui.operations.destinations import BadDestination
from butlr_tui.operations.outcomes import CreatedWithoutSecret, CreateUnclear, NotCreated
from butlr_tui.operations.place import FILE
from butlr_tui.operations.replace_several import SeveralReplacements, successor
from butlr_tui.text import counted, quoted, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.models import Client
    from butlr_tui.operations.create import Outcome
    from butlr_tui.operations.place import Destination

_SHOWN: Final = 6
"""Names that there is room for."""


async def replace_all(host: FlowHost, context: FlowContext, clients: Sequence[Client]) -> bool:
    """Begin to replace one client, or end that; or begin it for several. Whether anything was changed."""
    if not context.list_is_whole():  # the other one of a replacement may be missing
        host.say("The list is still being read: replace once it is whole.")
        return False
    if len(clients) == 1:
        return await replace(host, context, clients[0]) is not None
    try:
        begun = await context.session.replacements(context.known_clients())
    except ServiceError as error:
        host.say(f"✗ {error.message}")
        return False
    several = SeveralReplacements(clients, begun)
    if fault := _fault_in(several):
        host.say(f"✗ {fault} Nothing was created. {host.key('replace')} on it alone says more.")
        return False
    if not several.left:
        host.say(f"✓ All of these are replaced already; {host.key('replace')} on each finishes that.")
        return False
    return await _replace(host, context, several)


def _fault_in(several: SeveralReplacements) -> str:
    """Why not all of those that are left can be replaced; "" where they can."""
    for old in several.left:
        # What is not clear is not begun again here, unlike by the plain command: the list on screen may be old.
        if several.in_the_way(old) is not None:
            return f"{quoted(old.name)} ({safe(old.client_id)}) is part of a replacement that is not ended."
        if fault := successor(old).fault:
            return f"No other client can be made like {quoted(old.name)}: {fault}."
    return ""


async def _replace(host: FlowHost, context: FlowContext, several: SeveralReplacements) -> bool:
    clients = several.left
    first = await first_destination(context.profile)
    question = AskText(
        f"Replace {counted(len(clients), 'client')} on {safe(context.profile.title)}",
        f"{_named(clients)}: a new one each, with the same name and description, another id and another secret. "
        f"The old ones stay until {host.key('replace')} on each finishes it.\n"
        f"Where their secrets go, file:PATH, ssh:HOST:PATH or command:NAME, with {NAME} in it:",
        value=first if NAME in first else FILE + ANY_FILE,
    )
    try:
        to = await _destination(host, context, question, several)
        if to is None:
            return False
        made, why = await _make_all(host, context, question, clients, to)
    finally:
        host.close(question)
    host.say(_told(clients, made, why, host.key("replace")))
    host.reload()
    return True


async def _destination(
    host: FlowHost, context: FlowContext, question: AskText, several: SeveralReplacements
) -> Destination | None:
    """One that takes the secret of each; None where the operator leaves."""
    fault = ""
    while (answer := await host.ask(question, fault)) is not None:
        try:
            to = named_destination(answer.strip(), context)
            fault = next(iter(await several.faults_in([to])), "")
        except BadDestination as error:
            fault = str(error)
        if not fault:
            return to
        fault = f"✗ {fault} Nothing was created."
    return None


async def _make_all(
    host: FlowHost, context: FlowContext, question: AskText, clients: Sequence[Client], to: Destination
) -> tuple[int, str]:
    """How many are replaced, and why it went no further; "" where that was the operator's wish."""
    for made, old in enumerate(clients):
        text = f"{made + 1:,} of {len(clients):,}: {quoted(old.name)}…"
        stop = host.progress(question, text, made, len(clients))
        if stop.is_set():
            return made, ""
        outcome = await create_and_deliver(context.session, successor(old, [to]), context.known_clients())
        if not (isinstance(outcome, Delivered) and outcome.is_good):
            return made, f"{quoted(old.name)} ({safe(old.client_id)}): {_why(outcome)}"
        await remember_destination(context.profile, to)
    return len(clients), ""


def _why(outcome: Outcome) -> str:
    """Why a replacement is not clearly good, as sentences."""
    match outcome:
        case Delivered(created=created, deliveries=[delivery], error=None):
            new = safe(created.credentials.client_id)
            return f"{new} is created, but its secret is not stored: {delivery.said}"
        case Delivered(created=created, error=error) if error is not None:
            new = safe(created.credentials.client_id)
            return f"{new} is created and its secret is stored, but its pair does not sign in yet: {error.message}"
        case CreatedWithoutSecret(client_id=client_id):
            return f"{safe(client_id or 'A new one')} exists, but the service sent no secret."
        case CreateUnclear(error=error):
            return f"{error.message} A new one may or may not exist."
        case NotCreated(error=error):
            return f"{error.message} No new one is created."
    raise TypeError(type(outcome).__name__)


def _told(clients: Sequence[Client], made: int, why: str, again: str) -> str:
    if made == len(clients):
        return (
            f"✓ {counted(made, 'client')} {_are(made)} replaced: their new secrets are stored and sign in. "
            f"{again} on each finishes that, once what uses the old one has moved."
        )
    left = len(clients) - made - bool(why)
    said = f"✗ {made:,} of {counted(len(clients), 'client')} {_are(made)} replaced, {left:,} not begun."
    return (
        f"{said} {why}\n{again} goes on, and on one alone says more." if why else f"{said} {again} goes on."
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _named(clients: Sequence[Client]) -> str:
    names = [quoted(client.name) for client in clients[:_SHOWN]]
    if len(clients) > _SHOWN:
        names.append(f"{len(clients) - _SHOWN:,} more")
    return ", ".join(names)
