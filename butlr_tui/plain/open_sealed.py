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
from butlr_tui.operations.place import Destination
from butlr_tui.operations.session import Session
from butlr_tui.plain.deliveries import Shortfall, tell_of
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
    stays = f"{described(place)} stays as it is."
    shortfall = Shortfall(
        only_one="is stored nowhere",
        none="So it is stored nowhere.",
        then=stays,
        some=f"So it is not everywhere. {stays}",
        copied=_NO_STORAGE,
    )
    return tell_of(deliveries, f"{which} signs in", shortfall, tell)


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
