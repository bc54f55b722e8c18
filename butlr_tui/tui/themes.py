"""How the app looks: in the terminal's own colours, or in a few that are told apart most easily."""

from __future__ import annotations

from typing import Final

from rich.terminal_theme import TerminalTheme
from textual.theme import Theme

from butlr_tui.config.model import HIGH_CONTRAST


def theme_of(name: str, border: str) -> Theme:
    """The theme of this name, with frames of this kind (of the settings' THEMES and BORDERS)."""
    return _high_contrast(border) if name == HIGH_CONTRAST else _terminals_own(border)


def _terminals_own(border: str) -> Theme:
    # So that light and dark terminals both look as their owner wants, and in few bytes.
    return Theme(
        name="terminal",
        ansi=True,
        primary="ansi_cyan",
        accent="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        variables={
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
            **_lines(border, "ansi_cyan", "ansi_bright_black", "ansi_default"),
        },
    )


def _high_contrast(border: str) -> Theme:
    # On black; WCAG 2.2 asks for 7:1 (text, level AAA) and 3:1 (lines): a test computes them from what is drawn.
    black, white, yellow = "#000000", "#ffffff", "#ffff00"
    return Theme(
        name=HIGH_CONTRAST,
        dark=True,
        primary=yellow,
        accent=yellow,
        warning="#ffd700",
        error="#ff9999",
        success="#99ff99",
        foreground=white,
        background=black,
        surface=black,
        panel=black,
        boost=black,
        variables={
            "text-muted": white,
            "text-disabled": white,
            **_lines(border, yellow, "#a0a0a0", black),
        },
    )


def _lines(border: str, bright: str, quiet: str, behind: str) -> dict[str, str]:
    """The colours of lines and scrollbars, and the kind of frames."""
    return {
        "frame": border,
        "border": bright,
        "border-blurred": quiet,
        "scrollbar": quiet,
        "scrollbar-hover": quiet,
        "scrollbar-active": bright,
        "scrollbar-background": behind,
        "scrollbar-background-hover": behind,
        "scrollbar-background-active": behind,
        "scrollbar-corner-color": behind,
    }


BRIGHT_HUES: Final = TerminalTheme(
    (0, 0, 0),
    (255, 255, 255),
    [
        (160, 160, 160),  # "black" is seen, too
        (255, 153, 153),
        (153, 255, 153),
        (255, 255, 0),
        (160, 190, 255),
        (255, 170, 255),
        (120, 240, 240),
        (255, 255, 255),
    ],
)
"""What the hues that a profile may have look like in high contrast: each at least 7:1 on black."""
