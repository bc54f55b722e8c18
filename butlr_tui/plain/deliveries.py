"""What came of taking one secret to one destination or several: in sentences, and as an exit code."""

from collections.abc import Sequence

from butlr_tui.operations.place import Delivery, Disposition
from butlr_tui.plain.exits import Exit


def code_of(deliveries: Sequence[Delivery]) -> Exit:
    """Done, where all that store have stored, and there is one."""
    ends = {delivery.disposition for delivery in deliveries}
    if Disposition.STORED in ends and not any(delivery.refused for delivery in deliveries):
        return Exit.DONE
    if Disposition.CLIPBOARD in ends and Disposition.STORED not in ends:
        return Exit.ONLY_IN_A_CLIPBOARD
    return Exit.SECRET_NOWHERE


def is_anywhere(deliveries: Sequence[Delivery]) -> bool:
    """Whether at least one has stored it."""
    return any(delivery.disposition is Disposition.STORED for delivery in deliveries)


def sentence(delivery: Delivery) -> str:
    """What came of one of several."""
    said = delivery.said
    return f"{said[0].upper()}{said[1:]}." if delivery.disposition is Disposition.STORED else said
