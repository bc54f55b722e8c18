"""Completes the words of the filter, as a shell does."""

from __future__ import annotations

from os.path import commonprefix
from typing import TYPE_CHECKING, Final, NamedTuple

from butlr_tui.listing.query import WORDS, last_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORDS: Final = {
    one.word: one.word + " " * (one.word == one.example) for one in WORDS if one.word.endswith(":")
}
"""What each is completed to: one that stands alone with the space that ends it."""


class Completion(NamedTuple):
    """What is typed up to the cursor, completed as far as can be."""

    text: str
    offered: Sequence[str]
    """What it may become, where that is several or nothing at all."""


def complete(typed: str, names: Iterable[str]) -> Completion:
    """Complete the word that `typed` ends with. `names` are those of the filters that have names.

    A text in quotes, and what stands behind a colon, is the operator's own: for these nothing is offered.
    """
    begun = last_part(typed)
    if begun is None:
        return Completion(typed, ())
    known = _WORDS | {f"@{name}": f"@{name} " for name in names}
    found = [word for word in known if word.casefold().startswith(begun.casefold())]
    if not found:
        return Completion(typed, ())
    whole = known[found[0]] if len(found) == 1 else commonprefix(found)  # noqa: RUF071 (of texts)
    longer = typed.removesuffix(begun) + whole if len(whole) > len(begun) else typed
    return Completion(longer, found if len(found) > 1 else ())
