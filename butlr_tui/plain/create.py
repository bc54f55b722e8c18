"""Creates a client and takes its secret to the destinations that were named, as honestly as the app does."""

import asyncio
from collections.abc import Sequence
from typing import Final

from butlr_tui.contract import fault_in_description, fault_in_name
from butlr_tui.flows.wording import cleared
from butlr_tui.http.errors import ServiceError
from butlr_tui.models import Client
from butlr_tui.operations.deliver import hand_over
from butlr_tui.operations.outcomes import Created, CreatedWithoutSecret, CreateUnclear, NotCreated
from butlr_tui.operations.place import Delivery, Destination, Disposition, SecretPlace
from butlr_tui.operations.session import Look, Session, waits_in_words
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import code_for
from butlr_tui.plain.progress import read_list
from butlr_tui.system.streams import tell
from butlr_tui.text import counted, quoted, safe

_NO_STORAGE: Final = (
    "A clipboard is no storage: paste the secret where it should live first; nobody can show it again."
)


async def create(
    session: Session, to: Sequence[Destination], *, name: str, description: str, replaces: str | None = None
) -> Exit:
    """Create a client with one POST and take its secret to each of `to`, which are checked first, then reserved.

    `replaces` is the client id of the one whose place it is to take: the new pair is then tried too.
    """
    fault = fault_in_name(name) or fault_in_description(description)
    if fault is not None:
        tell(f"{fault[0].upper()}{fault[1:]}. Nothing was created.")
        return Exit.USAGE
    if session.profile.read_only:  # the session would refuse too, but only after a look at the list
        tell(f"The profile {safe(session.profile.name)} is read-only. Nothing was created.")
        return Exit.FAILED
    if left_behind := await session.clear_away():
        tell(cleared(left_behind))
    for one in to:
        if fault := await one.check(name):
            tell(f"{fault} Nothing was created.")
            return Exit.FAILED
    known = await read_list(session)
    try:
        places = [one.place(name) for one in to]
        return await _create(session, places, name, description, known, replaces)
    except asyncio.CancelledError:
        tell(
            f"Interrupted: {quoted(name)} may exist, and its secret may be stored nowhere. `butlr-tui journal` "
            "tells what is known."
        )
        raise


async def _create(
    session: Session,
    places: Sequence[SecretPlace],
    name: str,
    description: str,
    known: list[Client],
    replaces: str | None,
) -> Exit:
    before = [client.id for client in known if client.name == name]
    match await session.create(name, description, places, before=before, replaces=replaces):
        case Created() as created:
            code = await _deliver(session, created, places, replaces)
            return await _try(session, created) if replaces and code is Exit.DONE else code
        case CreatedWithoutSecret(client_id=client_id):
            which = safe(client_id) if client_id else quoted(name)
            tell(
                f"{which} is created, but the service sent no secret, and nobody can show it: "
                f"{_start_again(client_id, replaces)}"
            )
            return Exit.SECRET_NOWHERE
        case NotCreated(error=error):
            tell(f"{error.message} {quoted(name)} is not created.")
            return code_for(error)
        case unclear:
            await _look(session, unclear, known, replaces)
            return Exit.UNKNOWN


async def _deliver(
    session: Session, created: Created, places: Sequence[SecretPlace], replaces: str | None
) -> Exit:
    client_id = created.credentials.client_id
    made = f"{safe(client_id)} is created" + (f" to replace {safe(replaces)}" if replaces else "")
    try:
        deliveries = [await hand_over(session, created, place) for place in places]
    except BaseException:
        for place in places:  # those whose turn never came
            await place.release()
        raise
    code = _code(deliveries)
    start_again = _start_again(client_id, replaces)
    match deliveries:
        case [only]:
            tell(f"{made}{_told_of_one(only, start_again)}")
        case _:
            tell(f"{made}.")
            for delivery in deliveries:
                said = delivery.said
                tell(f"{said[0].upper()}{said[1:]}." if delivery.disposition is Disposition.STORED else said)
            if code is not Exit.DONE:
                tell(_told_of_all(deliveries, start_again))
    return code


def _code(deliveries: Sequence[Delivery]) -> Exit:
    """Done, where all that store have stored, and there is one."""
    ends = {delivery.disposition for delivery in deliveries}
    if Disposition.STORED in ends and not any(delivery.refused for delivery in deliveries):
        return Exit.DONE
    if Disposition.CLIPBOARD in ends and Disposition.STORED not in ends:
        return Exit.ONLY_IN_A_CLIPBOARD
    return Exit.SECRET_NOWHERE


def _told_of_one(delivery: Delivery, start_again: str) -> str:
    """The end of the sentence about the only destination, and what follows."""
    match delivery.disposition:
        case Disposition.STORED:
            return f": {delivery.said}."
        case Disposition.CLIPBOARD:
            return f". {delivery.said} {_NO_STORAGE}"
    return f", but its secret is stored nowhere: {delivery.said} Nobody can show it again: {start_again}"


def _told_of_all(deliveries: Sequence[Delivery], start_again: str) -> str:
    """What it means that not all of several have stored it."""
    ends = {delivery.disposition for delivery in deliveries}
    if Disposition.STORED in ends:
        return f"So it is not everywhere: take it there from where it is stored, or {start_again}"
    if Disposition.CLIPBOARD in ends:
        return _NO_STORAGE
    return f"So its secret is stored nowhere. Nobody can show it again: {start_again}"


async def _try(session: Session, created: Created) -> Exit:
    """Sign in with the new pair: what uses the old one is to be moved to one that works."""
    client_id = safe(created.credentials.client_id)
    try:
        await session.try_pair(created)
    except ServiceError as error:
        tell(f"{client_id} does not sign in yet: {error.message} Try its pair before the old client goes.")
        return Exit.UNKNOWN
    tell(f"{client_id} signs in.")
    return Exit.DONE


async def _look(session: Session, unclear: CreateUnclear, known: list[Client], replaces: str | None) -> None:
    name = quoted(unclear.name)
    tell(f"{unclear.error.message} {name} may or may not exist. Looking at the list at {waits_in_words()}…")
    try:
        found = await session.look_for(unclear.name, {client.id for client in known}, on_look=_tell_look)
    except ServiceError as error:
        tell(f"The list could not be read to find out: {error.message} Look with `butlr-tui list`.")
        return
    if not found:
        tell(f"{name} is not seen yet. Look again with `butlr-tui list` before you create another one.")
    elif len(found) == 1:
        tell(
            f"{safe(found[0].client_id)} is new and probably this one; its secret did not arrive and nobody "
            f"can show it. Unless a colleague made it, {_start_again(found[0].id, replaces)}"
        )
    else:
        tell(
            f"{counted(len(found), 'client')} named {name} are new; yours may be one of them, and its secret "
            f"did not arrive: {', '.join(safe(client.client_id) for client in found)}."
        )


def _tell_look(look: Look) -> None:
    if look.error is not None:
        tell(f"At {look.after:g} s: {look.error.message}")


def _start_again(client_id: str | None, replaces: str | None) -> str:
    which = safe(client_id) if client_id else "ID"
    again = "create it again" if replaces is None else "replace the old one again"
    return f"delete it (`butlr-tui delete {which} --yes`) and {again}."
