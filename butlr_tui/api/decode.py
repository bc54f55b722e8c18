"""Bodies to models. Any body may come: what does not fit becomes BadAnswer, which never quotes a value.

Source: contract.md, "The M2M client service"; performance.md, "The decode".
"""

import asyncio
import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import FailFast, SecretStr, TypeAdapter, ValidationError

from butlr_tui.http.errors import BadAnswer
from butlr_tui.http.said import beginning, parsed
from butlr_tui.models import Client
from butlr_tui.text import cut, safe

_SLICE: Final = 128 << 10
"""Bytes that are decoded between two breaths of the event loop: some 2 ms."""
_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_ITEM_CAP: Final = 1 << 20
"""Bytes that one item may have: what is longer would hold up the event loop, and is no client."""
_BETWEEN: Final = re.compile(rb"\}[ \t\r\n]*(,)[ \t\r\n]*\{")
# The closing quote is optional so that a string without one is passed over once, not once per quote in it.
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_FIRST_KEY: Final = re.compile(rb'\s*\{\s*("(?:[^"\\\x00-\x1f]|\\.){0,80}")')

_CLIENT: Final = TypeAdapter(Client)
# Fails at the first bad item: a hostile array can hold millions, and each error is an object.
_CLIENTS: Final = TypeAdapter(Annotated[list[Client], FailFast()])


@dataclass(frozen=True, slots=True)
class NewClient:
    """What a reply to a create holds of the new client; either may be missing where the reply is damaged."""

    client_id: str | None
    secret: SecretStr | None


async def clients(
    body: bytes, on_clients: Callable[[list[Client]], None] | None = None, hide: str = ""
) -> list[Client]:
    """The list, decoded in slices with a breath of the event loop between them.

    `on_clients` hears each slice as soon as it is there. Raises BadAnswer, whose `beginning` has no `hide`.
    """
    try:
        return await _clients(body, on_clients)
    except _NotAList as error:
        why = str(error)
    raise BadAnswer(
        f"The service answered something that is not a list of clients ({why}).",
        beginning=beginning(body, hide),
    )


class _NotAList(Exception):
    """Its text says why."""


async def _clients(body: bytes, on_clients: Callable[[list[Client]], None] | None) -> list[Client]:
    start, end = _inside(body)
    found: list[Client] = []
    with _no_collecting():
        while start < end:
            some, start = _slice(body, start, end, len(found))
            found += some
            if on_clients is not None:
                on_clients(some)
            gc.collect(1)  # the young ones only, now, rather than 100,000 of them at once in the end
            await asyncio.sleep(0)
    return found


def client(body: bytes) -> Client:
    """One client. Raises BadAnswer."""
    try:
        return _CLIENT.validate_json(body)
    except ValidationError:
        pass
    raise BadAnswer(f"The service answered something that is not a client ({_kind(body)}).")


def new_client(body: bytes) -> NewClient:
    """What a reply to a create says of the new client, also where the reply is cut short or not JSON.

    Within a JSON string every quote is escaped, so a name or description can't pass for a field here.
    """
    fields = parsed(body)
    whole = fields if isinstance(fields, dict) else {}
    found = {name: whole.get(name) or _salvaged(body, name) for name in ("id", "client_id", "client_secret")}
    id_, client_id, secret = (one if isinstance(one, str) and one else None for one in found.values())
    return NewClient(client_id or id_, SecretStr(secret) if secret else None)


def _salvaged(body: bytes, name: str) -> object:
    found = re.search(rb'"%b"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.)*")' % name.encode(), body)
    return parsed(found[1]) if found else None


def _inside(body: bytes) -> tuple[int, int]:
    """Where the array's items start and end. Nothing but white space may be around its brackets."""
    start, end = _skip(body, 0), len(body.rstrip(b" \t\r\n"))
    if body[start:end] == b"null":
        return end, end
    if body[start : start + 1] != b"[":
        raise _NotAList(_kind(body))
    if body[end - 1 : end] != b"]" or end - start < 2:
        raise _NotAList("an array that does not end as one")
    start, end = _skip(body, start + 1), end - 1
    if start < end and body[start : start + 1] != b"{":
        raise _NotAList("item 1 is not a client with an id")
    return start, end


def _slice(body: bytes, start: int, end: int, position: int) -> tuple[list[Client], int]:
    """The clients of the first slice of the items between `start` and `end`, and where the next starts.

    A slice ends where one item seems to end. If that was inside a string or a nested array, the slice is no
    JSON, and its end is found by counting brackets, which is slower.
    """
    guess = _BETWEEN.search(body, start + _SLICE, min(end, start + _SLICE + _ITEM_CAP))
    stop = guess.start(1) if guess else _end_of_item(body, start, end, position)
    some = _decoded(body[start:stop], position)
    if some is None and guess:
        stop = _end_of_item(body, start, end, position)
        some = _decoded(body[start:stop], position)
    if some is None:
        raise _NotAList("it starts as one and is no JSON")
    return some, stop + 1


def _decoded(items: bytes, position: int) -> list[Client] | None:
    """The clients, or None where the items are no JSON."""
    try:
        return _CLIENTS.validate_json(b"[%b]" % items)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return None
    raise _NotAList(_bad_item(first["loc"], position))


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
    raise _NotAList(f"item {position + 1}, or one after it, is longer than a client can be")


def _separator(body: bytes, at: int, end: int) -> int:
    """Where the comma is between the item that ends at `at` and the next one; `end` after the last."""
    if _skip(body, at) == end:
        return end
    if comma := _BETWEEN.match(body, at - 1, end):
        return comma.start(1)
    raise _NotAList("what follows one of its items is not another")


def _bad_item(loc: tuple[int | str, ...], position: int) -> str:
    number = position + int(loc[0]) + 1
    if len(loc) == 1:
        return f"item {number} is not a client with an id"
    return f"the {cut(safe(str(loc[1])), 40)} of item {number} is not text"


def _kind(body: bytes) -> str:
    """What came, in a few words: its type and, of an object, its first key."""
    start = _skip(body, 0)
    if key := _FIRST_KEY.match(body, start, start + 2000):
        name = parsed(key[1])
        return f"an object with key “{cut(safe(name), 40)}”" if isinstance(name, str) else "an object"
    if body.strip() in {b"null", b"true", b"false"}:
        return body.strip().decode()
    kinds = {b"": "an empty body", b"{": "an object", b"[": "an array", b'"': "a string"}
    if kind := kinds.get(body[start : start + 1]):
        return kind
    return "a number" if isinstance(parsed(body), int | float) else "no JSON"


def _skip(body: bytes, at: int) -> int:
    space = _SPACE.match(body, at)
    return space.end() if space else at


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Without the cyclic collector: it would walk all clients again and again while they come to be."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
