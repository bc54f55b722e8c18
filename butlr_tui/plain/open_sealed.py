"""Opens a pair that was sealed for us, tries it, and takes it to the destinations that were named."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from butlr_tui.delivery.opening import CannotOpen, unseal
from butlr_tui.delivery.pair import NotAPair, read_pair
from butlr_tui.delivery.private_keys import BadPrivateKey, private_keys
from butlr_tui.http.errors import ServiceError
from butlr_tui.models import Credentials
from butlr_tui.operations.deliver import hand_over_later
from butlr_tui.operations.outcomes import Created
from butlr_tui.operations.pair_source import CannotRead, content_of, described, name_at
from butlr_tui.operations.place import Delivery, Destination, Disposition
from butlr_tui.operations.session import Session
from butlr_tui.plain.deliveries import code_of, is_anywhere, sentence
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import code_for
from butlr_tui.system.streams import tell
from butlr_tui.text import safe

_NO_STORAGE: Final = "A clipboard is no storage: paste it where it should live."


async def open_sealed(
    session: Session,
    to: Sequence[Destination],
    place: str,
    identities: Sequence[Path],
    client_id: str | None,
) -> Exit:
    """Open what lies at `place` with one of our private keys, in memory alone, and take the pair to each of `to`.

    Nothing is taken anywhere that does not sign in: what is sealed stays where it is. `client_id` says whose it is
    where it is the secret alone.
    """
    name = name_at(place)
    kept = f"Nothing was stored; {described(place)} stays as it is."
    pair = await _fault_in(to, name) or await _pair(place, identities, client_id)
    if isinstance(pair, str):
        tell(f"{pair} {kept}")
        return Exit.FAILED
    which = safe(pair.client_id)
    try:
        await session.verify(pair)
    except ServiceError as error:
        tell(f"{which} does not sign in: {error.message} {kept}")
        return code_for(error)
    deliveries = [await hand_over_later(session, Created(name, pair), one) for one in to]
    code, stays = code_of(deliveries), f"{described(place)} stays as it is."
    match deliveries:
        case [only]:
            tell(f"{which} signs in{_told_of_one(only, stays)}")
        case _:
            tell(f"{which} signs in.")
            for delivery in deliveries:
                tell(sentence(delivery))
            if code is not Exit.DONE:
                tell(_told_of_all(deliveries, stays))
    return code


def _told_of_one(delivery: Delivery, stays: str) -> str:
    """The end of the sentence about the only destination, and what follows."""
    match delivery.disposition:
        case Disposition.STORED:
            return f": {delivery.said}."
        case Disposition.CLIPBOARD:
            return f". {delivery.said} {_NO_STORAGE}"
    return f", but is stored nowhere: {delivery.said} {stays}"


def _told_of_all(deliveries: Sequence[Delivery], stays: str) -> str:
    """What it means that not all of several have stored it."""
    if is_anywhere(deliveries):
        return f"So it is not everywhere. {stays}"
    if code_of(deliveries) is Exit.ONLY_IN_A_CLIPBOARD:
        return _NO_STORAGE
    return f"So it is stored nowhere. {stays}"


async def _fault_in(to: Sequence[Destination], name: str) -> str | None:
    for one in to:
        if fault := await one.check(name):
            return fault
    return None


async def _pair(place: str, identities: Sequence[Path], client_id: str | None) -> Credentials | str:
    """The pair that is sealed there, or why there is none, as a sentence."""
    try:
        keys = private_keys(identities)
        content = await content_of(place)
        return read_pair(await unseal(content.get_secret_value(), keys), client_id)
    except (CannotRead, BadPrivateKey) as fault:
        return str(fault)
    except (CannotOpen, NotAPair) as fault:
        return f"{described(place)}: {fault}"
