"""Random frames as Textual writes them, and what may happen between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

# Widths on which pyte and Rich agree; marks that pyte joins with the character before.
_CHARACTERS: Final = [
    *"abc  xyz·│─╭╮▌✓éß",
    *"中文客户端，",
    *"🏢🙂",
    *"אב",
    "e\u0301",
    "中\u0323",
    "a\u0301\u0323",
]
_TEXTS: Final = st.one_of(
    st.lists(st.sampled_from(_CHARACTERS), min_size=1, max_size=12).map("".join),
    st.integers(1, 40).map(lambda count: " " * count),
    st.integers(1, 40).map(lambda count: "─" * count),
)
_CODES: Final = [
    "", "1", "2", "3", "4", "7", "9", "1;3", "31", "2;31", "1;4;32", "90", "97;41", "44", "7;33", "38;5;200",
    "38;2;1;2;3", "48;5;17", "38;5;9;48;2;9;8;7", "1;38;2;250;2;3;44", "5", "4;9;36;100", "3;7;2",
]  # fmt: skip
SIZES: Final = st.tuples(st.integers(1, 30), st.integers(1, 8))


@dataclass(frozen=True)
class Frame:
    """An update of parts of the screen, or of all of it."""

    data: str


@dataclass(frozen=True)
class Resized:
    """The terminal has another size; Textual lays everything out anew and draws it all."""

    width: int
    height: int
    data: str


@dataclass(frozen=True)
class Scribble:
    """Another program wrote to the terminal, and the screen was to be drawn again."""

    data: str


@dataclass(frozen=True)
class Overtaken:
    """A frame after which the terminal took nothing before the next one."""

    data: str


Step = Frame | Resized | Scribble | Overtaken


@st.composite
def strips(draw: st.DrawFn, width: int) -> str:
    """Text in styles, exactly so many cells wide."""
    made: list[str] = []
    while width:
        text = draw(_TEXTS)
        if (cells := cell_len(text)) > width:
            text, cells = set_cell_size(text, width), width
        codes = draw(st.sampled_from(_CODES))
        made.append(f"\x1b[{codes}m{text}\x1b[0m" if codes else text)
        width -= cells
    return "".join(made)


@st.composite
def parts(draw: st.DrawFn, width: int, height: int) -> str:
    """An update of some stretches of lines, from the top to the bottom."""
    made = ""
    ys = sorted(draw(st.lists(st.integers(0, height - 1), max_size=4)))
    for y in ys:
        x = draw(st.integers(0, width - 1))
        made += f"\x1b[{y + 1};{x + 1}H" + draw(strips(draw(st.integers(1, width - x))))
        made += "\n" if y != ys[-1] else ""
    return made + draw(cursors(width, height))


@st.composite
def wholes(draw: st.DrawFn, width: int, height: int) -> str:
    """An update of everything."""
    lines = [f"\x1b[{y + 1};1H" + draw(strips(width)) for y in range(height)]
    return "\n".join(lines) + draw(cursors(width, height))


@st.composite
def sides(draw: st.DrawFn, width: int, height: int) -> str:
    """A box's two sides, from the top of the screen to the bottom, with what may be in it."""
    left, right = sorted(draw(st.tuples(st.integers(0, width - 1), st.integers(0, width - 1))))
    side = f"\x1b[{draw(st.sampled_from(_CODES))}m{draw(st.sampled_from('│▌ '))}\x1b[0m"
    lines = []
    for y in range(height):
        inside = draw(strips(right - left - 1)) if right - left > 1 and draw(st.booleans()) else ""
        lines.append(f"\x1b[{y + 1};{left + 1}H{side}{inside}\x1b[{y + 1};{right + 1}H{side}")
    return "\n".join(lines) + draw(cursors(width, height))


@st.composite
def cursors(draw: st.DrawFn, width: int, height: int) -> str:
    """Where the cursor is left."""
    return f"\x1b[{draw(st.integers(1, height))};{draw(st.integers(1, width))}H"


@st.composite
def visits(draw: st.DrawFn) -> tuple[tuple[int, int], Sequence[Step]]:
    """A size to begin with, and what happens."""
    width, height = first = draw(SIZES)
    steps: list[Step] = []
    for kind in draw(st.lists(st.sampled_from("fffffboswr"), min_size=1, max_size=10)):
        match kind:
            case "f":
                steps.append(Frame(draw(parts(width, height))))
            case "b":
                steps.append(Frame(draw(sides(width, height))))
            case "o":
                steps.append(Overtaken(draw(parts(width, height))))
            case "w":
                steps.append(Frame(draw(wholes(width, height))))
            case "s":
                steps.append(Scribble(draw(parts(width, height))))
            case _:
                width, height = draw(SIZES)
                steps.append(Resized(width, height, draw(wholes(width, height))))
    return first, steps
