"""How the app looks to eyes that need more, in a font that has less, and on a terminal without colours."""

import os
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from syrupy.assertion import SnapshotAssertion

from butlr_tui.config.model import Profile, Prompt, Settings
from butlr_tui.tui.themes import BRIGHT_HUES
from tests.support.driver import NARROW, User, using
from tests.support.pty import Pty
from tests.support.world import World

CONTRAST = Settings(Path("config.toml"), theme="high-contrast")
LINES = re.compile(r"[─│╭╮╰╯▁-█▌▐\s]*")
TEXT_AAA = 7.0
"""WCAG 2.2, 1.4.6: text to what is behind it."""
LINES_AA = 3.0
"""WCAG 2.2, 1.4.11: what is no text and has to be seen."""


async def the_list(user: User) -> None:
    """The list, with what a filter found."""
    await user.does("filter")
    await user.types("sync")
    await user.sees("1 of 1")


async def the_form(user: User) -> None:
    """The form, over a dimmed list."""
    await user.does("new")
    await user.types("hvac-sync")


async def a_secret(user: User) -> None:
    """A new secret that is not stored."""
    await user.does("new")
    await user.types("probe")
    await user.submits()
    await user.sees("store its secret now")


async def a_deletion(user: User) -> None:
    """What asks before it destroys."""
    await user.does("delete")
    await user.sees("Delete")


async def the_help(user: User) -> None:
    """The help."""
    await user.does("help")


async def the_palette(user: User) -> None:
    """All commands."""
    await user.does("palette")


SCREENS = [the_list, the_form, a_secret, a_deletion, the_help, the_palette]
each_screen = pytest.mark.parametrize("reach", SCREENS, ids=lambda reach: reach.__name__)
Reach = Callable[[User], Awaitable[None]]


def luminance(color: Color) -> float:
    """WCAG's relative luminance."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in color.get_truecolor())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    """WCAG's contrast of text to what is behind it."""
    assert style.color is not None and style.bgcolor is not None
    lights = sorted((luminance(style.color), luminance(style.bgcolor)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


async def drawn(user: User) -> list[Segment]:
    """All that is on screen, as it is sent to the terminal."""
    await user.rests()
    background = user.app.screen.background_colors[1]
    return [
        segment
        for line in user.lines
        for segment in line
        for line_filter in user.app._filters
        if line_filter.enabled
        for segment in line_filter.apply([segment], background)
    ]


@each_screen
async def test_in_high_contrast_text_has_seven_to_one_and_lines_have_three(
    world: World, reach: Reach
) -> None:
    async with using(world, (120, 36), settings=CONTRAST) as user:
        await reach(user)
        seen = 0
        for segment in await drawn(user):
            assert segment.style is not None
            if segment.text.strip():
                seen += 1
                least = LINES_AA if LINES.fullmatch(segment.text) else TEXT_AAA
                assert contrast(segment.style) >= least, (segment.text, segment.style)
        assert seen > 20


async def test_the_label_of_a_profile_does_too(world: World) -> None:
    production = Profile("production", "https://api.butlr.io", Prompt(), colour="red")
    async with using(world, NARROW, settings=CONTRAST, start=production, loaded=False) as user:
        label = next(segment for segment in await drawn(user) if "production" in segment.text)
        assert label.style is not None
        assert label.style.reverse
        assert contrast(label.style) >= TEXT_AAA


@pytest.mark.parametrize("number", range(16))
def test_so_does_every_hue_that_one_may_have(number: int) -> None:
    hue = Color.from_triplet(BRIGHT_HUES.ansi_colors[number])
    assert contrast(Style(color=hue, bgcolor=Color.parse("#000000"))) >= TEXT_AAA


@each_screen
async def test_a_font_without_lines_gets_none(world: World, reach: Reach) -> None:
    async with using(world, (120, 36), settings=Settings(Path("config.toml"), border="ascii")) as user:
        await reach(user)
        await user.rests()
        assert not set(user.screen) & set("─│╭╮╰╯┌┐└┘━┃")


LOOKS = {
    "high-contrast": CONTRAST,
    "ascii": Settings(Path("config.toml"), border="ascii"),
    "no-colour": Settings(Path("config.toml")),
}
PICTURES = [
    *(("high-contrast", reach) for reach in SCREENS),
    *(("ascii", reach) for reach in (the_form, a_secret)),
    *(("no-colour", reach) for reach in (the_list, a_deletion)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("look", "reach"), PICTURES, ids=lambda value: getattr(value, "__name__", value))
async def test_pictures(
    world: World, svg: SnapshotAssertion, reach: Reach, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if look == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    async with using(world, NARROW, settings=LOOKS[look]) as user:
        await reach(user)
        assert await user.picture() == svg


@pytest.mark.slow
@pytest.mark.parametrize(("term", "coloured"), [("vt100", False), ("xterm", True)])
def test_a_vt100_gets_no_colours(tmp_path: Path, term: str, coloured: bool) -> None:
    environment = {"PATH": os.environ["PATH"], "TERM": term, "HOME": str(tmp_path)}
    with Pty([sys.executable, "-m", "butlr_tui", "demo", "--fresh"], environment) as terminal:
        terminal.shows("1 of 41")
        terminal.types("q")
        assert terminal.ends() == 0
        assert (
            bool(re.search(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:;[0-9;]*)?m", terminal.output))
            == coloured
        )
