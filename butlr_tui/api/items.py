"""Decodes a list's items, and counts those that are no clients."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Final, NamedTuple

from pydantic import FailFast, TypeAdapter, ValidationError, WrapValidator
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import from_json, to_json

from butlr_tui.api.cuts import NotAList
from butlr_tui.models import ActiveClient, Client
from butlr_tui.text import safe, truncate

_PIECE: Final = 500
"""Items that are looked at one by one between two breaths of the event loop."""
_NAMED: Final = 5
"""Bad items whose positions are told."""
_BAD_CAP: Final = 10_000
"""Bad items after which the whole is refused: it is no list of clients, and each of them takes time."""


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


class Flawed(NamedTuple):
    """JSON, in which an item is no client."""

    why: str


class Items:
    """Decodes the items of one list, some after the others."""

    def __init__(self, active: bool) -> None:
        self.bad = Bad()
        self._active = active
        self._position = 0
        """How many there were already."""

    def decoded(self, items: bytes) -> list[Client] | Flawed | None:
        """The clients that come next, if they all are; None where the items are no JSON."""
        try:
            clients: list[Client] = _all(self._active).validate_json(b"[%b]" % items)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        else:
            self._position += len(clients)
            return clients
        if first["type"] == "json_invalid":
            return None
        return Flawed(_bad_item(first["loc"], self._position))

    def each(self, items: bytes, flawed: Flawed) -> Iterator[list[Client]]:
        """The clients among what is `flawed`, piece by piece. Raises NotAList."""
        self.bad.first = self.bad.first or flawed.why
        values = from_json(b"[%b]" % items)
        for at in range(0, len(values), _PIECE):
            piece = _each(self._active).validate_json(to_json(values[at : at + _PIECE]))
            for offset, one in enumerate(piece):
                if one is None:
                    self.bad.add(self._position + offset + 1)
            self._position += len(piece)
            yield [one for one in piece if one is not None]

    @property
    def following(self) -> int:
        """The number of the next one."""
        return self._position + 1


def _bad_item(loc: tuple[int | str, ...], position: int) -> str:
    number = position + int(loc[0]) + 1
    if len(loc) == 1:
        return f"item {number:,} is not a client with an id"
    return f"the {truncate(safe(str(loc[1])), 40)} of item {number:,} is not text"
