"""Where in a shown text the filter's words are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def split(shown: str, words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The text in parts, each with whether it is of a match. `words` are casefolded."""
    if not words:
        yield shown, False
        return
    matched = bytearray(len(shown))
    folded = shown.casefold()
    # A character may fold to several ("ß" to "ss"): where each one of the folded text came from.
    source = (
        range(len(shown))
        if len(folded) == len(shown)
        else [at for at, char in enumerate(shown) for _ in char.casefold()]
    )
    for word in words:
        at = folded.find(word)
        while at >= 0:
            for position in source[at : at + len(word)]:
                matched[position] = True
            at = folded.find(word, at + 1)
    start = 0
    for at in range(1, len(shown) + 1):
        if at == len(shown) or matched[at] != matched[start]:
            yield shown[start:at], bool(matched[start])
            start = at
