"""What a client's id says: the moment of its creation, where it is a KSUID.

Reads them by itself: the library takes three times as long for a row, and its import holds up the first ones.
"""

from datetime import UTC, datetime
from typing import Final

_KSUID_LENGTH: Final = 27
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_SECONDS_BITS: Final = 32
_PAYLOAD_BITS: Final = 128
_EPOCH: Final = 1_400_000_000
"""Seconds since 1970 at which KSUIDs begin to count."""

ABOVE_ALL_KSUIDS: Final = "aWgEPTl1tmebfsQzFP4bxwgy80W"
"""One more than the highest: it sorts after all of them."""


def ksuid_of(client_id: str) -> str | None:
    """The KSUID in `prefix_<KSUID>`, or None for an opaque id. KSUIDs sort by time as strings.

    Source: CONTRACT.md, "Ids".
    """
    tail = client_id[-_KSUID_LENGTH:]
    if client_id[:-_KSUID_LENGTH].endswith("_") and tail.isalnum() and tail.isascii():
        return tail
    return None


def created_at(client_id: str) -> datetime | None:
    """When the id was made (UTC), or None where the id does not say.

    Costs some microseconds: call it for the rows in view, not for all.
    """
    tail = ksuid_of(client_id)
    if tail is None:
        return None
    number = 0
    for digit in tail:
        number = number * 62 + _VALUES[digit]
    seconds = number >> _PAYLOAD_BITS
    if seconds >= 1 << _SECONDS_BITS:  # 27 characters can hold more than a KSUID's 160 bits
        return None
    return datetime.fromtimestamp(_EPOCH + seconds, UTC)


def lowest_ksuid(moment: datetime) -> str:
    """The KSUID that sorts before all others made at `moment` (to the second) or later."""
    seconds = max(0, int(moment.timestamp()) - _EPOCH)
    if seconds >= 1 << _SECONDS_BITS:
        return ABOVE_ALL_KSUIDS
    number = seconds << _PAYLOAD_BITS
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return digits.rjust(_KSUID_LENGTH, "0")
