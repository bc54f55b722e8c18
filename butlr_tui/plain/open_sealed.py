"""Opens a pair that was sealed for us, tries it, and takes it to the destination that was named."""

from collections.abc import Sequence
from pathlib import Path

from butlr_tui.delivery.opening import CannotOpen, unseal
from butlr_tui.delivery.pair import NotAPair, read_pair
from butlr_tui.delivery.private_keys import BadPrivateKey, private_keys
from butlr_tui.http.errors import ServiceError
from butlr_tui.models import Credentials
from butlr_tui.operations.deliver import hand_over_later
from butlr_tui.operations.outcomes import Created
from butlr_tui.operations.pair_source import STDIN, CannotRead, content_of, described
from butlr_tui.operations.place import Destination, Disposition
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import code_for
from butlr_tui.system.streams import tell
from butlr_tui.text import safe


async def open_sealed(
    session: Session, to: Destination, place: str, identities: Sequence[Path], client_id: str | None
) -> Exit:
    """Open what lies at `place` with one of our private keys, in memory alone, and take the pair to `to`.

    Nothing is taken anywhere that does not sign in: what is sealed stays where it is. `client_id` says whose it is
    where it is the secret alone.
    """
    name = "client" if place == STDIN else Path(place).name.partition(".")[0]
    kept = f"Nothing was stored; {described(place)} stays as it is."
    pair = await to.check(name) or await _pair(place, identities, client_id)
    if isinstance(pair, str):
        tell(f"{pair} {kept}")
        return Exit.FAILED
    which = safe(pair.client_id)
    try:
        await session.verify(pair)
    except ServiceError as error:
        tell(f"{which} does not sign in: {error.message} {kept}")
        return code_for(error)
    delivery = await hand_over_later(session, Created(name, pair), to)
    match delivery.disposition:
        case Disposition.STORED:
            tell(f"{which} signs in: {delivery.said}.")
            return Exit.DONE
        case Disposition.CLIPBOARD:
            tell(
                f"{which} signs in. {delivery.said} A clipboard is no storage: paste it where it should live."
            )
            return Exit.ONLY_IN_A_CLIPBOARD
    tell(f"{which} signs in, but is stored nowhere: {delivery.said} {described(place)} stays as it is.")
    return Exit.SECRET_NOWHERE


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
