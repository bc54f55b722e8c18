"""The sizes at which every screen has its picture: the smallest, a classic terminal, a wide one and a huge one."""

import pytest

from butlr_tui.config.model import SMALLEST_TERMINAL
from tests.support.driver import HUGE, NARROW, WIDE

SIZES = {"smallest": SMALLEST_TERMINAL, "narrow": NARROW, "wide": WIDE, "huge": HUGE}


def sizes(*names: str) -> pytest.MarkDecorator:
    """Run a test at the sizes of these names. Pictures are left out of the fast part of the tests."""
    return pytest.mark.parametrize(
        "size", [pytest.param(SIZES[name], id=name, marks=pytest.mark.slow) for name in names]
    )


every_size = sizes(*SIZES)
roomy_sizes = sizes("narrow", "wide", "huge")
"""For what the smallest size has no room to show all at once."""
