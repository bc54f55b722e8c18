"""What came of taking one secret to one destination or several: in sentences, and as an exit code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from butlr_tui.operations.place import Delivery, Disposition, is_stored
from butlr_tui.plain.exits import Exit
from butlr_tui.text import sentence


def code_of(deliveries: Sequence[Delivery]) -> Exit:
    """Done, where all that store have stored, and there is one."""
    if is_stored(deliveries):
        return Exit.DONE
    ends = {delivery.disposition for delivery in deliveries}
    if Disposition.CLIPBOARD in ends and Disposition.STORED not in ends:
        return Exit.ONLY_IN_A_CLIPBOARD
    return Exit.SECRET_NOWHERE


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a command says where not all is stored, since each knows something else that can be done."""

    only_one: str
    """The part of a sentence about the only destination, which has not stored it."""
    none: str
    """The sentence about several of which none has."""
    then: str
    """What that means, or what to do: after either of these."""
    some: str
    """What it means that some have and others have not."""
    copied: str
    """What it means that it is in no more than a clipboard."""


def tell_of(
    deliveries: Sequence[Delivery], done: str, shortfall: Shortfall, say: Callable[[str], None]
) -> Exit:
    """Say that `done` came to pass, and what came of each delivery after it. The code for all of them."""
    code = code_of(deliveries)
    match deliveries:
        case [only]:
            say(f"{done}{_told_of_one(only, shortfall)}")
        case _:
            say(f"{done}.")
            for delivery in deliveries:
                say(_sentence(delivery))
            if code is not Exit.DONE:
                say(_told_of_all(deliveries, shortfall))
    return code


def _told_of_one(delivery: Delivery, shortfall: Shortfall) -> str:
    """The end of the sentence about the only destination, and what follows."""
    match delivery.disposition:
        case Disposition.STORED:
            return f": {delivery.said}."
        case Disposition.CLIPBOARD:
            return f". {delivery.said} {shortfall.copied}"
    return f", but {shortfall.only_one}: {delivery.said} {shortfall.then}"


def _told_of_all(deliveries: Sequence[Delivery], shortfall: Shortfall) -> str:
    """What it means that not all of several have stored it."""
    if any(delivery.disposition is Disposition.STORED for delivery in deliveries):
        return shortfall.some
    if code_of(deliveries) is Exit.ONLY_IN_A_CLIPBOARD:
        return shortfall.copied
    return f"{shortfall.none} {shortfall.then}"


def _sentence(delivery: Delivery) -> str:
    """What came of one of several."""
    said = delivery.said
    return f"{sentence(said)}." if delivery.disposition is Disposition.STORED else said
