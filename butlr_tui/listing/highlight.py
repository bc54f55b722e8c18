"""Where in a shown text the filter's words are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.listing.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def split(shown: str, words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The text in parts, each with whether it is of a match. `words` are folded."""
    if not words:
        yield shown, False
        return
    matched = bytearray(len(shown))
    source: Sequence[int] = range(len(shown) + 1)
    if shown.isascii():
        folded = fold(shown)
    else:  # a character may fold to several ("ß" to "ss") or to none (an accent of its own)
        each = [*map(fold, shown)]
        folded = "".join(each)
        source = [*(at for at, text in enumerate(each) for _ in text), len(shown)]
    for word in words:
        at = folded.find(word)
        while at >= 0:
            end = at + len(word)
            for position in range(source[at], max(source[end - 1] + 1, source[end])):
                matched[position] = True
            at = folded.find(word, at + 1)
    start = 0
    for at in range(1, len(shown) + 1):
        if at == len(shown) or matched[at] != matched[start]:
            yield shown[start:at], bool(matched[start])
            start = at
