"""What the tests of the list share."""

from collections.abc import Iterator
from contextlib import ExitStack
from unittest.mock import patch

import pytest

from butlr_tui.listing import cooperative, index, view


@pytest.fixture(autouse=True, scope="module")
def _short_steps() -> Iterator[None]:
    """So short that a few clients take many of them."""
    with ExitStack() as patches:
        for module in (cooperative, index, view):
            patches.enter_context(patch.object(module, "STEP", 3))
        patches.enter_context(patch.object(cooperative, "_SAMPLED", 2))
        yield
