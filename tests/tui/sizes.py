"""The sizes at which every screen has its picture: the smallest, a classic terminal, a wide one and a huge one."""

import pytest

from butlr_tui.config.model import SMALLEST_TERMINAL
from tests.support.driver import HUGE, NARROW, WIDE

SIZES = {"smallest": SMALLEST_TERMINAL, "narrow": NARROW, "wide": WIDE, "huge": HUGE}

every_size = pytest.mark.parametrize("size", [pytest.param(size, id=name) for name, size in SIZES.items()])
