"""Two hundred strings that a server could send to act on a terminal, and what of them must not reach one."""

import random
import re
from typing import Final

MARK: Final = "7777"
"""In every control sequence below; no program of ours writes it."""

_PIECES: Final = (
    # sequences of ESC: colours, cursor, clearing, modes, reset, reports
    f"\x1b[{MARK}m", f"\x1b[1;{MARK}H", f"\x1b[{MARK}J", f"\x1b[?{MARK}h", f"\x1b[{MARK}n", f"\x1b[>{MARK}u",
    f"\x1b[{MARK}", "\x1bc", "\x1b7", "\x1b(0", "\x1b#8", "\x1b", "\x1b\x1b", "\x1b[", "\x1b]", "\x1b%G",
    # strings: clipboard, title, links, notifications, tmux, kitty's graphics, sixel
    f"\x1b]52;c;{MARK}\x07", f"\x1b]0;{MARK}\x07", f"\x1b]8;;http://{MARK}\x1b\\x\x1b]8;;\x1b\\",
    f"\x1b]9;{MARK}\x07", f"\x1bPtmux;{MARK}\x1b\\", f"\x1b_G{MARK}\x1b\\", f"\x1bPq{MARK}\x1b\\",
    f"\x1b^{MARK}\x1b\\", f"\x1b]777;{MARK}\x07",
    # C0, DEL and C1, alone and as sequences
    "\x00", "\x07", "\x08\x08\x08", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x0e", "\x0f", "\x18", "\x1a",
    "\x7f",
    f"\x9b{MARK}m", f"\x9d52;c;{MARK}\x9c", f"\x90{MARK}\x9c", "\x84", "\x85", "\x8d", "\x98", "\x9e", "\x9f",
    # what reorders or hides text
    "\u202e", "\u202d", "\u2066x\u2069", "\u200e", "\u200f", "\u061c", "\u200b", "\u2060", "\ufeff", "\u00ad",
    "\u2028", "\u2029", "\u180e", "\ufff9x\ufffb", "\U000e0041", "\U000e0001", "\ue000", "\uffff", "\U0010ffff",
    # what climbs over other lines, or has no width, or two
    "a" + "\u0301" * 40, "\u20dd" * 9, "\u0489" * 9, "👩‍👩‍👧", "中" * 90, "🏢" * 90, "x" * 400, "ﷺ", "\u3164",
    # markup of Textual and Rich
    "[/b]", "[b]", "[/]", "[@click=app.quit]x[/]", "[link=http://x]y[/link]", "[red on blue]", "[", "]", "\\[b]",
    "[$x]",
    "[not a tag", "[[b]]", "[1]", ":boom:", "{0}", "%s", "${x}", "[@click=app.bell()]", "[b]" * 50, "[/b][/b]",
)  # fmt: skip

_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\t\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    r"\ue000\ufeff\ufff9-\ufffb\uffff\U000e0001\U000e0041\U0010ffff]"
)
_CSI: Final = re.compile(r"\x1b\[([0-?]*)[ -/]*[@-~]")
# What the app itself sends: a copy for the terminal, in base64, which by then is data; the mouse's shape.
_OURS: Final = re.compile(rf"\x1b\]52;c;(?!{MARK}\x07)[A-Za-z0-9+/]*={{0,2}}\x07|\x1b\]22;[a-z-]*\x07")
_TOO_MANY_MARKS: Final = re.compile("[\u0301\u20dd\u0489]{3}")


def strings(count: int) -> list[str]:
    """The pieces, then mixtures of them, seeded."""
    chance = random.Random(15)
    made = list(_PIECES)
    chance.shuffle(made)
    while len(made) < count:
        made.append("".join(chance.choices(_PIECES, k=chance.randint(2, 4))))
    return made[:count]


def injected(output: bytes, ours: str = "") -> list[str]:
    """What a program wrote that only a hostile string can have put there; it may write the controls in `ours`."""
    text = output.decode(errors="replace").translate(dict.fromkeys(map(ord, ours)))
    found = [f"CSI {sequence}" for sequence in _CSI.findall(text) if MARK in sequence]
    rest = _CSI.sub("", _OURS.sub("", text))
    found += [f"ESC {rest[match.start() : match.start() + 12]!a}" for match in re.finditer("\x1b", rest)]
    found += [ascii(char) for char in _INVISIBLE.findall(rest)]
    found += ["a stack of marks"] * bool(_TOO_MANY_MARKS.search(rest))
    return found
