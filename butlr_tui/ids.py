"""What a client's id says: the moment of its creation, where it is a KSUID. Makes KSUIDs, too.

A KSUID is 160 bits as 27 digits of base 62: the seconds since `_EPOCH` in 32 bits, then 128 random ones.
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


def new_ksuid(moment: datetime) -> str:
    """A KSUID of `moment` with random bits, so that no two are alike."""
    import secrets  # takes 10 ms, and the app itself makes no ids

    return ksuid(moment, secrets.token_bytes(_PAYLOAD_BITS // 8))


def ksuid(moment: datetime, payload: bytes) -> str:
    """The KSUID of `moment` (to the second) with these 16 bytes. Raises ValueError where one does not fit."""
    seconds = int(moment.timestamp()) - _EPOCH
    if not 0 <= seconds < 1 << _SECONDS_BITS:
        raise ValueError(f"a KSUID can't hold {moment}: it counts 2**32 seconds from 2014-05-13")
    if len(payload) * 8 != _PAYLOAD_BITS:
        raise ValueError(f"a KSUID holds 16 bytes beside its moment, not {len(payload)}")
    return _base62(seconds << _PAYLOAD_BITS | int.from_bytes(payload))


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
    return _base62(seconds << _PAYLOAD_BITS)


def _base62(number: int) -> str:
    digits = ""
    while number:
        number, value = divmod(number, 62)
        digits = _DIGITS[value] + digits
    return digits.rjust(_KSUID_LENGTH, "0")
