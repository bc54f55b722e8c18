"""Pictures of the screen."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from butlr_tui.tui.app import ButlrApp


def picture(app: "ButlrApp") -> str:
    """The screen as an SVG that fetches nothing: Textual's own takes its fonts from somewhere else."""
    svg = app.export_screenshot()
    svg = re.sub(r"\s*@font-face \{.*?\n    \}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", "font-family: monospace")
    return svg.replace("<text ", '<text xml:space="preserve" ')
