"""What `serve check` finds."""

from typing import NamedTuple


class Line(NamedTuple):
    """What one check found, and whether that is as it should be."""

    good: bool
    text: str
