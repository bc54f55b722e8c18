"""What a client's id says: the moment of its creation, where it is a KSUID. Makes KSUIDs, too.

A KSUID is 160 bits as 27 digits of base 62: the seconds since `_EPOCH` in 32 bits, then 128 others, most of them
random.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

_KSUID_LENGTH: Final = 27
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_ASCII: Final = _DIGITS.encode()
_VALUE_OF: Final = bytes.maketrans(_ASCII, bytes(range(62)))
_SECONDS_BITS: Final = 32
_PAYLOAD_BITS: Final = 128
_PART_BITS: Final = 16
"""Of the payload of those that are made here: the part of the second."""
_EPOCH: Final = 1_400_000_000
"""Seconds since 1970 at which KSUIDs begin to count."""

_HEAD: Final = 10
"""Digits of a KSUID that nearly always tell its second. So many fit into 64 bits."""
_REST: Final = 62 ** (_KSUID_LENGTH - _HEAD)
"""What the digits after these can tell apart."""

ABOVE_ALL_KSUIDS: Final = "aWgEPTl1tmebfsQzFP4bxwgy80W"
"""One more than the highest: it sorts after all of them."""


def new_ksuid(moment: datetime) -> str:
    """A KSUID of `moment`, with 112 random bits, so that no two are alike.

    Before these it tells which part of its second it is: those of one second sort by time, too, and a database
    writes them side by side.
    """
    import secrets  # takes 10 ms, and the app itself makes no ids

    part = (moment.microsecond << _PART_BITS) // 1_000_000
    return ksuid(
        moment, part.to_bytes(_PART_BITS // 8) + secrets.token_bytes((_PAYLOAD_BITS - _PART_BITS) // 8)
    )


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
    second = _second(client_id)
    return None if second is None else datetime.fromtimestamp(second, UTC)


def created_seconds(client_ids: Sequence[str]) -> list[int | None]:
    """When each id was made, in seconds since 1970, or None where it does not say.

    Takes a tenth of the time of `created_at`, unless one of them does not say: so give slices of a long list.
    """
    return [*(_by_their_heads(client_ids) or map(_second, client_ids))]


def _second(client_id: str) -> int | None:
    tail = ksuid_of(client_id)
    if tail is None:
        return None
    number = 0
    for digit in tail:
        number = number * 62 + _VALUES[digit]
    seconds = number >> _PAYLOAD_BITS
    # 27 characters can hold more than a KSUID's 160 bits
    return None if seconds >= 1 << _SECONDS_BITS else _EPOCH + seconds


def _by_their_heads(client_ids: Sequence[str]) -> list[int] | None:
    """The second of each id, from its first digits alone; None where these leave any of them open."""
    heads = _heads(client_ids)
    if heads is None:
        return None
    earliest = [head * _REST >> _PAYLOAD_BITS for head in heads]
    latest = [(head * _REST + _REST - 1) >> _PAYLOAD_BITS for head in heads]
    if earliest != latest or max(latest, default=0) >= 1 << _SECONDS_BITS:
        return None
    return [_EPOCH + seconds for seconds in earliest]


def _heads(client_ids: Sequence[str]) -> Sequence[int] | None:
    """What the first digits of each KSUID add up to, or None where some id has none.

    Computes with all at once: they stand in one large number, each in 64 bits of its own, which none outgrows.
    """
    count, length = len(client_ids), 1 + _KSUID_LENGTH
    tails = "".join([client_id[-length:] for client_id in client_ids]).encode("ascii", "replace")
    lines = b"_" * count
    if len(tails) != count * length or tails[::length] != lines or tails.translate(None, _ASCII) != lines:
        return None
    digits = tails.translate(_VALUE_OF)
    lanes = bytearray(8 * count)
    number = 0
    for place in range(1, 1 + _HEAD):
        lanes[::8] = digits[place::length]
        number = number * 62 + int.from_bytes(lanes, "little")
    return struct.unpack(f"<{count}Q", number.to_bytes(8 * count, "little"))


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
