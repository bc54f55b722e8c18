"""Cuts the body of a list into slices, each decoded in a few milliseconds: whole, a long list would stop the app.

Any body may come: what is no list of clients becomes NotAList, what is no client in one is counted apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Final

from pydantic import FailFast, TypeAdapter, ValidationError, WrapValidator
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import from_json, to_json

from butlr_tui.http.error_body import parsed
from butlr_tui.models import ActiveClient, Client
from butlr_tui.text import safe, truncate

_SLICE: Final = 128 << 10
"""Bytes that are decoded between two breaths of the event loop: some 2 ms."""
_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_ITEM_CAP: Final = 1 << 20
"""Bytes that one item may have: what is longer would hold up the event loop, and is no client."""
_BETWEEN: Final = re.compile(rb"\}[ \t\r\n]*(,)[ \t\r\n]*\{")
# The closing quote is optional so that a string without one is passed over once, not once per quote in it.
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_FIRST_KEY: Final = re.compile(rb'\s*\{\s*("(?:[^"\\\x00-\x1f]|\\.){0,80}")')


@cache
def _all(active: bool) -> TypeAdapter[Any]:
    """Fails at the first bad item: a hostile array can hold millions, and each error is an object."""
    return TypeAdapter(
        Annotated[list[ActiveClient], FailFast()] if active else Annotated[list[Client], FailFast()]
    )


def _or_none(value: Any, handler: ModelWrapValidatorHandler[Client]) -> Client | None:
    try:
        return handler(value)
    except ValidationError:
        return None


@cache
def _each(active: bool) -> TypeAdapter[Any]:
    """Slower, so only for a slice in which something is no client."""
    if active:
        return TypeAdapter(list[Annotated[ActiveClient | None, WrapValidator(_or_none)]])
    return TypeAdapter(list[Annotated[Client | None, WrapValidator(_or_none)]])


_PIECE: Final = 500
"""Items that are looked at one by one between two breaths of the event loop."""
_NAMED: Final = 5
"""Bad items whose positions are told."""
_BAD_CAP: Final = 10_000
"""Bad items after which the whole is refused: it is no list of clients, and each of them takes time."""


class NotAList(Exception):
    """The body is no list of clients; the text says why."""


@dataclass(slots=True)
class Bad:
    """The items that are no clients."""

    count: int = 0
    positions: list[int] = field(default_factory=list)
    """Of the first of them, from 1."""
    first: str = ""
    """What is wrong with the very first."""

    def add(self, position: int) -> None:
        """Raises NotAList where they are so many that this is no list of clients any more."""
        self.count += 1
        if self.count <= _NAMED:
            self.positions.append(position)
        if self.count > _BAD_CAP:
            raise NotAList(self.first)

    def told(self) -> str:
        if self.count == 1:
            return f"One item of the service's list is left out: {self.first}."
        numbers = [f"{position:,}" for position in self.positions]
        rest = self.count - len(numbers)
        last = f"{rest:,} more" if rest else numbers.pop()
        return (
            f"{self.count:,} items of the service's list are no clients and left out: "
            f"{', '.join(numbers)} and {last} ({self.first})."
        )


def pieces(body: bytes, start: int, end: int, bad: Bad, active: bool = False) -> Iterator[list[Client]]:
    """The clients among the items between `start` and `end`, piece by piece; what is no client goes to `bad`."""
    position = 0
    while start < end:
        some, stop = _slice(body, start, end, position, active)
        if isinstance(some, list):
            position += len(some)
            yield some
        else:
            bad.first = bad.first or some.why
            items = from_json(b"[%b]" % body[start:stop])
            for at in range(0, len(items), _PIECE):
                piece = _each(active).validate_json(to_json(items[at : at + _PIECE]))
                for offset, one in enumerate(piece):
                    if one is None:
                        bad.add(position + at + offset + 1)
                yield [one for one in piece if one is not None]
            position += len(items)
        start = stop + 1


@dataclass(frozen=True, slots=True)
class _Flawed:
    """JSON, in which an item is no client."""

    why: str


def inside(body: bytes) -> tuple[int, int]:
    """Where the array's items start and end. Nothing but white space may be around its brackets."""
    start, end = _skip(body, 0), len(body.rstrip(b" \t\r\n"))
    if body[start:end] == b"null":
        return end, end
    if body[start : start + 1] != b"[":
        raise NotAList(kind(body))
    if body[end - 1 : end] != b"]" or end - start < 2:
        raise NotAList("an array that does not end as one")
    start, end = _skip(body, start + 1), end - 1
    if body[start : start + 1] in {b",", b"]"} and start < end:
        raise NotAList("item 1 is not a client with an id")
    return start, end


def _slice(
    body: bytes, start: int, end: int, position: int, active: bool
) -> tuple[list[Client] | _Flawed, int]:
    """The first slice of the items between `start` and `end`, and where it ends.

    A slice ends where one item seems to end. If that was inside a string or a nested array, the slice is no
    JSON, and its end is found by counting brackets, which is slower.
    """
    guess = _BETWEEN.search(body, start + _SLICE, min(end, start + _SLICE + _ITEM_CAP))
    stop = guess.start(1) if guess else _end_of_item(body, start, end, position)
    some = _decoded(body[start:stop], position, active)
    if some is None and guess:
        stop = _end_of_item(body, start, end, position)
        some = _decoded(body[start:stop], position, active)
    if some is None:
        raise NotAList("it starts as one and is no JSON")
    return some, stop


def _decoded(items: bytes, position: int, active: bool) -> list[Client] | _Flawed | None:
    """The clients, or None where the items are no JSON."""
    try:
        decoded: list[Client] = _all(active).validate_json(b"[%b]" % items)
        return decoded
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return None
    return _Flawed(_bad_item(first["loc"], position))


def _end_of_item(body: bytes, start: int, end: int, position: int) -> int:
    """Where the first item ends that makes a slice long enough."""
    depth = 0
    limit = min(end, start + _SLICE + _ITEM_CAP)
    if end - start <= _SLICE:
        return end
    for token in _TOKEN.finditer(body, start, limit):
        match token[0]:
            case b"{" | b"[":
                depth += 1
            case b"}" | b"]":
                depth -= 1
                if depth == 0 and token.end() - start >= _SLICE:
                    return _separator(body, token.end(), end)
    if limit == end:
        return end
    raise NotAList(f"item {position + 1}, or one after it, is longer than a client can be")


def _separator(body: bytes, at: int, end: int) -> int:
    """Where the comma is between the item that ends at `at` and the next one; `end` after the last."""
    if _skip(body, at) == end:
        return end
    if comma := _BETWEEN.match(body, at - 1, end):
        return comma.start(1)
    raise NotAList("what follows one of its items is not another")


def _bad_item(loc: tuple[int | str, ...], position: int) -> str:
    number = position + int(loc[0]) + 1
    if len(loc) == 1:
        return f"item {number:,} is not a client with an id"
    return f"the {truncate(safe(str(loc[1])), 40)} of item {number:,} is not text"


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


def _skip(body: bytes, at: int) -> int:
    space = _SPACE.match(body, at)
    return space.end() if space else at
