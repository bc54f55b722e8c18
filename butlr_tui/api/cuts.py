"""Where the items of a list's body begin and end, in bytes that anybody may have sent."""

import re
from collections import deque
from typing import Final

from butlr_tui.http.error_body import parsed
from butlr_tui.text import safe, truncate

SLICE: Final = 128 << 10
"""Bytes that are decoded between two breaths of the event loop: some 2 ms."""
_ITEM_CAP: Final = 1 << 20
"""Bytes that one item may have: what is longer would hold up the event loop, and is no client."""
LONGEST: Final = SLICE + _ITEM_CAP
"""Bytes in which a slice ends."""
_TAIL: Final = 16 << 10
"""Bytes in which the last place between two items is looked for."""
_WHITE: Final = b" \t\r\n"
_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_BETWEEN: Final = re.compile(rb"\}[ \t\r\n]*(,)[ \t\r\n]*\{")
# The closing quote is optional so that a string without one is passed over once, not once per quote in it.
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_FIRST_KEY: Final = re.compile(rb'\s*\{\s*("(?:[^"\\\x00-\x1f]|\\.){0,80}")')
_NO_END: Final = "an array that does not end as one"


class NotAList(Exception):
    """The body is no list of clients; the text says why."""


def inside(body: bytes) -> tuple[int, int]:
    """Where the items of a whole array start and end. Nothing but white space may be around its brackets.

    Raises NotAList.
    """
    start, end = _skip(body, 0), without_white_space(body)
    if body[start:end] == b"null":
        return end, end
    if body[start : start + 1] != b"[":
        raise NotAList(kind(body))
    if end - start < 2:
        raise NotAList(_NO_END)
    start, end = _skip(body, start + 1), closing(body)
    if body[start : start + 1] in {b",", b"]"} and start < end:
        raise NotAList("item 1 is not a client with an id")
    return start, end


def closing(body: bytes) -> int:
    """Where the bracket is that ends the array. Raises NotAList."""
    end = without_white_space(body)
    if body[end - 1 : end] != b"]":
        raise NotAList(_NO_END)
    return end - 1


def end_of_slice(body: bytes, start: int, end: int, number: int, *, is_last: bool) -> int | None:
    """Where the first item ends that makes a slice long enough, and is the last one or has an object behind it.

    Found by counting brackets, which is slow. None where it shows only in what is yet to come, which is nothing
    where this `is_last`. `number` is that of the first item. Raises NotAList.
    """
    depth = 0
    limit = min(end, start + LONGEST)
    if is_last and end - start <= SLICE:
        return end
    for token in _TOKEN.finditer(body, start, limit):
        match token[0]:
            case b"{" | b"[":
                depth += 1
            case b"}" | b"]":
                depth -= 1
                if depth == 0 and token.end() - start >= SLICE:
                    if comma := _BETWEEN.match(body, token.end() - 1, end):
                        return comma.start(1)
                    if is_last and _skip(body, token.end()) >= end:
                        return end
    if limit == end:
        return end if is_last else None
    raise NotAList(f"item {number}, or one after it, is longer than a client can be")


def kind(body: bytes) -> str:
    """What came, in a few words: its type and, of an object, its first key."""
    start = _skip(body, 0)
    if key := _FIRST_KEY.match(body, start, start + 2000):
        name = parsed(key[1])
        return f"an object with key “{truncate(safe(name), 40)}”" if isinstance(name, str) else "an object"
    if body.strip() in {b"null", b"true", b"false"}:
        return body.strip().decode()
    kinds = {b"": "an empty body", b"{": "an object", b"[": "an array", b'"': "a string"}
    if named := kinds.get(body[start : start + 1]):
        return named
    return "a number" if isinstance(parsed(body), int | float) else "no JSON"


def without_white_space(body: bytes) -> int:
    """Where what is not white space ends."""
    return len(body.rstrip(_WHITE))


def first_item(body: bytes) -> int | None:
    """Where the first item starts; None where that does not show yet, or it is no object."""
    start = _skip(body, 0)
    if body[start : start + 1] != b"[":
        return None
    start = _skip(body, start + 1)
    return start if body[start : start + 1] == b"{" else None


def likely_end(body: bytes, start: int) -> int | None:
    """Where a slice that begins at `start` seems to end: maybe in a string, or in a nested array."""
    between = _BETWEEN.search(body, start + SLICE, start + LONGEST)
    return between.start(1) if between else None


def likely_last_end(body: bytes, start: int) -> int | None:
    """Where the last item after `start` seems to end that has another behind it."""
    ends = deque(_BETWEEN.finditer(body, max(start, len(body) - _TAIL)), maxlen=1)
    return ends[0].start(1) if ends else None


def _skip(body: bytes, at: int) -> int:
    space = _SPACE.match(body, at)
    return space.end() if space else at
