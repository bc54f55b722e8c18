"""How a cell looks, read from and written as the terminal's own codes (SGR, and OSC 8 for links)."""

from functools import lru_cache
from typing import Final, NamedTuple

# The code that switches an attribute on, and the one that switches it off again.
_OFF: Final = {
    1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 21: 24, 51: 54, 52: 54, 53: 55,
}  # fmt: skip
_SHOWN_WITHOUT_A_CHARACTER: Final = frozenset((4, 7, 9, 21, 51, 52, 53))
"""Lines and reversed colours: they show in a blank cell, too."""
_EXTENDED: Final = {"5": 3, "2": 5}
"""How many parameters a colour has after 38 or 48: one of 256, or red, green and blue."""
_KNOWN: Final = 4_096
"""Styles and changes between them that are remembered; an app has some dozens."""


class Style(NamedTuple):
    """How a cell looks."""

    attributes: frozenset[int] = frozenset()
    """By the codes that switch them on."""
    foreground: str = ""
    """The parameters that select it; empty for the terminal's own."""
    background: str = ""
    link: str = ""
    """What follows `OSC 8 ;`: parameters and address."""


PLAIN: Final = Style()


@lru_cache(_KNOWN)
def styled(style: Style, parameters: str) -> Style:
    """`style` after the sequence `CSI parameters m`. Codes that are not known here change nothing."""
    attributes, foreground, background, link = style
    codes = parameters.split(";")
    while codes:
        code = int(codes[0] or 0)
        taken = 1
        if code == 0:
            attributes, foreground, background = frozenset(), "", ""
        elif code in _OFF:
            attributes |= {code}
        elif code in _OFF.values():
            attributes = frozenset(one for one in attributes if _OFF[one] != code)
        elif code in {38, 48}:
            taken = _EXTENDED.get(codes[1] if len(codes) > 1 else "", 1)
            colour = ";".join(codes[:taken])
            foreground, background = (colour, background) if code == 38 else (foreground, colour)
        elif 30 <= code <= 39 or 90 <= code <= 97:
            foreground = "" if code == 39 else codes[0]
        elif 40 <= code <= 49 or 100 <= code <= 107:
            background = "" if code == 49 else codes[0]
        del codes[:taken]
    return Style(attributes, foreground, background, link)


@lru_cache(_KNOWN)
def linked(style: Style, link: str) -> Style:
    """`style` after the sequence `OSC 8 ; link`; one without an address ends the link."""
    return style._replace(link="" if link.endswith(";") else link)


@lru_cache(_KNOWN)
def ground(style: Style) -> Style:
    """What of `style` shows in a blank cell."""
    if style.attributes & _SHOWN_WITHOUT_A_CHARACTER:
        return style
    return Style(background=style.background, link=style.link)


@lru_cache(_KNOWN)
def change(before: Style | None, after: Style) -> str:
    """The shortest sequence after which the terminal writes in the style `after`; None: who knows how now."""
    if before == after:
        return ""
    sequences = [] if before is None else [_altered(before, after)]
    sequences.append(_anew(after))
    link = "" if before is not None and before.link == after.link else _link(before, after)
    return link + min(sequences, key=len)


def _anew(style: Style) -> str:
    codes = [*map(str, sorted(style.attributes)), style.foreground, style.background]
    wanted = ";".join(filter(None, codes))
    return f"\x1b[;{wanted}m" if wanted else "\x1b[m"  # what is left out is 0


def _altered(before: Style, after: Style) -> str:
    off = {_OFF[one] for one in before.attributes - after.attributes}
    on = {one for one in after.attributes if one not in before.attributes or _OFF[one] in off}
    codes = [*map(str, sorted(off)), *map(str, sorted(on))]
    if before.foreground != after.foreground:
        codes.append(after.foreground or "39")
    if before.background != after.background:
        codes.append(after.background or "49")
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _link(before: Style | None, after: Style) -> str:
    if before is None and not after.link:
        return ""  # nobody but us opens one, and whoever did closes it
    return f"\x1b]8;{after.link or ';'}\x1b\\"
