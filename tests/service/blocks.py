"""What the service's page has for operators to copy: tests run it as it stands there."""

import re
from pathlib import Path

_PAGE = Path(__file__).parents[2] / "butlr_tui" / "service" / "README.md"
_BLOCK = re.compile(r"^```(\w+)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def block(path: str) -> str:
    """The file that the page has for `path`, which its first line names."""
    blocks = {named: body for _, named, body in _BLOCK.findall(_PAGE.read_text())}
    return str(blocks[path])
